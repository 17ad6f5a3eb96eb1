import { ImproperlyConfigured } from "../errors.js";
import { unknownOption } from "../suggestions.js";
import type { Bindable } from "../types/expressions.js";
import type { NamesIn, SchemaObject, WrittenNames } from "../types/meta.js";

/* What a factory takes, with the names of fields and the condition as they are written, for the compiler to check in Meta. */
type Written<Options, Name extends string, Condition> = Omit<Options, "type" | "fields" | "include" | "condition"> & {
  readonly fields?: readonly Name[];
  readonly include?: readonly Name[];
  readonly condition?: Condition;
};
type WrittenIn<Name extends string, Condition> = SchemaObject<WrittenNames<Name> | NamesIn<Condition>>;

/** An index of a table, in `Meta.indexes`. Field names may begin with `-` for descending order. */
export interface Index {
  /** Tells an index from a constraint. */
  readonly type: "index";
  /** The fields, in the index's order; `-` before one for descending. */
  readonly fields: readonly string[];
  /** The name in the database; made from the table and the fields unless given. */
  readonly name?: string;
  /** True: no two rows may have the same values. */
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
  /** False: of a unique index, rows with nulls are alike too (PostgreSQL 15). */
  readonly nullsDistinct?: boolean;
}

/** What validation says of an instance that violates a constraint (Django's BaseConstraint). */
export interface Violation {
  /** Instead of dorm's own message; it belongs to the whole instance. */
  readonly violationErrorMessage?: string;
  /** What `codes` of the ValidationError has for it. */
  readonly violationErrorCode?: string;
}

/** Rows whose fields, taken together, must differ. */
export interface UniqueConstraint extends Violation {
  /** Tells the kinds of constraints apart. */
  readonly type: "unique";
  /** The fields whose values, taken together, must differ. */
  readonly fields: readonly string[];
  /** The name in the database. */
  readonly name: string;
  /** A `Q`: only rows that satisfy it are compared. */
  readonly condition?: unknown;
  /** When it is checked: at the commit, or after each statement unless a transaction asks otherwise. Left out: at once. */
  readonly deferrable?: "deferred" | "immediate";
  /** Columns that the index behind it carries without comparing them (PostgreSQL). */
  readonly include?: readonly string[];
  /** Expressions instead of fields. */
  readonly expressions?: readonly unknown[];
  /** False: two nulls count as equal (PostgreSQL 15). */
  readonly nullsDistinct?: boolean;
}

/** A condition that every row must satisfy. */
export interface CheckConstraint extends Violation {
  /** Tells the kinds of constraints apart. */
  readonly type: "check";
  /** A `Q`. */
  readonly check: unknown;
  /** The name in the database. */
  readonly name: string;
}

/** Rows of which no two may stand in all of the given relations to each other (PostgreSQL). */
export interface ExclusionConstraint extends Violation {
  /** Tells the kinds of constraints apart. */
  readonly type: "exclusion";
  /** The fields that are compared. */
  readonly fields: readonly string[];
  /** Expressions instead of fields. */
  readonly expressions?: readonly unknown[];
  /** For each field or expression how two rows are compared: "=", "&&". */
  readonly operators: readonly string[];
  /** The name in the database. */
  readonly name: string;
  /** The kind of index behind it; gist unless given. */
  readonly method?: "gist" | "spgist" | "btree";
  /** An operator class for each field or expression; an empty one for the usual. */
  readonly opclasses?: readonly string[];
  /** Columns that the index carries without comparing them. */
  readonly include?: readonly string[];
  /** A `Q`: only rows that satisfy it. */
  readonly condition?: unknown;
  /** When it is checked: at the commit, or after each statement unless a transaction asks otherwise. Left out: at once. */
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
    if (!known.includes(name)) throw new ImproperlyConfigured(unknownOption(factory, name, known));
  }
  return Object.freeze({ type, ...options });
}

const INDEX_OPTIONS = ["fields", "name", "unique", "method", "condition", "opclasses", "include", "expressions", "nullsDistinct"];
const VIOLATION_OPTIONS = ["violationErrorMessage", "violationErrorCode"];
const CHECK_OPTIONS = ["check", "name", ...VIOLATION_OPTIONS];
const EXCLUSION_OPTIONS = [
  "fields",
  "expressions",
  "operators",
  "name",
  "method",
  "opclasses",
  "include",
  "condition",
  "deferrable",
  ...VIOLATION_OPTIONS,
];
const UNIQUE_OPTIONS = ["fields", "name", "condition", "deferrable", "include", "expressions", "nullsDistinct", ...VIOLATION_OPTIONS];

/** A name, perhaps of a schema, perhaps with parameters: `gist_trgm_ops(siglen=32)`. */
const OPERATOR_CLASS = /^[A-Za-z_][\w.]*(\([\w=, ]*\))?$/;

/** What stands in DDL as it is given must be a word. */
function checkWord(what: string, word: string | undefined, allowed: RegExp): void {
  if (word === undefined || allowed.test(word)) return;
  throw new ImproperlyConfigured(`${what} ${JSON.stringify(word)} is no name: use letters, digits and underscores.`);
}

