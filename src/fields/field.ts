import { addPersonalColumn } from "../engine/masking.js";
import { ImproperlyConfigured, ValidationError } from "../errors.js";
import type { ColumnStorage } from "../sql/codec.js";
import { unknownOption } from "../suggestions.js";
import type { CommonOptions, LookupFamily } from "../types/field.js";
import { isDuration } from "../values/duration.js";
import { isJSONNull } from "../values/json-null.js";
import { type Choice, flatChoices } from "./choices.js";
import { checkIdentifier, checkQuotedName, snakeCase } from "./column-name.js";
import { copyField } from "./copy-field.js";
import { describe, isPlainObject } from "./describe-value.js";

/** Marks fields for every copy of the package in a process. */
const BRAND = Symbol.for("dorm.field");

/** The options that every field takes. */
export type FieldOptions = CommonOptions<unknown, never>;

/** What it takes to make a field again: its factory, positional arguments and options that differ from the defaults. */
export interface Deconstructed {
  /** The factory's name: "CharField". */
  readonly kind: string;
  /** The arguments before the options. */
  readonly args: readonly unknown[];
  /** The options that differ from their defaults. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The least and the greatest integer of a column. */
export interface IntegerLimits {
  /** The least value. */
  readonly min: bigint;
  /** The greatest value. */
  readonly max: bigint;
}

const COMMON_DEFAULTS: Readonly<Record<keyof FieldOptions, unknown>> = {
  null: false,
  blank: false,
  unique: false,
  primaryKey: false,
  dbIndex: false,
  default: undefined,
  dbDefault: undefined,
  choices: undefined,
  validators: undefined,
  editable: true,
  verboseName: undefined,
  helpText: "",
  dbColumn: undefined,
  dbComment: undefined,
  dbTablespace: undefined,
  pii: false,
  serialize: true,
};

/**
 * What a model knows of one of its fields. Frozen when made; {@link FieldDefinition.bind} gives each model its own
 * frozen copy, so that a shape may be spread into several models.
 *
 * @example
 * const field = IntegerField({ default: 3 });
 * if (isField(field)) console.log(field instanceof FieldDefinition, field.kind, field.hasDefault()); // → true IntegerField true
 */
export abstract class FieldDefinition {
  /** The factory's name: "CharField". */
  readonly kind: string;
  /** The options as given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How a column holds it, from which the dialect makes the type. */
  abstract readonly storage: ColumnStorage;
  /** The lookups that it takes. */
  abstract readonly lookupFamily: LookupFamily;

  /** Whether the column may be NULL. */
  readonly null: boolean;
  /** Whether validation takes an empty value. */
  readonly blank: boolean;
  /** Whether no two rows may have the same value. */
  readonly unique: boolean;
  /** Whether it is the key, or a part of it. */
  readonly primaryKey: boolean;
  /** Whether the column has an index. */
  readonly dbIndex: boolean;
  /** Whether forms show it. */
  readonly editable: boolean;
  /** Whether `dumpdata` writes it. */
  readonly serialize: boolean;
  /** Whether it holds personal data, which logs mask. */
  readonly pii: boolean;
  /** The name for people, where one was given. */
  readonly verboseName: string | null;
  /** A sentence for people who fill it in; empty unless given. */
  readonly helpText: string;
  /** The comment on the column. */
  readonly dbComment: string | null;
  /** The tablespace that was named. */
  readonly dbTablespace: string | null;
  /** The allowed values, groups opened; null where any value of the type is allowed. */
  readonly choices: readonly Choice[] | null;
  /** What validation calls with a value. */
  readonly validators: readonly ((value: never) => void)[];
  /** True where the database numbers the rows. */
  readonly auto: boolean = false;
  /** True where a save fills the field itself, so that null is no error before it. */
  readonly filledOnSave: boolean = false;
  /** True where the database computes the column, and nobody may assign it. */
  readonly generated: boolean = false;

