import type { Imports } from "../../migrations/writing/imports.js";
import type { FieldChoice } from "./column-types.js";

/** Code as it stands, where a value would be quoted. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value as TypeScript. */
export function valueCode(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map(valueCode).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, entry]) => `${name}: ${valueCode(entry)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

/** A call of something that "dorm" exports. */
export function callCode(imports: Imports, name: string, args: readonly unknown[]): string {
  const given = args.filter(
    (argument) => !(typeof argument === "object" && argument !== null && !(argument instanceof Code) && Object.keys(argument).length === 0),
  );
  return `${imports.add("dorm", name)}(${given.map(valueCode).join(", ")})`;
}

/** A field, with options besides its own. */
export function fieldCode(imports: Imports, { factory, element, options }: FieldChoice, more: Readonly<Record<string, unknown>>): string {
  const inner = element === null ? [] : [new Code(fieldCode(imports, element, {}))];
  return callCode(imports, factory, [...inner, { ...options, ...more }]);
}

/** SQL as it stands in the database. */
export function rawSqlCode(imports: Imports, sql: string): Code {
  // a percent sign is only doubled where there are parameters, which SQL of a schema has not
  return new Code(callCode(imports, "RawSQL", [sql]));
}

/** SQL that is true or false. */
export function rawConditionCode(imports: Imports, sql: string): Code {
  const outputField = new Code(callCode(imports, "BooleanField", []));
  return new Code(`${imports.add("dorm", "RawSQL")}(${JSON.stringify(sql)}, [], ${valueCode({ outputField })})`);
}
