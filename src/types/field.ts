import type { Problem } from "./problem.js";

/* Phantom slots: they exist for the compiler only. */
declare const VALUE: unique symbol;
declare const NULLABLE: unique symbol;
declare const DEFAULTED: unique symbol;
declare const KIND: unique symbol;
declare const TARGET: unique symbol;
declare const VIA: unique symbol;
declare const PRIMARY: unique symbol;
declare const GENERATED: unique symbol;
declare const PARTS: unique symbol;
declare const READ: unique symbol;
declare const INPUT: unique symbol;
declare const FILLS: unique symbol;
declare const END: unique symbol;
declare const SHOWN: unique symbol;
declare const TAKEN: unique symbol;
declare const LABELLED: unique symbol;

export type { DEFAULTED, END, FILLS, GENERATED, INPUT, KIND, LABELLED, NULLABLE, PARTS, PRIMARY, READ, SHOWN, TAKEN, TARGET, VALUE, VIA };

/**
 * A column as the compiler sees it: its value, whether it may be null, whether `create` may leave it out,
 * the family of lookups that it takes, and whether it is the primary key.
 */
export interface Field<Value, Null extends boolean, Defaulted extends boolean, Kind extends string, Primary extends boolean = false> {
  readonly [VALUE]: Value;
  readonly [NULLABLE]: Null;
  readonly [DEFAULTED]: Defaulted;
  readonly [KIND]: Kind;
  readonly [PRIMARY]: Primary;
}
/** A column with `choices`, whose labels instances tell. */
export interface Labelled {
  readonly [LABELLED]: true;
}
/** A foreign key ("fk") or a one-to-one field ("o2o"). */
export interface ToOne<Model, Null extends boolean, Defaulted extends boolean, Kind extends "fk" | "o2o", Primary extends boolean = false>
  extends Field<Model, Null, Defaulted, Kind, Primary> {
  readonly [TARGET]: Model;
}
/** A column that the database computes: it is read, filtered and ordered by, and never written. */
export interface Generated<Value, Null extends boolean, Kind extends string> extends Field<Value, Null, true, Kind> {
  readonly [GENERATED]: true;
}
/** A column that holds the name of a file: queries see the name, instances have `Shown`, and take `Taken`. */
export interface FileColumn<Shown, Taken, Null extends boolean, Defaulted extends boolean> extends Field<string, Null, Defaulted, "text"> {
  readonly [SHOWN]: Shown;
  readonly [TAKEN]: Taken;
}
/** A primary key of several columns, under the name `pk` of a shape. */
export interface CompositeKey<Parts extends readonly string[]> {
  readonly [PARTS]: Parts;
  readonly [KIND]: "composite";
  readonly [PRIMARY]: true;
}
/** A relation to many objects, as the compiler sees it. */
export interface ToMany<Model> {
  readonly [TARGET]: Model;
  readonly [KIND]: "m2m";
}
/** The other side of a relation, as the compiler sees it. */
export interface Backward<Model, Via extends string> {
  readonly [TARGET]: Model;
  readonly [KIND]: "reverse";
  readonly [VIA]: Via;
}

/**
 * A name without a column of its own: what it reads as, what may be given for it, the columns that it fills, and the
 * model that `prefetchRelated` finds there; each never where there is none.
 */
export interface Virtual<Read, Input = never, Fills extends string = never, End = never> {
  readonly [READ]: Read;
  readonly [INPUT]: Input;
  readonly [FILLS]: Fills;
  readonly [END]: End;
  readonly [KIND]: "virtual";
}

/** The families of lookups that a column can take. */
export type LookupFamily =
  | "text"
  | "number"
  | "bigint"
  | "decimal"
  | "bool"
  | "datetime"
  | "date"
  | "time"
  | "duration"
  | "uuid"
  | "json"
  | "binary"
  | "array"
  | "hstore"
  | "range"
  | "inet";

/** A check of one value: it throws a `ValidationError`, or gives nothing back. */
export type Validator<Value = never> = (value: Value) => void;

/**
 * The values that a field allows: plain values, `[value, label]` pairs, `[group, [...]]` groups of either, or an
 * object such as an `as const` object or a TypeScript enum, whose keys are the labels.
 */
