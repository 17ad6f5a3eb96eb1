import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";

/** An index of a table, in `Meta.indexes`. Field names may begin with `-` for descending order. */
export interface Index {
  readonly type: "index";
  readonly fields: readonly string[];
  readonly name?: string;
  readonly unique?: boolean;
  /** btree, hash, gin, gist, brin, spgist …: PostgreSQL; others have one kind and leave it out. */
  readonly method?: string;
  /** A `Q`: only rows that satisfy it are in the index. */
  readonly condition?: unknown;
  /** An operator class for each field (PostgreSQL). */
  readonly opclasses?: readonly string[];
  /** Columns that the index carries without ordering by them (PostgreSQL). */
  readonly include?: readonly string[];
  /** Expressions instead of fields. */
  readonly expressions?: readonly unknown[];
}

/** Rows whose fields, taken together, must differ. */
export interface UniqueConstraint {
  readonly type: "unique";
  readonly fields: readonly string[];
  readonly name: string;
  readonly condition?: unknown;
  readonly deferrable?: "deferred" | "immediate";
  readonly include?: readonly string[];
  readonly expressions?: readonly unknown[];
  readonly nullsDistinct?: boolean;
}

/** A condition that every row must satisfy. */
export interface CheckConstraint {
  readonly type: "check";
  /** A `Q`. */
  readonly check: unknown;
  readonly name: string;
}

export type Constraint = UniqueConstraint | CheckConstraint;

function define<Kind extends string, Options extends object>(
  factory: string,
  type: Kind,
  options: Options,
  known: readonly string[],
): { readonly type: Kind } & Options {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new ImproperlyConfigured(`${factory}: unknown option "${name}". ${didYouMean(name, known)}`.trim());
  }
  return Object.freeze({ type, ...options });
}

/**
 * An index.
 *
 * @example
 * Index({ fields: ["-age", "name"], name: "author_age" })
 * @throws ImproperlyConfigured for an unknown option, or one that contradicts another
 */
export function Index(options: Omit<Index, "type" | "fields"> & { readonly fields?: readonly string[] }): Index {
  const fields = options.fields ?? [];
  if (fields.length === 0 && !options.expressions?.length) throw new ImproperlyConfigured("Index: give fields or expressions.");
  if (options.opclasses && options.opclasses.length !== fields.length) {
    throw new ImproperlyConfigured(
      `Index: opclasses has ${options.opclasses.length} entries for ${fields.length} fields; give one for each.`,
    );
  }
  return define("Index", "index", { ...options, fields }, [
    "fields",
    "name",
    "unique",
    "method",
    "condition",
    "opclasses",
    "include",
    "expressions",
  ]);
}

/**
 * A unique constraint over several columns, or a partial one with a condition.
 *
 * @example
 * UniqueConstraint({ fields: ["author", "title"], name: "one_title_per_author" })
 */
export function UniqueConstraint(
  options: Omit<UniqueConstraint, "type" | "fields"> & { readonly fields?: readonly string[] },
): UniqueConstraint {
  const fields = options.fields ?? [];
  if (fields.length === 0 && !options.expressions?.length)
    throw new ImproperlyConfigured(`UniqueConstraint "${options.name}": give fields or expressions.`);
  if (options.deferrable && options.condition !== undefined) {
    throw new ImproperlyConfigured(
      `UniqueConstraint "${options.name}": a constraint with a condition is an index, which cannot be deferrable.`,
    );
  }
  return define("UniqueConstraint", "unique", { ...options, fields }, [
    "fields",
    "name",
    "condition",
    "deferrable",
    "include",
    "expressions",
    "nullsDistinct",
  ]);
}

/**
 * A check constraint.
 *
 * @example
 * CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_not_negative" })
 */
export function CheckConstraint(options: Omit<CheckConstraint, "type">): CheckConstraint {
  return define("CheckConstraint", "check", options, ["check", "name"]);
}
