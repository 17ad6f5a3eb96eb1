import type { Flow } from "../engine/flow.js";
import { type ModelCore, metaOfInstance } from "./core.js";
import { PendingValue } from "./pending.js";
import { queryPort } from "./query-port.js";

/** A column that `only` or `defer` left out. Awaiting it loads it for all peers of the same result. */
export class DeferredColumn extends PendingValue {
  readonly #instance: ModelCore;
  readonly #attname: string;

  constructor(instance: ModelCore, attname: string) {
    super();
    this.#instance = instance;
    this.#attname = attname;
  }

  protected get description(): string {
    return `${metaOfInstance(this.#instance).label}.${this.#attname}`;
  }

  protected load(): Flow<unknown> {
    return queryPort().loadDeferred(this.#instance, this.#attname);
  }
}
