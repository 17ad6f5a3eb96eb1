import { isSeveralColumns } from "../../migrations/introspection/differences.js";
import type { IndexInfo } from "../../migrations/introspection/schema-info.js";
import { Imports } from "../../migrations/writing/imports.js";
import { Code, callCode, fieldCode, rawConditionCode, valueCode } from "./code.js";
import type { ColumnTypes } from "./column-types.js";
import { defaultCode } from "./default-code.js";
import { exclusionOptions, indexOptions, isPlainUnique, uniqueOptions } from "./index-code.js";
import { type InspectedColumn, type InspectedTable, inDependencyOrder } from "./inspected-table.js";
import { constraintName, defaultColumn, defaultTable } from "./names.js";
import { type Reverse, reverseRelations } from "./related-names.js";

const ACTIONS: Readonly<Record<string, string>> = { CASCADE: "CASCADE", RESTRICT: "RESTRICT", "SET NULL": "SET_NULL" };

/** The context of one module. */
interface Writing {
  readonly app: string;
  readonly imports: Imports;
  readonly types: ColumnTypes;
  readonly tables: ReadonlyMap<string, InspectedTable>;
  /** The other sides of relations, by the table that they are of. */
  readonly reverse: ReadonlyMap<string, readonly Reverse[]>;
  /** Tables whose models stand above. */
  readonly written: Set<string>;
}

/** One column: its line, what to say of it, and the check that its field brings. */
interface WrittenField {
  readonly line: string;
  readonly note: string | null;
  readonly check: string | null;
}

/** Whether a unique constraint is one that a field can say by itself. */
function isOfField(unique: InspectedTable["info"]["uniques"][number]): boolean {
  return unique.columns.length === 1 && isPlainUnique(unique);
}

/** The columns whose fields say that they are unique. */
function uniqueColumns({ info }: InspectedTable): ReadonlySet<string> {
  return new Set(info.uniques.filter(isOfField).flatMap(({ columns }) => columns));
}

/** Whether an index is what `dbIndex: true` makes. */
export function isPlainIndex(index: IndexInfo): boolean {
  return (
    index.columns.length === 1 &&
    index.columns[0] !== null &&
    !index.unique &&
    index.condition === null &&
    index.include.length === 0 &&
    index.descending[0] !== true &&
    (index.method === null || index.method === "btree") &&
    !/_ops\b|\bCOLLATE\b/i.test(index.definition)
  );
}

function commonOptions({ column, name, foreignKey }: InspectedColumn, isKey: boolean): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  if (column.nullable && !isKey) options.null = true;
  if (column.name !== defaultColumn(name, foreignKey !== null)) options.dbColumn = column.name;
  if (column.comment !== null) options.dbComment = column.comment;
  return options;
}

/** Whether a row of the target has one row of this relation at most. */
function isSingle(table: InspectedTable, { column }: InspectedColumn): boolean {
  return (table.key.length === 1 && table.key[0] === column.name) || uniqueColumns(table).has(column.name);
}

function relationField(writing: Writing, table: InspectedTable, inspected: InspectedColumn): WrittenField {
  const { imports, tables, written } = writing;
  const { column, name, foreignKey } = inspected;
  const target = tables.get(foreignKey?.table ?? "") ?? table;
  const isKey = table.key.length === 1 && table.key[0] === column.name;
  const unique = isSingle(table, inspected);
  const relatedName = writing.reverse.get(target.info.name)?.find((reverse) => reverse.column === inspected)?.name;
  const action = ACTIONS[foreignKey?.onDelete ?? ""] ?? "DO_NOTHING";
  const onDelete = new Code(imports.add("dorm", action === "SET_NULL" && !column.nullable ? "DO_NOTHING" : action));
  const [targetColumn = ""] = foreignKey?.targets ?? [];
  const toField = target.key.length === 1 && target.key[0] === targetColumn ? undefined : target.fields.get(targetColumn)?.name;
  const indexed = table.info.indexes.some((index) => isPlainIndex(index) && index.columns[0] === column.name);
  const options = {
    onDelete,
    ...(isKey ? { primaryKey: true } : {}),
    ...(toField === undefined ? {} : { toField }),
    ...(unique || indexed ? {} : { dbIndex: false }),
    ...(relatedName === undefined ? {} : { relatedName }),
    ...commonOptions(inspected, isKey),
  };
  const call = callCode(imports, unique ? "OneToOneField" : "ForeignKey", [new Code(`() => ${target.className}`), options]);
  const line = written.has(target.info.name) ? `${name}: ${call},` : `get ${name}() {\n      return ${call};\n    },`;
  return { line, note: null, check: null };
}