/** @param classes - an empty one stands for the usual */
function checkOperatorClasses(factory: string, classes: readonly string[] = []): void {
  for (const name of classes) if (name !== "") checkWord(`${factory}: an operator class`, name, OPERATOR_CLASS);
}

function checkName(factory: string, name: unknown): void {
  if (typeof name !== "string" || name === "") throw new ImproperlyConfigured(`${factory}: give it a name.`);
}

/**
 * An index.
 *
 * @throws ImproperlyConfigured for an unknown option, or one that contradicts another
 * @example
 * class Reader extends Model<Reader>("library.Reader")(
 *   { name: CharField({ maxLength: 100 }), age: IntegerField() },
 *   { indexes: [Index({ fields: ["-age", "name"], name: "reader_age" })] },
 * ) {}
 * await createTables([Reader]);
 */
export function Index<const Name extends string = never, C extends Bindable = never>(
  options: Written<Index, Name, C>,
): Index & WrittenIn<Name, C> {
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
  if (options.nullsDistinct !== undefined && options.unique !== true)
    throw new ImproperlyConfigured("Index: nullsDistinct is for unique indexes; give unique: true.");
  checkWord("Index: method", options.method, /^[A-Za-z_]\w*$/);
  checkOperatorClasses("Index", options.opclasses);
  return index;
}

/**
 * A unique constraint over several columns, or a partial one with a condition.
 *
 * @example
 * class Item extends Model<Item>("library.Item")(
 *   { shelf: IntegerField(), place: IntegerField() },
 *   { constraints: [UniqueConstraint({ fields: ["shelf", "place"], name: "one_item_per_place" })] },
 * ) {}
 * await createTables([Item]);
 * await Item.objects.create({ shelf: 1, place: 2 });
 * await Item.objects.create({ shelf: 1, place: 2 }).catch((error: Error) => console.log(error.name)); // → UniqueViolation
 */
export function UniqueConstraint<const Name extends string = never, C extends Bindable = never>(
  options: Written<UniqueConstraint, Name, C>,
): UniqueConstraint & WrittenIn<Name, C> {
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
 * class Item extends Model<Item>("library.Item")(
 *   { amount: IntegerField() },
 *   { constraints: [CheckConstraint({ check: Q({ amount__gte: 0 }), name: "amount_not_negative" })] },
 * ) {}
 * await createTables([Item]);
 * await Item.objects.create({ amount: -1 }).catch((error: Error) => console.log(error.name)); // → CheckViolation
 */
export function CheckConstraint<C>(
  options: Omit<CheckConstraint, "type" | "check"> & { readonly check: C },
): CheckConstraint & WrittenIn<never, C> {
  const constraint = define("CheckConstraint", "check", options, CHECK_OPTIONS);
  checkName("CheckConstraint", options.name);
  if (options.check === undefined) {
    throw new ImproperlyConfigured(`CheckConstraint "${options.name}": give the condition, as in check: Q({ age__gte: 0 }).`);
  }
  return constraint;
}

/**
 * An exclusion constraint, on PostgreSQL: no two rows whose fields are all related by the operators. For `=` on plain
 * columns the method gist needs the extension btree_gist. Where a pair is to be computed, expressions take the place of
 * the fields. Django's ExclusionConstraint.
 *
 * @throws ImproperlyConfigured for an unknown option, or where fields (or expressions) and operators are not as many
 * @example
 * // PostgreSQL
 * class Booking extends Model<Booking>("library.Booking")(
 *   { room: IntegerField(), during: DateRangeField() },
 *   { constraints: [ExclusionConstraint({ fields: ["room", "during"], operators: ["=", "&&"], name: "no_double_booking" })] },
 * ) {}
 * await createTables([Booking]); // after CREATE EXTENSION btree_gist, for the "=" of numbers
 * await Booking.objects.create({ room: 1, during: ["2026-11-20", "2026-11-23"] });
 * await Booking.objects.create({ room: 1, during: ["2026-11-22", "2026-11-24"] }).catch((error: Error) => console.log(error.name)); // → IntegrityError
 */
export function ExclusionConstraint<const Name extends string = never, C extends Bindable = never>(
  options: Written<ExclusionConstraint, Name, C>,
): ExclusionConstraint & WrittenIn<Name, C> {
  const { name, fields = [], expressions, operators, method, opclasses, deferrable } = options;
  const constraint = define("ExclusionConstraint", "exclusion", { ...options, fields }, EXCLUSION_OPTIONS);
  checkName("ExclusionConstraint", name);
  const elements = expressions?.length ? expressions : fields;
  if (elements.length === 0 || elements.length !== operators.length || (expressions?.length && fields.length > 0))
    throw new ImproperlyConfigured(`ExclusionConstraint "${name}": give fields or expressions, and one operator for each.`);
  if (opclasses && opclasses.length !== elements.length)
    throw new ImproperlyConfigured(
      `ExclusionConstraint "${name}": opclasses has ${opclasses.length} entries for ${elements.length} operators; give one for each.`,
    );
  checkOperatorClasses(`ExclusionConstraint "${name}"`, opclasses);
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
