import type { ModelMethods } from "./model.js";

/** A model class, as the sender of a signal. */
export type Sender<M> = abstract new (...args: never[]) => M;
/** An instance of a model that is not known when the code is compiled. */
export type AnyInstance = ModelMethods<unknown> & {
  /** The key; null until it is saved. */
  readonly pk: unknown;
};

/** What `preSave` and `postSave` tell. */
export interface SaveEvent<M = AnyInstance> {
  /** The model. */
  readonly sender: Sender<M>;
  /** The object that is saved. */
  readonly instance: M;
  /** Whether the row is new. Before the save: whether the instance was never saved. */
  readonly created: boolean;
  /** True while fixtures are loaded, when related rows may be missing. */
  readonly raw: boolean;
  /** The alias of the database. */
  readonly using: string;
  /** The fields that `updateFields` named; null: all. */
  readonly updateFields: ReadonlySet<string> | null;
}

/** What `preDelete` and `postDelete` tell. */
export interface DeleteEvent<M = AnyInstance> {
  /** The model. */
  readonly sender: Sender<M>;
  /** The object that is deleted. */
  readonly instance: M;
  /** The alias of the database. */
  readonly using: string;
  /** The instance or the queryset whose `delete` it began with. */
  readonly origin: unknown;
}

/** What happens to a many-to-many relation, before and after it does. */
export type M2MAction = "preAdd" | "postAdd" | "preRemove" | "postRemove" | "preClear" | "postClear";

/** What `m2mChanged` tells. */
export interface M2MChangedEvent<M = AnyInstance> {
  /** The junction's model. */
  readonly sender: Sender<M>;
  /** The object whose relation changes. */
  readonly instance: AnyInstance;
  /** What happens. */
  readonly action: M2MAction;
  /** Whether the relation is seen from the model that the field names. */
  readonly reverse: boolean;
  /** The model on the other side. */
  readonly model: Sender<AnyInstance>;
  /** The keys that are added or removed; null when all are cleared. */
  readonly pkSet: ReadonlySet<unknown> | null;
  /** The alias of the database. */
  readonly using: string;
}

type EventOf<Kind, M> = Kind extends "save" ? SaveEvent<M> : Kind extends "delete" ? DeleteEvent<M> : M2MChangedEvent<M>;

/** How a receiver is connected to a signal of models. */
export interface SignalOptions<M> {
  /** The only model to hear of. */
  readonly sender?: Sender<M>;
  /** Connecting again under the same word, for the same sender, replaces the receiver. */
  readonly dispatchUid?: string;
  /** Whether what the receiver throws ends the operation; else it is logged. */
  readonly raiseExceptions?: boolean;
}

/** Tells receivers what happens to instances. */
export interface ModelSignal<Kind extends "save" | "delete" | "m2m"> {
  /** The signal's name, as "postSave". */
  readonly name: string;
  /** Whether somebody listens. */
  readonly active: boolean;
  /**
   * Connects a receiver. Asynchronous ones are awaited in their order; a synchronous call leaves them out with a warning.
   *
   * @returns disposing of it disconnects
   */
  connect<M = AnyInstance>(receiver: (event: EventOf<Kind, M>) => unknown, options?: SignalOptions<M>): Disposable;
  /**
   * Disconnects a receiver.
   *
   * @param receiver - the function, or its `dispatchUid`
   * @param options - `sender`: only its connection to this model
   * @returns whether it was connected
   */
  disconnect(receiver: ((event: never) => unknown) | string, options?: { readonly sender?: Sender<unknown> }): boolean;
}
