import { run } from "../../engine/run.js";
import type { FieldDefinition } from "../../fields/field.js";
import * as factories from "../../fields/index.js";
import { expectedTables } from "../../migrations/introspection/expected.js";
import type { ColumnInfo, TableInfo } from "../../migrations/introspection/schema-info.js";
import { StatementRunner } from "../../migrations/schema/statement-runner.js";
import { buildModel } from "../../models/define.js";
import { metaOf } from "../../models/meta.js";

/** A field that a column may be: its factory and its options as code. */
export interface FieldChoice {
  readonly factory: string;
  /** The arguments before the options: the element of an array. */
  readonly element: FieldChoice | null;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Candidate {
  readonly choice: FieldChoice;
  /** The column's type in the database's own words. */
  readonly type: string;
  /** The check that comes with the field, its column written as `?`. */
  readonly check: string | null;
}

/** A key that the database numbers. */
interface NumberedKey {
  readonly factory: string;
  readonly type: string;
  /** The type of a column that refers to it. */
  readonly reference: string;
}

/** Numbered keys, the usual one first, with the fields that have the type of a reference. */
const NUMBERED = [
  ["BigAutoField", "BigIntegerField"],
  ["AutoField", "IntegerField"],
  ["SmallAutoField", "SmallIntegerField"],
] as const;

const plain = (factory: string, options: Readonly<Record<string, unknown>> = {}): FieldChoice => ({ factory, element: null, options });

/** In the order in which they are taken where several have one type. */
const COMMON: readonly FieldChoice[] = [
  plain("BooleanField"),
  plain("PositiveSmallIntegerField"),
  plain("SmallIntegerField"),
  plain("PositiveIntegerField"),
  plain("IntegerField"),
  plain("PositiveBigIntegerField"),
  plain("BigIntegerField"),
  plain("FloatField"),
  plain("DateField"),
  plain("TimeField"),
  plain("DateTimeField"),
  plain("DateTimeField", { precision: 6 }),
  plain("DurationField"),
  plain("UUIDField"),
  plain("JSONField"),
  plain("TextField"),
  plain("BinaryField"),
  plain("GenericIPAddressField"),
];

/** Fields of types that not every database has: looked at only where a column's type has the name. */
const SPECIAL: readonly (readonly [type: RegExp, choice: FieldChoice])[] = [
  [/^citext$/, plain("CITextField")],
  [/^hstore$/, plain("HStoreField")],
  [/^int4range$/, plain("IntegerRangeField")],
  [/^int8range$/, plain("BigIntegerRangeField")],
  [/^numrange$/, plain("DecimalRangeField")],
  [/^daterange$/, plain("DateRangeField")],
  [/^tstzrange$/, plain("DateTimeRangeField")],
];

/** What comes nearest to a type that no field has. */
const NEAREST: readonly (readonly [type: RegExp, choice: FieldChoice])[] = [
  [/bool/, plain("BooleanField")],
  [/bigint|int8/, plain("BigIntegerField")],
  [/smallint|int2|tinyint/, plain("SmallIntegerField")],
  [/int/, plain("IntegerField")],
  [/char|clob|text|enum/, plain("TextField")],
  [/blob|binary|bytea|^$/, plain("BinaryField")],
  [/real|floa|doub/, plain("FloatField")],
  [/time.*stamp|datetime/, plain("DateTimeField")],
  [/date/, plain("DateField")],
  [/^time/, plain("TimeField")],
  [/json/, plain("JSONField")],
  [/num|dec|money/, plain("DecimalField", { maxDigits: 30, decimalPlaces: 10 })],
];

/** A type of the current schema, as PostgreSQL writes it. */
const TYPE_NAME = /^(?:[a-z_][a-z0-9_]*|"[A-Za-z_]\w*")$/;

/** Makes the field; null where its options cannot be. */
function fieldOf({ factory, options }: FieldChoice): FieldDefinition | null {
  try {
    // every factory that is named above takes its options and gives a definition
    const make = Reflect.get(factories, factory) as (options: object) => FieldDefinition;
    return make(options);
  } catch {
    return null;
  }
}

/** Fields with a size, for the sizes that occur. */
function sizedChoices(types: readonly string[]): FieldChoice[] {
  return types.flatMap((type) => {
    const [, first, second] = /\((\d+)(?:,\s*(\d+))?\)/.exec(type) ?? [];
    if (first === undefined) return [];
    return [
      plain("CharField", { maxLength: Number(first) }),
      plain("DecimalField", { maxDigits: Number(first), decimalPlaces: Number(second ?? 0) }),
    ];
  });
}

const bare = (sql: string): string => sql.toLowerCase().replaceAll(/["\s()]/g, "");

/** Asks the database how it would describe the columns of fields. */
async function describeCandidates(alias: string, choices: readonly FieldChoice[]): Promise<readonly Candidate[]> {
  const made = choices.flatMap((choice) => {
    const field = fieldOf(choice);
    return field === null ? [] : [{ choice, field }];
  });
  const shape = Object.fromEntries(made.map(({ field }, index) => [`c${index}x`, field]));
  const meta = metaOf(buildModel("dorm.Candidates", shape, { dbTable: "dorm_candidates" }));
  const [table] = await run(expectedTables(new StatementRunner(alias), [meta]));
  return made.map(({ choice }, index) => {
    const name = `c${index}x`;
    const check = table?.checks.find(({ condition }) => bare(condition).includes(name));
    return {
      choice,
      type: table?.columns.find((column) => column.name === name)?.type ?? "",
      check: check === undefined ? null : bare(check.condition).replaceAll(name, "?"),
    };
  });
}

/** Finds the fields of columns. */
export class ColumnTypes {
  readonly #candidates: readonly Candidate[];
  readonly #keys: readonly NumberedKey[];

  private constructor(candidates: readonly Candidate[], keys: readonly NumberedKey[]) {
    this.#candidates = candidates;
    this.#keys = keys;
  }

  /** @param tables - whose columns will be asked for */
  static async of(alias: string, tables: readonly TableInfo[]): Promise<ColumnTypes> {
    const types = [...new Set(tables.flatMap((table) => table.columns.map((column) => column.type.replace(/(\[\])+$/, ""))))];
    const special = SPECIAL.filter(([pattern]) => types.some((type) => pattern.test(type))).map(([, choice]) => choice);
    const candidates = await describeCandidates(alias, [...COMMON, ...sizedChoices(types), ...special]);
    const keys: NumberedKey[] = [];
    for (const [factory, referring] of NUMBERED) {
      const field = fieldOf(plain(factory));
      if (field === null) continue;
      const meta = metaOf(buildModel("dorm.Key", { id: field }, { dbTable: "dorm_key" }));
      const [table] = await run(expectedTables(new StatementRunner(alias), [meta]));
      const reference = candidates.find(({ choice }) => choice.factory === referring)?.type ?? "";
      keys.push({ factory, type: table?.columns[0]?.type ?? "", reference });
    }
    return new ColumnTypes(candidates, keys);
  }

  /**
   * The field of a key that the database numbers.
   *
   * @param references - the types of the columns that refer to it, which tell its size where all keys are of one type
   */
  key({ type }: ColumnInfo, references: readonly string[]): FieldChoice {
    const alike = this.#keys.filter((key) => key.type === type);
    const found = alike.find((key) => references.includes(key.reference)) ?? alike[0];
    return plain(found?.factory ?? "BigAutoField");
  }

  /**
   * The field of a column.
   *
   * @param checks - the conditions of its table, of which the field's own is taken out
   * @returns the field, whether its type is only near, and the check that it brings
   */
  field(
    { name, type, values }: Pick<ColumnInfo, "name" | "type" | "values">,
    checks: readonly string[],
  ): { readonly choice: FieldChoice; readonly exact: boolean; readonly check: string | null } {
    if (type.endsWith("[]")) {
      const element = this.field({ name, type: type.replace(/(\[\])+$/, ""), values: null }, []);
      return { choice: { factory: "ArrayField", element: element.choice, options: {} }, exact: element.exact, check: null };
    }
    if (values !== null && TYPE_NAME.test(type))
      return { choice: plain("EnumField", { choices: values, typeName: type.replaceAll('"', "") }), exact: true, check: null };
    const column = bare(name);
    const own = (candidate: Candidate): string | undefined =>
      checks.find((condition) => candidate.check !== null && bare(condition) === candidate.check.replaceAll("?", column));
    const alike = this.#candidates.filter((candidate) => candidate.type === type);
    const found = alike.find((candidate) => own(candidate) !== undefined) ?? alike.find(({ check }) => check === null);
    if (found !== undefined) return { choice: found.choice, exact: true, check: own(found) ?? null };
    const nearest = NEAREST.find(([pattern]) => pattern.test(type))?.[1] ?? plain("TextField");
    return { choice: nearest, exact: false, check: null };
  }
}