/** The types of the columns that refer to a column. */
function referenceTypes({ tables }: Writing, { info }: InspectedTable, column: string): readonly string[] {
  return [...tables.values()].flatMap((other) =>
    other.info.foreignKeys
      .filter(({ table, columns, targets }) => table === info.name && columns.length === 1 && targets[0] === column)
      .flatMap(({ columns: [referring] }) => other.fields.get(referring ?? "")?.column.type ?? []),
  );
}

function plainField(writing: Writing, table: InspectedTable, inspected: InspectedColumn): WrittenField {
  const { imports, types } = writing;
  const { column, name } = inspected;
  const isKey = table.key.length === 1 && table.key[0] === column.name;
  if (column.auto && isKey)
    return {
      line: `${name}: ${fieldCode(imports, types.key(column, referenceTypes(writing, table, column.name)), commonOptions(inspected, isKey))},`,
      note: null,
      check: null,
    };
  const { choice, exact, check } = types.field(
    column,
    table.info.checks.map(({ condition }) => condition),
  );
  const note = exact ? null : `The column's type is "${column.type}", which no field has.`;
  const indexed = table.info.indexes.some((index) => isPlainIndex(index) && index.columns[0] === column.name);
  const more = {
    ...(isKey ? { primaryKey: true } : {}),
    ...(!isKey && uniqueColumns(table).has(column.name) ? { unique: true } : {}),
    ...(indexed && !isKey ? { dbIndex: true } : {}),
    ...commonOptions(inspected, isKey),
  };
  if (column.generated !== null) {
    const { null: isNull, ...rest } = { null: false, ...more };
    const outputField = new Code(fieldCode(imports, choice, isNull ? { null: true } : {}));
    const options = { expression: column.generated, outputField, ...(column.stored ? {} : { stored: false }), ...rest };
    return { line: `${name}: ${callCode(imports, "GeneratedField", [options])},`, note, check };
  }
  const given = column.default === null ? {} : { dbDefault: defaultCode(imports, column.default, choice) };
  return { line: `${name}: ${fieldCode(imports, choice, { ...more, ...given })},`, note, check };
}

/** Indexes of a kind that only certain types have, on columns whose type no field has: the tables would not be made. */
function impossibleIndexes({ types }: Writing, { info, fields }: InspectedTable): ReadonlySet<IndexInfo> {
  const checks = info.checks.map(({ condition }) => condition);
  const inexact = [...fields.values()].filter(({ foreignKey, column }) => foreignKey === null && !types.field(column, checks).exact);
  const names = new Set<string | null>(inexact.map(({ column }) => column.name));
  return new Set(
    info.indexes.filter(({ method, columns }) => method !== null && method !== "btree" && columns.some((column) => names.has(column))),
  );
}

/** The second argument of a model: table, key, indexes, constraints. */
function modelOptions(
  writing: Writing,
  table: InspectedTable,
  ownChecks: ReadonlySet<string>,
  leftOut: ReadonlySet<IndexInfo>,
): Record<string, unknown> {
  const { app, imports } = writing;
  const { info } = table;
  const indexes = info.indexes
    .filter((index) => !isPlainIndex(index) && !leftOut.has(index))
    .map((index) => new Code(callCode(imports, "Index", [indexOptions(imports, table, index)])));
  const uniques = info.uniques
    .filter((unique) => !isOfField(unique))
    .map((unique) => new Code(callCode(imports, "UniqueConstraint", [uniqueOptions(table, unique)])));
  const exclusions = info.exclusions.map(
    (exclusion) => new Code(callCode(imports, "ExclusionConstraint", [exclusionOptions(imports, table, exclusion)])),
  );
  const checks = info.checks
    .filter(({ condition }) => !ownChecks.has(condition))
    .map(
      ({ name, condition }, index) =>
        new Code(
          callCode(imports, "CheckConstraint", [
            { check: rawConditionCode(imports, condition), name: constraintName(name, "check", info.name, String(index + 1)) },
          ]),
        ),
    );
  const constraints = [...uniques, ...checks, ...exclusions];
  return {
    ...(info.name === defaultTable(app, table.className) ? {} : { dbTable: info.name }),
    ...(info.primaryKey.length === 0 ? { managed: false } : {}),
    ...(info.comment === null ? {} : { dbTableComment: info.comment }),
    ...(indexes.length === 0 ? {} : { indexes }),
    ...(constraints.length === 0 ? {} : { constraints }),
  };
}

