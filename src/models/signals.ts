import type { Flow, Step } from "../engine/flow.js";
import { log } from "../engine/logging.js";
import { refusePromise } from "../engine/run.js";
import type { ModelSignal } from "../types/signals.js";
import { type ModelMeta, metaOf } from "./meta.js";

/** Hears of an event; a promise is awaited before the next receiver is called. */
type Receiver = (event: never) => unknown;

interface ConnectOptions {
  readonly sender?: unknown;
  readonly dispatchUid?: string;
  readonly raiseExceptions?: boolean;
}

interface Connection {
  readonly receiver: Receiver;
  /** The label of the only model that it hears of; null: all. */
  readonly sender: string | null;
  readonly dispatchUid: string | undefined;
  readonly raiseExceptions: boolean;
}

/** A receiver of one model does not hear of the model of that name as it was in a migration, as in Django. */
function hears({ sender }: Connection, meta: ModelMeta): boolean {
  return sender === null || (sender === meta.label && meta.registered);
}

const AsyncFunction = (async () => {}).constructor;

/** The receivers of one kind of event, called in the order in which they were connected. */
class Signal {
  readonly name: string;
  #connections: readonly Connection[] = [];
  /** Receivers that a synchronous call had to leave out, each reported once. */
  readonly #skipped = new WeakSet<Receiver>();

  constructor(name: string) {
    this.name = name;
  }

  /** Whether somebody listens to some model. */
  get active(): boolean {
    return this.#connections.length > 0;
  }

  connect(receiver: Receiver, options: ConnectOptions = {}): Disposable {
    const sender = options.sender === undefined ? null : metaOf(options.sender).label;
    const { dispatchUid, raiseExceptions = false } = options;
    const connection: Connection = { receiver, sender, dispatchUid, raiseExceptions };
    const replaced = (known: Connection): boolean =>
      known.sender === sender &&
      (dispatchUid === undefined ? known.receiver === receiver && known.dispatchUid === undefined : known.dispatchUid === dispatchUid);
    this.#connections = [...this.#connections.filter((known) => !replaced(known)), connection];
    return {
      [Symbol.dispose]: () => {
        this.#connections = this.#connections.filter((known) => known !== connection);
      },
    };
  }

  disconnect(receiver: Receiver | string, options: { readonly sender?: unknown } = {}): boolean {
    const sender = options.sender === undefined ? undefined : metaOf(options.sender).label;
    const before = this.#connections.length;
    this.#connections = this.#connections.filter((known) => {
      if (sender !== undefined && known.sender !== sender) return true;
      return known.receiver !== receiver && known.dispatchUid !== receiver;
    });
    return this.#connections.length < before;
  }

  /** Whether somebody listens to this model. */
  listens(meta: ModelMeta): boolean {
    return this.#connections.some((connection) => hears(connection, meta));
  }

  /** Tells those who listen to the model. @throws what a receiver throws that was connected with `raiseExceptions` */
  *send(meta: ModelMeta, event: object): Flow<void> {
    for (const connection of this.#connections) {
      if (!hears(connection, meta)) continue;
      try {
        yield this.#step(connection, meta, event);
      } catch (error) {
        if (connection.raiseExceptions) throw error;
        log("dorm.signals", "error", `A receiver of ${this.name} for ${meta.label} failed`, error);
      }
    }
  }

  #step({ receiver }: Connection, meta: ModelMeta, event: object): Step {
    // the signal's public type says what its receivers take, and its senders give exactly that
    const told = event as never;
    return {
      perform: () => receiver(told),
      performSync: () => {
        if (receiver instanceof AsyncFunction) {
          if (!this.#skipped.has(receiver)) {
            this.#skipped.add(receiver);
            log(
              "dorm.signals",
              "warning",
              `A synchronous call for ${meta.label} left out the asynchronous receiver ${receiver.name || "(anonymous)"} of ${this.name}; connect a synchronous one for it.`,
            );
          }
          return undefined;
        }
        return refusePromise(receiver(told), `The receiver of ${this.name}`);
      },
    };
  }
}

/** What the flows that send signals use; the public names below are the same objects. */
export const signals = {
  preSave: new Signal("preSave"),
  postSave: new Signal("postSave"),
  preDelete: new Signal("preDelete"),
  postDelete: new Signal("postDelete"),
  m2mChanged: new Signal("m2mChanged"),
};

/**
 * Before an instance is inserted or updated by `save` or `create`; not by `update` and the bulk methods, as in Django.
 * What a receiver throws is logged on `dorm.signals` and does not stop the save, unless it was connected with
 * `raiseExceptions`.
 *
 * @example
 * const connection = preSave.connect(
 *   ({ instance }) => {
 *     instance.name = instance.name.trim();
 *   },
 *   { sender: Tag },
 * );
 * console.log((await Tag.objects.create({ name: " new " })).name); // → new
 * connection[Symbol.dispose]();
 */
// the events sent are exactly those of the type; that each model has its own instances only the compiler can tell
export const preSave = signals.preSave as ModelSignal<"save">;
/**
 * After an instance was inserted or updated; `created` says which.
 *
 * @example
 * const connection = postSave.connect(({ instance, created }) => console.log(instance.name, created), { sender: Tag });
 * await Tag.objects.create({ name: "new" }); // → new true
 * connection[Symbol.dispose]();
 */
export const postSave = signals.postSave as ModelSignal<"save">;
/**
 * Before an instance is deleted, also by a cascade or by `delete()` of a queryset.
 *
 * @example
 * const connection = preDelete.connect(({ instance }) => console.log("going:", instance.name), { sender: Tag });
 * await (await Tag.objects.get({ name: "dreams" })).delete(); // → going: dreams
 * connection[Symbol.dispose]();
 */
export const preDelete = signals.preDelete as ModelSignal<"delete">;
/**
 * After an instance was deleted; its key can still be read.
 *
 * @example
 * const connection = postDelete.connect(({ instance }) => console.log("gone:", instance.name), { sender: Tag });
 * await Tag.objects.filter({ name: "dreams" }).delete(); // → gone: dreams
 * connection[Symbol.dispose]();
 */
export const postDelete = signals.postDelete as ModelSignal<"delete">;
/**
 * Before and after the junction of a many-to-many relation changes; the sender is the junction's model.
 *
 * @example
 * const connection = m2mChanged.connect(({ action, pkSet }) => console.log(action, pkSet));
 * const book = await Book.objects.get({ title: "Mostly Harmless" });
 * await book.tags.add(1);
 * // → preAdd Set(1) { 1 }
 * // → postAdd Set(1) { 1 }
 * connection[Symbol.dispose]();
 */
export const m2mChanged = signals.m2mChanged as ModelSignal<"m2m">;
