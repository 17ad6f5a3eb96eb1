import type { IndexInfo } from "../../migrations/introspection/schema-info.js";
import type { Imports } from "../../migrations/writing/imports.js";
import { type Code, rawConditionCode, rawSqlCode } from "./code.js";
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

/** The options of an index of a model. */
export function indexOptions(imports: Imports, table: InspectedTable, index: IndexInfo): Record<string, unknown> {
  const { columns, unique, descending, method, condition, include, definition } = index;
  const named = (column: string): string => table.fields.get(column)?.name ?? column;
  const plain = columns.filter((column): column is string => column !== null);
  const expressions: Code[] | null = plain.length === columns.length ? null : keysOf(definition).map((key) => rawSqlCode(imports, key));
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
  };
}