function modelCode(writing: Writing, table: InspectedTable): string {
  const { app, imports } = writing;
  const { info, className, key } = table;
  const columns = [...table.fields.values()];
  const fields = columns.map((inspected) =>
    inspected.foreignKey === null ? plainField(writing, table, inspected) : relationField(writing, table, inspected),
  );
  const lines = fields.flatMap(({ line, note }) => (note === null ? [line] : [`// ${note}`, line]));
  if (key.length > 1) {
    const parts = key.map((column) => table.fields.get(column)?.name ?? column);
    lines.unshift(`pk: ${callCode(imports, "CompositePrimaryKey", parts)},`);
  }
  for (const { name, from, column } of writing.reverse.get(info.name) ?? [])
    lines.push(
      `get ${name}() {\n      return ${callCode(imports, "ReverseRelation", [new Code(`() => ${from.className}`), column.name])};\n    },`,
    );
  const notes = info.foreignKeys
    .filter(isSeveralColumns)
    .map(
      ({ name, columns, table: target, targets }) =>
        `// The foreign key ${name === null ? "" : `"${name}" `}(${columns.join(", ")}) → ${target} (${targets.join(", ")}) is of several columns, and a\n// ForeignKey is of one: its columns are plain fields here, and the database goes on checking it. Migrations that make\n// the table anew have to add it, with RunSQL.`,
    );
  if (info.primaryKey.length === 0)
    notes.push(
      info.view
        ? "// A view, which dorm leaves alone; choose the field that tells its rows apart for the primary key."
        : "// The table has no primary key, so dorm leaves it alone; choose the field that serves for one.",
    );
  for (const { type, values } of info.columns)
    if (values !== null)
      notes.push(
        `// The type ${type} has to be there: ${callCode(new Imports(), "CreatePGEnum", [type.replaceAll('"', ""), values])} before the table in a migration.`,
      );
  const leftOut = impossibleIndexes(writing, table);
  for (const { name } of leftOut) notes.push(`// The index "${name}" is left out: it needs a type that no field has.`);
  writing.written.add(info.name);
  const options = modelOptions(writing, table, new Set(fields.flatMap(({ check }) => check ?? [])), leftOut);
  const optionLines = Object.entries(options).map(([name, value]) =>
    Array.isArray(value)
      ? `    ${name}: [\n${value.map((entry) => `      ${valueCode(entry)},\n`).join("")}    ],\n`
      : `    ${name}: ${valueCode(value)},\n`,
  );
  const shape = `  {\n${lines.map((line) => `    ${line}\n`).join("")}  },\n`;
  const second = optionLines.length === 0 ? "" : `  {\n${optionLines.join("")}  },\n`;
  const head = notes.map((note) => `${note}\n`).join("");
  return `${head}export class ${className} extends Model<${className}>(${JSON.stringify(`${app}.${className}`)})(\n${shape}${second}) {}\n`;
}

/**
 * A module with a model for each table.
 *
 * @param tables - with their names, of one database
 * @param app - of the models
 * @returns TypeScript
 */
export function modelsCode(tables: readonly InspectedTable[], app: string, types: ColumnTypes): string {
  const imports = new Imports();
  imports.add("dorm", "Model");
  const writing: Writing = {
    app,
    imports,
    types,
    tables: new Map(tables.map((table) => [table.info.name, table])),
    reverse: reverseRelations(tables, isSingle),
    written: new Set(),
  };
  const models = inDependencyOrder(tables).map((table) => modelCode(writing, table));
  return `${imports.toString()}\n${models.join("\n")}`;
}
