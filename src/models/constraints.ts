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

/** Rows of which no two may stand in all of the given relations to each other (PostgreSQL). */
export interface ExclusionConstraint {
  readonly type: "exclusion";
  readonly fields: readonly string[];
  /** For each field how two rows are compared: "=", "&&". */
  readonly operators: readonly string[];
  readonly name: string;
  /** The kind of index behind it; gist unless given. */
  readonly method?: "gist" | "spgist" | "btree";
  /** A `Q`: only rows that satisfy it. */
  readonly condition?: unknown;
  readonly deferrable?: "deferred" | "immediate";
}

export type Constraint = UniqueConstraint | CheckConstraint | ExclusionConstraint;

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

const INDEX_OPTIONS = ["fields", "name", "unique", "method", "condition", "opclasses", "include", "expressions"];
const EXCLUSION_OPTIONS = ["fields", "operators", "name", "method", "condition", "deferrable"];
const UNIQUE_OPTIONS = ["fields", "name", "condition", "deferrable", "include", "expressions", "nullsDistinct"];

/** A name, perhaps of a schema, perhaps with parameters: `gist_trgm_ops(siglen=32)`. */
const OPERATOR_CLASS = /^[A-Za-z_][\w.]*(\([\w=, ]*\))?$/;

/** What stands in DDL as it is given must be a word. */
function checkWord(what: string, word: string | undefined, allowed: RegExp): void {
  if (word === undefined || allowed.test(word)) return;
  throw new ImproperlyConfigured(`${what} ${JSON.stringify(word)} is no name: use letters, digits and underscores.`);
}

function checkName(factory: string, name: unknown): void {
  if (typeof name !== "string" || name === "") throw new ImproperlyConfigured(`${factory}: give it a name.`);
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
  const index = define("Index", "index", { ...options, fields }, INDEX_OPTIONS);
  if (fields.length === 0 && !options.expressions?.length) throw new ImproperlyConfigured("Index: give fields or expressions.");
  if (options.opclasses && options.opclasses.length !== fields.length) {
    throw new ImproperlyConfigured(
      `Index: opclasses has ${options.opclasses.length} entries for ${fields.length} fields; give one for each.`,
    );
  }
  if (options.name === undefined && (options.condition !== undefined || options.expressions || options.opclasses || options.include)) {
    throw new ImproperlyConfigured(
      "Index: give it a name, as fields alone do not tell it apart from others (it has a condition, expressions, opclasses or include).",
    );
  }
  checkWord("Index: method", options.method, /^[A-Za-z_]\w*$/);
  for (const operatorClass of options.opclasses ?? []) checkWord("Index: an operator class", operatorClass, OPERATOR_CLASS);
  return index;
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
  const constraint = define("UniqueConstraint", "unique", { ...options, fields }, UNIQUE_OPTIONS);
  checkName("UniqueConstraint", options.name);
  if (fields.length === 0 && !options.expressions?.length)
    throw new ImproperlyConfigured(`UniqueConstraint "${options.name}": give fields or expressions.`);
  if (options.deferrable !== undefined && options.deferrable !== "deferred" && options.deferrable !== "immediate") {
    throw new ImproperlyConfigured(`UniqueConstraint "${options.name}": deferrable is "deferred" or "immediate".`);
  }
  if (options.deferrable && (options.condition !== undefined || options.expressions?.length)) {
    throw new ImproperlyConfigured(
      `UniqueConstraint "${options.name}": a constraint with a condition or expressions is an index, which cannot be deferrable.`,
    );
  }
  return constraint;
}

/**
 * A check constraint.
 *
 * @example
 * CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_not_negative" })
 */
export function CheckConstraint(options: Omit<CheckConstraint, "type">): CheckConstraint {
  const constraint = define("CheckConstraint", "check", options, ["check", "name"]);
  checkName("CheckConstraint", options.name);
  if (options.check === undefined) {
    throw new ImproperlyConfigured(`CheckConstraint "${options.name}": give the condition, as in check: Q({ age__gte: 0 }).`);
  }
  return constraint;
}

/**
 * An exclusion constraint, on PostgreSQL: no two rows whose fields are all related by the operators. For `=` on plain
 * columns the method gist needs the extension btree_gist.
 *
 * @example ExclusionConstraint({ fields: ["room", "during"], operators: ["=", "&&"], name: "no_double_booking" })
 * @throws ImproperlyConfigured for an unknown option, or where fields and operators are not as many
 */
export function ExclusionConstraint(options: Omit<ExclusionConstraint, "type">): ExclusionConstraint {
  const constraint = define("ExclusionConstraint", "exclusion", options, EXCLUSION_OPTIONS);
  const { name, fields, operators, method, deferrable } = options;
  checkName("ExclusionConstraint", name);
  if (fields.length === 0 || fields.length !== operators.length)
    throw new ImproperlyConfigured(`ExclusionConstraint "${name}": give fields, and one operator for each.`);
  for (const operator of operators) {
    if (!/^[-+*/<>=~!@#%^&|`?]+$/.test(operator))
      throw new ImproperlyConfigured(`ExclusionConstraint "${name}": ${JSON.stringify(operator)} is no operator.`);
  }
  if (method !== undefined && !["gist", "spgist", "btree"].includes(method))
    throw new ImproperlyConfigured(`ExclusionConstraint "${name}": method is "gist", "spgist" or "btree".`);
  if (deferrable !== undefined && deferrable !== "deferred" && deferrable !== "immediate")
    throw new ImproperlyConfigured(`ExclusionConstraint "${name}": deferrable is "deferred" or "immediate".`);
  return constraint;
}
