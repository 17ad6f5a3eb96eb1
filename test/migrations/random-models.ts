import {
  BigIntegerField,
  BooleanField,
  CASCADE,
  CharField,
  CheckConstraint,
  DateTimeField,
  DecimalField,
  ForeignKey,
  Index,
  IntegerField,
  JSONField,
  ManyToManyField,
  type MigrationField,
  OneToOneField,
  Q,
  SET_NULL,
  TextField,
  UniqueConstraint,
} from "../../src/migrations/index.js";
import type { Models } from "./support.js";

/** One random change: what it does, and numbers that choose where. */
export interface Change {
  readonly kind: (typeof CHANGES)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}
export const CHANGES = [
  "addModel",
  "removeModel",
  "addField",
  "addField",
  "removeField",
  "alterField",
  "alterField",
  "addRelation",
  "addJunction",
  "addIndex",
  "removeIndex",
  "addConstraint",
  "removeConstraint",
  "together",
  "table",
  "ordering",
] as const;

type FieldSpec =
  | { readonly kind: "char"; readonly size: number; readonly null: boolean; readonly dbIndex: boolean; readonly column: string | null }
  | {
      readonly kind: "int" | "bigint" | "text" | "decimal" | "bool" | "date" | "json";
      readonly null: boolean;
      readonly dbDefault: boolean;
      readonly dbIndex: boolean;
    }
  | { readonly kind: "unique"; readonly size: number }
  | { readonly kind: "fk" | "o2o"; readonly to: string; readonly onDelete: "CASCADE" | "SET_NULL" }
  | { readonly kind: "m2m"; readonly to: string };

interface ModelSpec {
  readonly fields: Map<string, FieldSpec>;
  indexes: readonly (readonly [name: string, field: string, descending: boolean])[];
  checks: readonly (readonly [name: string, field: string])[];
  uniques: readonly (readonly [name: string, field: string, partial: boolean])[];
  together: readonly string[] | null;
  table: string | null;
  ordered: string | null;
}

/** Models that change at random; every change leaves something that a database can have. */
export class RandomModels {
  readonly #models = new Map<string, ModelSpec>();
  #count = 0;

  /** @returns whether it did anything */
  apply({ kind, a, b, c }: Change): void {
    this.#count++;
    const labels = [...this.#models.keys()];
    const label = labels[a % Math.max(1, labels.length)];
    if (kind === "addModel" || label === undefined) {
      const app = ["blog", "shop"][b % 2] ?? "blog";
      const name = `Model${this.#count}`;
      this.#models.set(`${app}.${name}`, {
        fields: new Map([["name", { kind: "char", size: 20 + (c % 3), null: false, dbIndex: false, column: null }]]),
        indexes: [],
        checks: [],
        uniques: [],
        together: null,
        table: null,
        ordered: null,
      });
      return;
    }
    const model = this.#models.get(label);
    if (model === undefined) return;
    const plain = [...model.fields].filter(([, field]) => !["fk", "o2o", "m2m"].includes(field.kind));
    const [fieldName, field] = plain[b % Math.max(1, plain.length)] ?? [];
    const other = labels[c % labels.length] ?? label;
    switch (kind) {
      case "removeModel":
        this.#models.delete(label);
        for (const spec of this.#models.values())
          for (const [name, each] of spec.fields) if ("to" in each && each.to === label) this.#drop(spec, name);
        break;
      case "addField":
        model.fields.set(`field${this.#count}`, newField(b, c));
        break;
      case "removeField": {
        const names = [...model.fields.keys()];
        const name = names[b % Math.max(1, names.length)];
        if (name !== undefined) this.#drop(model, name);
        break;
      }
      case "alterField":
        if (fieldName !== undefined && field !== undefined) model.fields.set(fieldName, altered(field, c));
        break;
      case "addRelation":
        model.fields.set(`relation${this.#count}`, {
          kind: b % 4 === 0 ? "o2o" : "fk",
          to: other,
          onDelete: b % 2 === 0 ? "CASCADE" : "SET_NULL",
        });
        break;
      case "addJunction":
        model.fields.set(`junction${this.#count}`, { kind: "m2m", to: other });
        break;
      case "addIndex":
        if (fieldName !== undefined && field?.kind !== "json")
          model.indexes = [...model.indexes, [`index${this.#count}`, fieldName, c % 2 === 0]];
        break;
      case "removeIndex":
        model.indexes = model.indexes.slice(1);
        break;
      case "addConstraint":
        if (fieldName === undefined || field === undefined) break;
        if (field.kind === "int" || field.kind === "bigint") model.checks = [...model.checks, [`check${this.#count}`, fieldName]];
        else if (field.kind === "unique") model.uniques = [...model.uniques, [`unique${this.#count}`, fieldName, c % 2 === 0]];
        break;
      case "removeConstraint":
        if (c % 2 === 0) model.checks = model.checks.slice(1);
        else model.uniques = model.uniques.slice(1);
        break;
      case "together":
        model.together =
          model.together === null && model.fields.has("name") && plain.some(([name]) => name !== "name")
            ? ["name", plain.find(([name, { kind: each }]) => name !== "name" && each !== "json")?.[0] ?? ""]
            : null;
        if (model.together?.includes("")) model.together = null;
        break;
      case "table":
        model.table = model.table === null ? `table_${this.#count}` : null;
        break;
      case "ordering":
        model.ordered = model.ordered === null && fieldName !== undefined ? fieldName : null;
        break;
    }
  }

