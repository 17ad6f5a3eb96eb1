import { QueryError } from "../errors.js";
import type { EmbeddableQuery } from "./embed.js";
import { isQuerySet } from "./embed.js";

/** A relation to load with a query of its own, perhaps by a queryset and under another name. */
export class Prefetch {
  readonly lookup: string;
  readonly queryset: EmbeddableQuery | null;
  readonly toAttr: string | null;

  constructor(lookup: string, options: { readonly queryset?: unknown; readonly toAttr?: string } = {}) {
    if (typeof lookup !== "string" || lookup === "") throw new QueryError("Prefetch takes the name of a relation.");
    if (options.queryset !== undefined && !isQuerySet(options.queryset))
      throw new QueryError(`Prefetch("${lookup}"): queryset must be a queryset.`);
    this.lookup = lookup;
    this.queryset = options.queryset ?? null;
    this.toAttr = options.toAttr ?? null;
  }

  /** The same, seen from behind the first relation of its path. */
  get names(): readonly string[] {
    return this.lookup.split("__");
  }
}