  /** The field's name in its model; empty until bound, like those below. */
  readonly name: string = "";
  /** The attribute that holds the column's value: the name itself, except for relations. */
  readonly attname: string = "";
  /** The name of the column; empty until a model has bound the field. */
  readonly column: string = "";
  /** The model's label, `blog.Author`; empty until a model has bound the field. */
  readonly modelLabel: string = "";

  /** Every default, the class's own ones over the common ones; its keys are the options that there are. */
  protected readonly defaults: Readonly<Record<string, unknown>>;

  constructor(kind: string, options: object, ownDefaults: Readonly<Record<string, unknown>> = {}) {
    this.kind = kind;
    this.defaults = { ...COMMON_DEFAULTS, ...ownDefaults };
    for (const [name, value] of Object.entries(options) as [string, unknown][]) {
      if (!Object.hasOwn(this.defaults, name)) {
        throw new ImproperlyConfigured(unknownOption(kind, name, Object.keys(this.defaults)));
      }
      if (value === undefined) throw new ImproperlyConfigured(`${kind}: option "${name}" is undefined; leave it out instead`);
    }
    this.options = Object.freeze({ ...options });
    this.primaryKey = this.flag("primaryKey");
    this.null = this.flag("null");
    this.blank = this.flag("blank");
    this.unique = this.flag("unique") || this.primaryKey;
    this.dbIndex = this.flag("dbIndex");
    this.editable = this.flag("editable");
    this.serialize = this.flag("serialize");
    this.pii = this.flag("pii");
    this.verboseName = this.text("verboseName");
    this.helpText = this.text("helpText") ?? "";
    this.dbComment = this.text("dbComment");
    this.dbTablespace = this.text("dbTablespace");
    const choices = this.option("choices");
    if (choices !== undefined && (typeof choices !== "object" || choices === null)) {
      throw new ImproperlyConfigured(`${kind}: "choices" must be a list or an object`);
    }
    // The check above leaves a list or an object, and flatChoices reads either.
    this.choices = choices === undefined ? null : flatChoices(choices as NonNullable<FieldOptions["choices"]>);
    if (this.choices?.length === 0) throw new ImproperlyConfigured(`${kind}: "choices" is empty, so no value would be allowed`);
    const validators = this.option("validators") ?? [];
    if (!Array.isArray(validators) || validators.some((validator) => typeof validator !== "function")) {
      throw new ImproperlyConfigured(`${kind}: "validators" must be a list of functions`);
    }
    this.validators = validators;
    if (this.primaryKey && this.null) throw new ImproperlyConfigured(`${kind}: a primary key cannot be null`);
  }

  /** The value of an option: as given, else its default. */
  protected option(name: string): unknown {
    return Object.hasOwn(this.options, name) ? this.options[name] : this.defaults[name];
  }

  protected flag(name: string): boolean {
    const value = this.option(name);
    if (typeof value !== "boolean") throw new ImproperlyConfigured(`${this.kind}: option "${name}" must be true or false`);
    return value;
  }

  protected text(name: string): string | null {
    const value = this.option(name) ?? null;
    if (value !== null && typeof value !== "string") throw new ImproperlyConfigured(`${this.kind}: option "${name}" must be a string`);
    return value;
  }

  /** A whole number from `least` up; throws for anything else. */
  protected count(name: string, least: number): number {
    const value = this.option(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < least) {
      throw new ImproperlyConfigured(`${this.kind}: option "${name}" must be a whole number from ${least} up`);
    }
    return value;
  }

  /** `blog.Author.age` once bound, before that the kind: how messages name the field. */
  get label(): string {
    return this.name === "" ? this.kind : `${this.modelLabel}.${this.name}`;
  }

