import type { ColumnInfo, ForeignKeyInfo, TableInfo } from "../../migrations/introspection/schema-info.js";
import { className, fieldName } from "./names.js";

/** A table with the names that its model gets. */
export interface InspectedTable {
  readonly info: TableInfo;
  readonly className: string;
  readonly fields: ReadonlyMap<string, InspectedColumn>;
  /** The primary key, or what has to serve for one. */
  readonly key: readonly string[];
}

export interface InspectedColumn {
  readonly column: ColumnInfo;
  readonly name: string;
  /** The foreign key that it is alone; null for other columns. */
  readonly foreignKey: ForeignKeyInfo | null;
}

/** A key for a table that has none: the first column that is unique and never null, else the first one. */
function substituteKey({ columns, uniques }: TableInfo): readonly string[] {
  const unique = uniques.filter((constraint) => constraint.columns.length === 1).flatMap((constraint) => constraint.columns);
  const found = columns.find((column) => unique.includes(column.name) && !column.nullable);
  return columns.slice(0, 1).map((column) => found?.name ?? column.name);
}

/** Names the classes and the fields of tables. @param app - the app of the models */
export function nameTables(tables: readonly TableInfo[], app: string): readonly InspectedTable[] {
  const known = new Set(tables.map((table) => table.name));
  const classes = new Set<string>();
  return tables.map((info) => {
    const key = info.primaryKey.length > 0 ? info.primaryKey : substituteKey(info);
    const taken = new Set<string>();
    const fields = new Map(
      info.columns.map((column): [string, InspectedColumn] => {
        const foreignKey =
          info.foreignKeys.find(({ columns, table }) => columns.length === 1 && columns[0] === column.name && known.has(table)) ?? null;
        const name = fieldName(column.name, foreignKey !== null, key.length === 1 && key[0] === column.name, taken);
        return [column.name, { column, name, foreignKey }];
      }),
    );
    return { info, className: className(info.name, app, classes), fields, key };
  });
}

/** Tables in an order in which foreign keys lead to earlier ones, as far as that is possible. */
export function inDependencyOrder(tables: readonly InspectedTable[]): readonly InspectedTable[] {
  const byName = new Map(tables.map((table) => [table.info.name, table]));
  const ordered = new Set<InspectedTable>();
  const visiting = new Set<InspectedTable>();
  const visit = (table: InspectedTable): void => {
    if (visiting.has(table)) return;
    visiting.add(table);
    for (const { table: target } of table.info.foreignKeys) {
      const found = byName.get(target);
      if (found !== undefined) visit(found);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table);
  return [...ordered];
}
