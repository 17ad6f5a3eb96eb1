import { inspect } from "node:util";
import type { Flow } from "../engine/flow.js";
import { NotLoadedError } from "../errors.js";
import { keyText, type ModelCore } from "./core.js";
import type { ModelMeta } from "./meta.js";
import { PendingValue } from "./pending.js";
import { queryPort } from "./query-port.js";
import type { Relation } from "./relations.js";

/**
 * A row that is known by its key only. `await author` gives the object; `.pk` is there without a query. Reading one
 * of the target's fields from it throws, as the value is not there.
 */
export class Ref extends PendingValue {
  readonly meta: ModelMeta;
  readonly pk: unknown;
  readonly #loader: () => Flow<ModelCore | null>;

  constructor(meta: ModelMeta, pk: unknown, loader: () => Flow<ModelCore | null>) {
    super();
    this.meta = meta;
    this.pk = pk;
    this.#loader = loader;
  }

  protected get description(): string {
    return `${this.meta.label} ${keyText(this.pk)}`;
  }

  protected load(): Flow<ModelCore | null> {
    return this.#loader();
  }

  override [inspect.custom](): string {
    return `Ref<${this.meta.name} ${keyText(this.pk)}>`;
  }
}

const refClasses = new WeakMap<ModelMeta, typeof Ref>();

/** The class of the refs to one model, whose fields throw when they are read. */
function refClass(meta: ModelMeta): typeof Ref {
  let known = refClasses.get(meta);
  if (!known) {
    known = class extends Ref {};
    for (const name of meta.fieldNames()) {
      if (name in known.prototype || name === "pk") continue;
      Object.defineProperty(known.prototype, name, {
        configurable: true,
        get(this: Ref): never {
          throw new NotLoadedError(
            `${meta.label}.${name} was read from a relation that is not loaded. Await the relation first, or load it with selectRelated.`,
          );
        },
      });
    }
    // the key itself is known
    const [key] = meta.keyFields;
    if (key && meta.keyFields.length === 1) {
      Object.defineProperty(known.prototype, key.attname, {
        configurable: true,
        get(this: Ref) {
          return this.pk;
        },
      });
    }
    refClasses.set(meta, known);
  }
  return known;
}

export function makeRef(meta: ModelMeta, pk: unknown, loader: () => Flow<ModelCore | null>): Ref {
  return new (refClass(meta))(meta, pk, loader);
}

/** The other side of a one-to-one relation, or a to-one that has no key yet to show: awaited for the object or null. */
export class PendingRelation extends PendingValue {
  readonly #instance: ModelCore;
  readonly #relation: Relation;

  constructor(instance: ModelCore, relation: Relation) {
    super();
    this.#instance = instance;
    this.#relation = relation;
  }

  protected get description(): string {
    return `${this.#relation.source.label}.${this.#relation.name}`;
  }

  protected load(): Flow<ModelCore | null> {
    return queryPort().loadRelated(this.#instance, this.#relation);
  }
}
