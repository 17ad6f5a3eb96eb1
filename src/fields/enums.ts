import { ImproperlyConfigured } from "../errors.js";
import type { ColumnStorage } from "../sql/codec.js";
import type { CommonOptions, Field, Flag, HasDefault, KnownOptions, Labelled, NoOptions } from "../types/field.js";
import { flatChoices } from "./choices.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { type Deconstructed, publish } from "./field.js";

/** A TypeScript enum or an `as const` object: labels and their values. */
export type EnumObject = Readonly<Record<string, string | number>>;

/** The options of enumerations. */
export interface EnumOptions<Member extends string | number> extends Omit<CommonOptions<Member>, "choices"> {
  /** The column's length; at least 50 and the longest value unless given. */
  readonly maxLength?: number;
  /** The name of PostgreSQL's own enum type, which a migration creates; the values must be strings. */
  readonly typeName?: string;
}
/** The options of enumerations whose values are listed. */
export interface EnumChoicesOptions<Member extends string | number> extends EnumOptions<Member> {
  /** The values, in their order. */
  readonly choices: readonly Member[];
}

const SHORTEST_COLUMN = 50;

/** One of a fixed set of strings or numbers. A value in the database that is no member is read as it is. */
export class EnumDefinition extends ColumnDefinition {
  /** The members' values. */
  readonly members: ReadonlySet<string | number>;

  constructor(members: EnumObject | readonly (string | number)[], options: object) {
    const values = membersOf(members);
    const numeric = typeof values[0] === "number";
    super(
      "EnumField",
      numeric ? "number" : "text",
      enumStorage(values, options),
      { ...options, choices: members },
      { maxLength: undefined, typeName: undefined },
    );
    this.members = new Set(values);
    if (this.option("maxLength") !== undefined) {
      const maxLength = this.count("maxLength", 1);
      const tooLong = values.find((value) => String(value).length > maxLength);
      if (tooLong !== undefined) throw new ImproperlyConfigured(`EnumField: ${describe(tooLong)} is longer than maxLength ${maxLength}`);
    }
    if (this.text("typeName") !== null && numeric)
      throw new ImproperlyConfigured("EnumField: a native type needs members that are strings");
  }

  protected convert(input: unknown): unknown {
    const value = typeof input === "string" && this.lookupFamily === "number" && /^-?\d+$/.test(input) ? Number(input) : input;
    if ((typeof value === "string" || typeof value === "number") && this.members.has(value)) return value;
    throw this.invalid(`${describe(input)} is not one of ${[...this.members].map(describe).join(", ")}`);
  }

  /** A search for text that is no member finds nothing, and is no error; a native type would refuse it. */
  override coerceLookup(input: unknown): unknown {
    const fits = typeof input === (this.lookupFamily === "number" ? "number" : "string") && this.storage.kind !== "nativeEnum";
    return fits ? input : this.coerce(input);
  }

  /** Migrations list the values, so that they need no import of the enum. */
  override deconstruct(): Deconstructed {
    const { kind, options } = super.deconstruct();
    return { kind, args: [], options: { ...options, choices: [...this.members] } };
  }
}

function membersOf(members: EnumObject | readonly (string | number)[]): readonly (string | number)[] {
  const values = flatChoices(members).map(([value]) => value);
  if (values.length === 0) throw new ImproperlyConfigured("EnumField: there are no members");
  const type = typeof values[0];
  const alike = values.filter(
    (value): value is string | number => (typeof value === "string" || typeof value === "number") && typeof value === type,
  );
  if (alike.length !== values.length) throw new ImproperlyConfigured("EnumField: the members must be all strings or all numbers");
  if (alike.some((value) => typeof value === "number" && !Number.isInteger(value)))
    throw new ImproperlyConfigured("EnumField: numbers must be whole");
  return alike;
}

function enumStorage(values: readonly (string | number)[], options: object): ColumnStorage {
  if (typeof values[0] === "number") return { kind: "integer" };
  const maxLength: unknown = Reflect.get(options, "maxLength");
  const length = typeof maxLength === "number" ? maxLength : Math.max(SHORTEST_COLUMN, ...values.map((value) => String(value).length));
  const typeName: unknown = Reflect.get(options, "typeName");
  return typeof typeName === "string" ? { kind: "nativeEnum", typeName, maxLength: length } : { kind: "varchar", maxLength: length };
}

type KindOf<Member> = [Member] extends [number] ? "number" : "text";
type EnumMake<Member extends string | number, O> = Field<Member, Flag<O, "null">, HasDefault<O>, KindOf<Member>, Flag<O, "primaryKey">> &
  Labelled;

/**
 * One of a fixed set of values, typed as their union: a TypeScript enum, an `as const` object, or a list of `choices`. Strings are
 * held as text, or with `typeName` in PostgreSQL's own enum type; numbers as integers.
 *
 * @param members - the enum or object; or the options with `choices`
 * @param options - `maxLength`, `typeName` and the common options
 * @throws ImproperlyConfigured when strings and numbers are mixed
 * @example
 * class Item extends Model<Item>("library.Item")({ level: EnumField({ choices: ["gold", "tin"], default: "tin" }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.level); // → tin
 */
export function EnumField<const O extends EnumChoicesOptions<string | number>>(
  options: O & KnownOptions<O, EnumChoicesOptions<string>> & Pick<EnumOptions<O["choices"][number]>, "default">,
): EnumMake<O["choices"][number], O>;
export function EnumField<const E extends EnumObject, const O extends EnumOptions<E[keyof E]> = NoOptions>(
  members: E,
  options?: O & KnownOptions<O, EnumOptions<E[keyof E]>>,
): EnumMake<E[keyof E], O>;
export function EnumField(first: EnumObject | EnumChoicesOptions<string | number>, second: object = {}): unknown {
  // An enum's members are strings and numbers, so a list under `choices` is the option.
  if (hasChoices(first)) {
    const { choices, ...options } = first;
    return publish(new EnumDefinition(choices, options));
  }
  return publish(new EnumDefinition(first, second));
}

function hasChoices(first: EnumObject | EnumChoicesOptions<string | number>): first is EnumChoicesOptions<string | number> {
  return Array.isArray(first.choices);
}
