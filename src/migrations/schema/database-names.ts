import type { Flow } from "../../engine/flow.js";
import type { ModelMeta } from "../../models/meta.js";
import { inspectTableFlow } from "../introspection/inspect.js";
import type { TableInfo } from "../introspection/schema-info.js";
import type { StatementRunner } from "./statement-runner.js";
import type { PartChanges, TableDifference } from "./table-difference.js";
import { columnsIn, type NamedPart, type TableParts, tableParts } from "./table-parts.js";

type PartKind = "uniques" | "checks" | "foreignKeys" | "indexes";

/** What the database has, as far as it tells one part from another. */
interface FoundPart {
  readonly name: string;
  readonly columns: readonly (string | null)[];
  readonly definition: string;
}

/**
 * Puts the names that the database has in the place of those that dorm would have given: a database that was adopted has
 * its own. A part whose name is there keeps it, and so does one that nothing, or more than one thing, in the database fits.
 *
 * @param runner - the database, or the list of a dry run, where no name is looked up
 * @param difference - what is to be done to one table
 */
export function* withDatabaseNames(runner: StatementRunner, difference: TableDifference): Flow<TableDifference> {
  if (runner.collected !== null || !needsNames(runner, difference)) return difference;
  const found = yield* inspectTableFlow(runner, difference.change.old.table);
  if (found === null) return difference;
  const renamed = (kind: PartKind): ((part: NamedPart) => NamedPart) => {
    const names = databaseNames(difference.old[kind], partsOf(found, kind));
    return (part) => ({ ...part, name: names.get(part.name) ?? part.name });
  };
  const changes = (kind: PartKind): PartChanges => {
    const rename = renamed(kind);
    const { removed, added, renamed: moved } = difference[kind];
    return { added, removed: removed.map(rename), renamed: moved.map(({ from, to }) => ({ from: rename(from), to })) };
  };
  const old: TableParts = { ...difference.old, indexes: difference.old.indexes.map(renamed("indexes")) };
  const key = found.primaryKeyName;
  const { uniques, indexes } = withUniqueIndexes(
    changes("uniques"),
    changes("indexes"),
    runner.dialect.features.alterConstraints ? found : null,
  );
  return {
    ...difference,
    old,
    // by its own name it takes part in the renaming of the table
    primaryKeyName: key === `${difference.change.old.table.slice(0, 58)}_pkey` ? null : key,
    uniques,
    checks: changes("checks"),
    foreignKeys: changes("foreignKeys"),
    indexes,
  };
}

/**
 * What the models know as unique columns may be a unique index in a database that was adopted: it goes, and gets another
 * name, as an index.
 *
 * @param found - null where tables are made anew, and nothing is dropped by its name
 */
function withUniqueIndexes(
  uniques: PartChanges,
  indexes: PartChanges,
  found: TableInfo | null,
): { readonly uniques: PartChanges; readonly indexes: PartChanges } {
  const asIndex = (part: NamedPart): NamedPart | null => {
    const name = found === null ? null : uniqueIndexName(found, part);
    return name === null ? null : { ...part, name };
  };
  const removed = uniques.removed.flatMap((part) => asIndex(part) ?? []);
  const renamed = uniques.renamed.flatMap(({ from, to }) => {
    const index = asIndex(from);
    return index === null ? [] : [{ from: index, to }];
  });
  return {
    uniques: {
      added: uniques.added,
      removed: uniques.removed.filter((part) => asIndex(part) === null),
      renamed: uniques.renamed.filter(({ from }) => asIndex(from) === null),
    },
    indexes: { added: indexes.added, removed: [...indexes.removed, ...removed], renamed: [...indexes.renamed, ...renamed] },
  };
}

/** The unique index that stands for a constraint which is not there. */
function uniqueIndexName({ uniques, indexes }: TableInfo, { name, columns }: NamedPart): string | null {
  const same = (candidate: { readonly columns: readonly (string | null)[] }): boolean =>
    candidate.columns.join("\0") === columns.join("\0");
  if (columns.includes(null) || uniques.some(same)) return null;
  const fitting = indexes.filter((index) => index.unique && index.condition === null && same(index));
  const index = fitting.find((candidate) => candidate.name === name) ?? (fitting.length === 1 ? fitting[0] : undefined);
  return index?.name ?? null;
}

/** The name that the database has for an index of a model. @param name - the one that dorm would have given */
export function* databaseIndexName(runner: StatementRunner, meta: ModelMeta, name: string): Flow<string> {
  const found = runner.collected === null ? yield* inspectTableFlow(runner, meta.table) : null;
  if (found === null) return name;
  return databaseNames(tableParts(runner.dialect, meta).indexes, partsOf(found, "indexes")).get(name) ?? name;
}

function needsNames({ dialect }: StatementRunner, difference: TableDifference): boolean {
  const kinds = [difference.uniques, difference.checks, difference.foreignKeys, difference.indexes];
  const named = kinds.some(({ removed, renamed }) => removed.length + renamed.length > 0);
  // a table that is made anew takes all of its indexes along
  return named || difference.primaryKeyChanged || (!dialect.features.alterConstraints && difference.old.indexes.length > 0);
}

function partsOf(table: TableInfo, kind: PartKind): readonly FoundPart[] {
  const columns = table.columns.map(({ name }) => name);
  switch (kind) {
    case "uniques":
      return table.uniques;
    case "foreignKeys":
      return table.foreignKeys.flatMap(({ name, ...key }) =>
        name === null ? [] : [{ name, columns: key.columns, definition: `${key.table} (${key.targets.join()})` }],
      );
    case "checks":
      return [...table.checks.map(({ name, condition }) => ({ name, definition: condition })), ...table.exclusions].flatMap(
        ({ name, definition }) => (name === null ? [] : [{ name, columns: columnsIn(definition, columns), definition }]),
      );
    default:
      return table.indexes.map(({ name, columns, unique, definition, condition }) => ({
        name,
        columns,
        definition: `${unique} ${condition === null} ${definition}`,
      }));
  }
}

/** The database's names by those that dorm would have given, of parts whose names are not there. */
function databaseNames(parts: readonly NamedPart[], found: readonly FoundPart[]): ReadonlyMap<string, string> {
  const there = new Set(found.map(({ name }) => name));
  const taken = new Set(parts.map(({ name }) => name));
  const names = new Map<string, string>();
  for (const part of parts) {
    if (there.has(part.name)) continue;
    const fitting = found.filter((candidate) => !taken.has(candidate.name) && fits(part, candidate));
    const [first] = fitting;
    if (first === undefined || new Set(fitting.map(({ definition }) => definition)).size > 1) continue;
    taken.add(first.name);
    names.set(part.name, first.name);
  }
  return names;
}

function fits(part: NamedPart, found: FoundPart): boolean {
  const isIndex = part.sql.startsWith("CREATE ");
  const kind = `${part.sql.startsWith("CREATE UNIQUE ")} ${!part.sql.includes(" WHERE ")} `;
  return part.columns.join("\0") === found.columns.join("\0") && (!isIndex || found.definition.startsWith(kind));
}