  #drop(model: ModelSpec, name: string): void {
    model.fields.delete(name);
    model.indexes = model.indexes.filter(([, field]) => field !== name);
    model.checks = model.checks.filter(([, field]) => field !== name);
    model.uniques = model.uniques.filter(([, field]) => field !== name);
    if (model.together?.includes(name)) model.together = null;
    if (model.ordered === name) model.ordered = null;
  }

  /** The models as code would define them. */
  models(): Models {
    return Object.fromEntries(
      [...this.#models].map(([label, { fields, indexes, checks, uniques, together, table, ordered }]) => [
        label,
        [
          Object.fromEntries([...fields].map(([name, field]) => [name, fieldOf(field)])),
          {
            indexes: indexes.map(([name, field, descending]) => Index({ name, fields: [`${descending ? "-" : ""}${field}`] })),
            constraints: [
              ...checks.map(([name, field]) => CheckConstraint({ name, check: Q.untyped({ [`${field}__gte`]: 0 }) })),
              ...uniques.map(([name, field, partial]) =>
                UniqueConstraint({ name, fields: [field], ...(partial ? { condition: Q.untyped({ [`${field}__isnull`]: false }) } : {}) }),
              ),
            ],
            ...(together === null ? {} : { uniqueTogether: [together] }),
            ...(table === null ? {} : { dbTable: table }),
            ...(ordered === null ? {} : { ordering: [ordered] }),
          },
        ] as const,
      ]),
    );
  }
}

function newField(b: number, c: number): FieldSpec {
  const kinds = ["int", "bigint", "text", "decimal", "bool", "date", "json", "unique", "char"] as const;
  const kind = kinds[b % kinds.length] ?? "int";
  if (kind === "unique") return { kind, size: 10 + (c % 3) };
  if (kind === "char")
    return { kind, size: 10 + (c % 3), null: c % 2 === 0, dbIndex: c % 3 === 0, column: c % 5 === 0 ? `column_${b}_${c}` : null };
  return { kind, null: c % 2 === 0, dbDefault: c % 3 === 0, dbIndex: c % 4 === 0 && kind !== "json" };
}

function altered(field: FieldSpec, c: number): FieldSpec {
  switch (field.kind) {
    case "char":
      return (
        [
          { ...field, size: field.size + 7 },
          { ...field, null: !field.null },
          { ...field, dbIndex: !field.dbIndex },
          { ...field, column: field.column === null ? `column_${c}` : null },
        ][c % 4] ?? field
      );
    case "unique":
      return { ...field, size: field.size + 5 };
    case "int":
      return c % 4 === 0 ? { ...field, kind: "bigint" } : { ...field, null: !field.null };
    case "fk":
    case "o2o":
    case "m2m":
      return field;
    default:
      return (
        [
          { ...field, null: !field.null },
          { ...field, dbDefault: !field.dbDefault },
          { ...field, dbIndex: !field.dbIndex && field.kind !== "json" },
        ][c % 3] ?? field
      );
  }
}

const DB_DEFAULTS = { int: 4, bigint: 5n, text: "it's", decimal: "2.50", bool: true, date: "2026-01-02T03:04:05Z", json: null } as const;

function fieldOf(field: FieldSpec): MigrationField {
  switch (field.kind) {
    case "char":
      return CharField({
        maxLength: field.size,
        null: field.null,
        dbIndex: field.dbIndex,
        ...(field.column === null ? {} : { dbColumn: field.column }),
      });
    case "unique":
      return CharField({ maxLength: field.size, unique: true, null: true });
    case "fk":
      return ForeignKey(field.to, { onDelete: field.onDelete === "CASCADE" ? CASCADE : SET_NULL, null: true });
    case "o2o":
      return OneToOneField(field.to, { onDelete: CASCADE, null: true });
    case "m2m":
      return ManyToManyField(field.to);
    case "json":
      return JSONField({ null: field.null });
    default: {
      const options = { null: field.null, dbIndex: field.dbIndex, ...(field.dbDefault ? { dbDefault: DB_DEFAULTS[field.kind] } : {}) };
      if (field.kind === "int") return IntegerField(options);
      if (field.kind === "bigint") return BigIntegerField(options);
      if (field.kind === "text") return TextField(options);
      if (field.kind === "bool") return BooleanField(options);
      if (field.kind === "date") return DateTimeField(options);
      return DecimalField({ ...options, maxDigits: 8, decimalPlaces: 2 });
    }
  }
}