  /**
   * A copy of this field that belongs to a model.
   *
   * @param name - the field's name in the shape
   * @param modelLabel - the model: "blog.Author"
   * @returns the frozen copy, with `name`, `attname` and `column` set
   * @throws ImproperlyConfigured when the name, the column or the default cannot be
   */
  bind(name: string, modelLabel: string): this {
    const where = `${modelLabel}.${name}`;
    checkIdentifier(name, `field ${where}`);
    if (name.includes("__") || name.endsWith("_")) {
      throw new ImproperlyConfigured(`field ${where}: "__" separates lookups, so a name cannot contain it or end in "_"`);
    }
    const attname = this.attnameFor(name);
    const column = this.text("dbColumn") ?? snakeCase(attname);
    checkQuotedName(column, `${where}: column`);
    const bound = copyField(this, { name, attname, column, modelLabel });
    bound.checkDefault();
    if (bound.pii) addPersonalColumn(column);
    return bound;
  }

  /** Refuses a default that the field itself would not take; where that is known only later, nothing happens. */
  protected checkDefault(): void {}

  /** Relations keep their key in another attribute: `author` in `authorId`. */
  protected attnameFor(name: string): string {
    return name;
  }

  /** The error of a value that this field cannot take; `detail` says why, in one message or several. */
  invalid(detail: string | readonly string[], cause?: unknown): ValidationError {
    const options = cause === undefined ? {} : { cause };
    if (this.name === "")
      return new ValidationError(
        [detail].flat().map((text) => `${this.kind}: ${text}`),
        options,
      );
    return new ValidationError({ [this.name]: detail }, { model: this.modelLabel, ...options });
  }

  /**
   * The value that an attribute gets from what was assigned, in the constructor too. Ranges and lengths are
   * not checked here, but by {@link validate} and {@link prepareForSave}.
   *
   * @param input - anything
   * @returns the field's value, or null
   * @throws ValidationError naming the field, when it is of another type
   */
  coerce(input: unknown): unknown {
    if (input === null) return null;
    if (input === undefined) throw this.invalid("undefined is not a value; use null, or leave the field out");
    return this.convert(input);
  }

  /** From an input, never null, to a value; throws {@link invalid}. */
  protected abstract convert(input: unknown): unknown;

  /**
   * The value that a lookup compares with: as {@link coerce}, without the rules for what may be stored
   * (an e-mail field can be searched for any text).
   *
   * @param input - the right side of a lookup
   * @returns the value to encode
   * @throws ValidationError naming the field, when it is of another type
   */
  coerceLookup(input: unknown): unknown {
    return this.coerce(input);
  }

  /**
   * Checks a value as `fullClean` does: null, choices, the field's own rule, then the validators.
   * An empty value that `blank` allows is not checked further. Django's `Field.clean`.
   *
   * @param value - a value that {@link coerce} gave
   * @throws ValidationError naming the field
   */
  validate(value: unknown): void {
    if (value === null) {
      if (!this.null && !this.filledOnSave) throw this.invalid("this field cannot be null");
      return;
    }
    if (this.isEmpty(value)) {
      if (!this.blank) throw this.invalid("this field cannot be blank");
      return;
    }
    if (this.choices !== null && !this.allows(value)) {
      throw this.invalid(`${describe(value)} is not one of the choices`);
    }
    this.checkValue(value);
    this.runValidators(value);
  }

  /**
   * The label of a value among the choices. Django's `get_FOO_display()`.
   *
   * @param value - what an instance has for the field
   * @returns the value as text where it has no label, null for null
   * @throws NotLoadedError for a column that is not loaded
   */
  display(value: unknown): string | null {
    const given = value ?? null;
    const known = this.choices?.find(([choice]) =>
      choice === null || given === null ? choice === given : this.equals(this.coerce(choice), given),
    );
    if (known !== undefined) return known[1];
    return given === null ? null : String(given);
  }

  /** Whether a value is among the choices. */
  protected allows(value: unknown): boolean {
    return this.choices?.some(([choice]) => this.equals(this.coerce(choice), value)) ?? true;
  }

