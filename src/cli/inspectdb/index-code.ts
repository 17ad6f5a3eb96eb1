import type { ExclusionInfo, IndexInfo, UniqueInfo } from "../../migrations/introspection/schema-info.js";
import type { Imports } from "../../migrations/writing/imports.js";
import { Code, rawConditionCode, rawSqlCode } from "./code.js";
import type { InspectedTable } from "./inspected-table.js";
import { constraintName } from "./names.js";

/** The keys of an index as SQL, in their order: what stands in the first parentheses of its definition. */
function keysOf(definition: string): string[] {
  const start = definition.indexOf("(");
  const keys: string[] = [];
  let depth = 0;
  let key = "";
  for (const sign of definition.slice(start)) {
    if (sign === ")" && depth === 1) break;
    if (sign === "," && depth === 1) {
      keys.push(key.trim());
      key = "";
      continue;
    }
    if (depth > 0) key += sign;
    depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
  }
  return [...keys, key.trim()];
}

/** The operator classes that an index names; null where it uses the usual ones. */
function operatorClasses(definition: string): string[] | null {
  const classes = keysOf(definition).map((key) => /\s([\w.]+_ops)\b/.exec(key)?.[1] ?? "");
  return classes.some((name) => name !== "") ? classes : null;
}

/** How a key of an index ends where it has an order of its own. */
const ORDER = /\s+(ASC|DESC)?(?:\s*NULLS (FIRST|LAST))?$/i;

/** One key of an index that is an expression, or a column in an order that a field's name cannot say. */
function keyCode(imports: Imports, key: string): Code {
  const [ending = "", direction, nulls] = ORDER.exec(key) ?? [];
  const expression = rawSqlCode(imports, ending === "" ? key : key.slice(0, -ending.length)).text;
  if (direction === undefined && nulls === undefined) return new Code(expression);
  const options = nulls === undefined ? "" : `{ nulls${nulls.charAt(0)}${nulls.slice(1).toLowerCase()}: true }`;
  return new Code(`${expression}.${(direction ?? "ASC").toLowerCase()}(${options})`);
}

/** The options of an index of a model. */
export function indexOptions(imports: Imports, table: InspectedTable, index: IndexInfo): Record<string, unknown> {
  const { columns, unique, descending, method, condition, include, definition, nullsDistinct } = index;
  const named = (column: string): string => table.fields.get(column)?.name ?? column;
  const plain = columns.filter((column): column is string => column !== null);
  const keys = keysOf(definition);
  const ordinary = plain.length === columns.length && !keys.some((key) => /\b(NULLS (FIRST|LAST)|COLLATE)\b/i.test(key));
  const expressions = ordinary ? null : keys.map((key) => keyCode(imports, key));
  const classes = operatorClasses(definition);
  return {
    ...(expressions === null
      ? { fields: plain.map((column, position) => `${descending[position] === true ? "-" : ""}${named(column)}`) }
      : { fields: [], expressions }),
    name: constraintName(index.name, unique ? "uniq" : "idx", table.info.name, ...plain),
    ...(unique ? { unique: true } : {}),
    ...(method === null || method === "btree" ? {} : { method }),
    ...(classes === null || expressions !== null ? {} : { opclasses: classes }),
    ...(condition === null ? {} : { condition: rawConditionCode(imports, condition) }),
    ...(include.length === 0 ? {} : { include: include.map(named) }),
    ...(nullsDistinct ? {} : { nullsDistinct: false }),
  };
}

/** Whether a unique constraint is what `unique: true` of a field, or fields alone, make. */
export function isPlainUnique({ include, deferrable, nullsDistinct }: UniqueInfo): boolean {
  return include.length === 0 && deferrable === null && nullsDistinct;
}

/** The options of a unique constraint of a model. */
export function uniqueOptions(
  table: InspectedTable,
  { name, columns, include, deferrable, nullsDistinct }: UniqueInfo,
): Record<string, unknown> {
  const named = (column: string): string => table.fields.get(column)?.name ?? column;
  return {
    fields: columns.map(named),
    name: constraintName(name, "uniq", table.info.name, ...columns),
    ...(include.length === 0 ? {} : { include: include.map(named) }),
    ...(deferrable === null ? {} : { deferrable }),
    ...(nullsDistinct ? {} : { nullsDistinct: false }),
  };
}

/** The options of an exclusion constraint of a model. */
export function exclusionOptions(imports: Imports, table: InspectedTable, exclusion: ExclusionInfo): Record<string, unknown> {
  const { name, columns, elements, operators, opclasses, method, condition, include, deferrable } = exclusion;
  const named = (column: string): string => table.fields.get(column)?.name ?? column;
  const plain = columns.filter((column) => column !== null);
  return {
    ...(plain.length === columns.length ? { fields: plain.map(named) } : { expressions: elements.map((sql) => rawSqlCode(imports, sql)) }),
    operators,
    name: constraintName(name, "excl", table.info.name, ...plain),
    ...(method === "gist" ? {} : { method }),
    ...(opclasses.every((each) => each === "") ? {} : { opclasses }),
    ...(include.length === 0 ? {} : { include: include.map(named) }),
    ...(condition === null ? {} : { condition: rawConditionCode(imports, condition) }),
    ...(deferrable === null ? {} : { deferrable }),
  };
}