export type Choices = readonly unknown[] | { readonly [label: string]: string | number };

/** What every field takes; `Input` is what may be assigned to it, `Value` what its validators get. */
export interface CommonOptions<Input, Value = Input> {
  /** Whether the column may be NULL; false unless given. */
  readonly null?: boolean;
  /** Whether validation takes an empty value; false unless given. */
  readonly blank?: boolean;
  /** Whether no two rows may have the same value; false unless given. */
  readonly unique?: boolean;
  /** Whether it is the model's key, in the place of `id`; false unless given. */
  readonly primaryKey?: boolean;
  /** Whether the column has an index; false unless given, true for foreign keys. */
  readonly dbIndex?: boolean;
  /** A value, or a function that is called for each new instance. Plain objects and arrays are copied for each. */
  readonly default?: Input | null | (() => Input | null);
  /** The column's DEFAULT in the database: a literal, or an expression. */
  readonly dbDefault?: unknown;
  /** The values that validation takes, perhaps with labels; see {@link Choices}. */
  readonly choices?: Choices;
  /** Called with each value that is validated; they throw a ValidationError. */
  readonly validators?: readonly Validator<Value>[];
  /** False: forms and exports leave it out. dorm itself only keeps it. */
  readonly editable?: boolean;
  /** The field's name for people. */
  readonly verboseName?: string;
  /** A sentence for people who fill it in. */
  readonly helpText?: string;
  /** The column's name; the field's in snake_case unless given. */
  readonly dbColumn?: string;
  /** A comment on the column, where the database has such. */
  readonly dbComment?: string;
  /** The tablespace, as Django has the option: it is kept, and no statement names it. */
  readonly dbTablespace?: string;
  /** Marks personal data: logs mask the values of the column, and of columns of the same name. */
  readonly pii?: boolean;
  /** Whether `dumpdata` writes it; true unless given. */
  readonly serialize?: boolean;
}

/** True where the options say `Key: true`. */
export type Flag<Options, Key extends string> = Options extends { readonly [P in Key]: true } ? true : false;
/** True where `create` may leave the field out. */
export type HasDefault<Options> = Options extends
  | { readonly default: unknown }
  | { readonly dbDefault: unknown }
  | { readonly null: true }
  | { readonly autoNow: true }
  | { readonly autoNowAdd: true }
  | { readonly version: 4 | 7 }
  ? true
  : false;

type ChoiceElement<Element> = Element extends readonly [infer Head, infer Tail]
  ? Tail extends readonly (infer Member)[]
    ? ChoiceElement<Member>
    : Head
  : Element;
/** The union of the values that `choices` names, in each of its forms. */
export type ChoiceValue<Given> = Given extends readonly (infer Element)[] ? ChoiceElement<Element> : Given[keyof Given];

/**
 * Refuses options that the factory does not have, as excess properties of a generic are not refused otherwise, and a
 * default that is not among the choices.
 */
export type KnownOptions<Options, Allowed> = {
  readonly [Key in Exclude<keyof Options, keyof Allowed>]: Problem<`there is no option '${Key & string}'`>;
} & ChosenDefault<Options>;
/* What a function gives is only known when it runs. An empty text may stand for "none", where validation takes it. */
type ChosenDefault<Options> = Options extends { readonly choices: infer Given; readonly default: infer Value }
  ? [Exclude<Value, null | (() => unknown) | (Options extends { readonly blank: true } ? "" : never)>] extends [ChoiceValue<Given>]
    ? unknown
    : { readonly default: Problem<"the default is not among the choices"> }
  : unknown;
/** No options given. */
export type NoOptions = Readonly<Record<never, never>>;

/** The type of a field from its value and its options: `choices` narrows the value. */
export type Make<Value, Options, Kind extends LookupFamily> = Field<
  Options extends { readonly choices: infer Given } ? ChoiceValue<Given> & Value : Value,
  Flag<Options, "null">,
  HasDefault<Options>,
  Kind,
  Flag<Options, "primaryKey">
> &
  (Options extends { readonly choices: unknown } ? Labelled : unknown);
/** The value of a field, null included where the column may be NULL. */
export type FieldValue<F> =
  F extends Field<infer Value, infer Null, boolean, string, boolean> ? (Null extends true ? Value | null : Value) : never;