  private runValidators(value: unknown): void {
    const messages: string[] = [];
    for (const validator of this.validators) {
      try {
        // A validator takes this field's values, and coerce gave one.
        validator(value as never);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        messages.push(...error.messages);
      }
    }
    if (messages.length > 0) throw this.invalid(messages);
  }

  /** The field's own rule for a value that is neither null nor empty; throws {@link invalid}. */
  protected checkValue(_value: unknown): void {}

  /** Whether a value counts as blank: the empty string, list and object, as in Django. */
  isEmpty(value: unknown): boolean {
    if (typeof value === "string") return value === "";
    if (Array.isArray(value)) return value.length === 0;
    return typeof value === "object" && value !== null && isPlainObject(value) && Object.keys(value).length === 0;
  }

  /** The integers that the column holds; null where it holds none. A lookup beyond them matches all rows or none. */
  get limits(): IntegerLimits | null {
    return null;
  }

  /** Whether two values of this field are the same. */
  equals(left: unknown, right: unknown): boolean {
    return Object.is(left, right);
  }

  /** Whether a new instance gets a value without being given one. */
  hasDefault(): boolean {
    return Object.hasOwn(this.options, "default");
  }

  /** Whether something gives a new row a value for this column where nobody says one. */
  get filledByItself(): boolean {
    return this.auto || this.generated || this.filledOnSave || this.hasDefault() || Object.hasOwn(this.options, "dbDefault");
  }

  /**
   * The value of a new instance: functions are called, lists and plain objects copied, so that no two instances
   * share one.
   *
   * @returns the default, coerced; null without one
   */
  getDefault(): unknown {
    const given = this.options.default;
    if (given === undefined) return null;
    const value: unknown = typeof given === "function" ? given() : given;
    return this.coerce(isShareable(value) ? value : structuredClone(value));
  }

  /**
   * The value that `save` writes, before {@link prepareForSave}: where a field fills itself (`autoNow`), it does so here.
   *
   * @param value - the instance's value
   * @param adding - true for an INSERT
   * @param now - the time of the save, one for all fields
   * @returns the value to write, which the instance gets too
   */
  preSave(value: unknown, _adding: boolean, _now: Date): unknown {
    return value;
  }

  /**
   * The value as it is stored, for every value that is written: by `save`, `bulkCreate`, `bulkUpdate` and `update`.
   * Decimals are rounded to their places, and what the column cannot hold is refused before any statement runs,
   * alike on all databases.
   *
   * @param value - a value that {@link coerce} gave, not null
   * @throws ValidationError naming the field
   */
  prepareForSave(value: unknown): unknown {
    return value;
  }

  /** What a migration needs to make this field again, defaults left out. */
  deconstruct(): Deconstructed {
    const options = Object.fromEntries(
      Object.entries(this.options).filter(
        ([name, value]) => !Object.is(value, this.defaults[name]) && !(name === "validators" && this.validators.length === 0),
      ),
    );
    return { kind: this.kind, args: [], options };
  }
}
Object.defineProperty(FieldDefinition.prototype, BRAND, { value: true });

/** Whether instances may have the value in common: primitives, and objects that cannot change. */
function isShareable(value: unknown): boolean {
  if (isDuration(value) || isJSONNull(value)) return true;
  return !(Array.isArray(value) || isPlainObject(value) || value instanceof Date || ArrayBuffer.isView(value));
}

/**
 * Whether a value is a field, of whichever copy of the package.
 *
 * @param value - an entry of a shape
 * @example console.log(isField(IntegerField()), isField("integer")); // → true false
 */
export function isField(value: unknown): value is FieldDefinition {
  return typeof value === "object" && value !== null && BRAND in value;
}

/**
 * Gives a definition out as what the compiler knows of it.
 *
 * @param definition - a field that is complete; it is frozen
 */
export function publish<Public>(definition: FieldDefinition): Public {
  // The public types are phantoms: they have no members of their own, so any object serves.
  return Object.freeze(definition) as unknown as Public;
}
