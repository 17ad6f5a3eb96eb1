import type { ModelCore } from "./core.js";

/** How a relation that is not loaded loads when it is awaited. */
export type FetchMode = "peers" | "one" | "raise";

/** What the rows of one result share: where they came from, and each other. */
export class ResultGroup {
  readonly alias: string;
  readonly fetchMode: FetchMode;
  #peers: readonly ModelCore[] | null = null;

  constructor(alias: string, fetchMode: FetchMode) {
    this.alias = alias;
    this.fetchMode = fetchMode;
  }

  /**
   * The rows to load together with one of them. They are held strongly (see docs/decisions/peers.md), so this is
   * only called where there is something that may be loaded later.
   */
  setPeers(instances: readonly ModelCore[]): void {
    if (instances.length > 1) this.#peers = instances;
  }

  peersOf(instance: ModelCore): readonly ModelCore[] {
    const peers = this.fetchMode === "peers" ? this.#peers : null;
    return peers?.includes(instance) ? peers : [instance];
  }
}

/** What an instance remembers besides its columns. */
export class InstanceState {
  /** The result that it came with; null while it was made by hand. */
  group: ResultGroup | null;
  /** The database that it was read from or saved to. */
  alias: string | null;
  /** True until it is known to have a row. */
  adding: boolean;
  /** Loaded relations, prefetched lists, related managers and refs, by the relation's name. */
  relations: Map<string, unknown> | null = null;
  /** What the attributes of file fields hold, by their names. */
  #files: Map<string, unknown> | null = null;

  constructor(group: ResultGroup | null) {
    this.group = group;
    this.alias = group === null ? null : group.alias;
    this.adding = group === null;
  }

  relation(name: string): unknown {
    return this.relations?.get(name);
  }

  setRelation(name: string, value: unknown): void {
    this.relations ??= new Map();
    this.relations.set(name, value);
  }

  clearRelation(name: string): void {
    this.relations?.delete(name);
  }

  file(attname: string): unknown {
    return this.#files?.get(attname);
  }

  setFile(attname: string, value: unknown): void {
    this.#files ??= new Map();
    this.#files.set(attname, value);
  }
}
