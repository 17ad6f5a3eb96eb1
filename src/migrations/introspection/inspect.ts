import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { NotSupportedError } from "../../errors.js";
import { StatementRunner } from "../schema/statement-runner.js";
import { inspectPostgresql } from "./postgresql.js";
import type { TableInfo } from "./schema-info.js";
import { inspectSqlite } from "./sqlite.js";

/** What is read of a database. */
export interface InspectOptions {
  /** Also views, materialized or not; false unless given. */
  readonly views?: boolean;
}

type Inspector = (runner: StatementRunner, only: string | null, views: boolean) => Flow<TableInfo[]>;

const INSPECTORS: Readonly<Record<string, Inspector>> = {
  sqlite: inspectSqlite,
  postgresql: (runner, only, views) => inspectPostgresql(runner, only, undefined, views),
};

/**
 * Reads the tables of a live database: of the current schema, without partitions and tables of extensions.
 *
 * @param alias - default "default"
 * @param options - `views`: also views
 * @returns the tables sorted by name
 * @throws NotSupportedError where dorm cannot read this kind of database
 * @example
 * for (const table of await inspectSchema()) if (table.name === "library_tag") console.log(table.columns.map(({ name }) => name)); // → [ 'id', 'name' ]
 */
export function inspectSchema(alias = "default", options: InspectOptions = {}): Promise<readonly TableInfo[]> {
  return run(inspectFlow(new StatementRunner(alias), options));
}

/** As {@link inspectSchema}, without waiting. */
export function inspectSchemaSync(alias = "default", options: InspectOptions = {}): readonly TableInfo[] {
  return runSync(inspectFlow(new StatementRunner(alias), options));
}

/** The flow behind {@link inspectSchema}. */
export function* inspectFlow(runner: StatementRunner, { views = false }: InspectOptions = {}): Flow<TableInfo[]> {
  const inspector = INSPECTORS[runner.dialect.vendor];
  if (inspector === undefined)
    throw new NotSupportedError(`The tables of ${runner.dialect.vendor} cannot be read yet.`, {
      alias: runner.alias,
      vendor: runner.dialect.vendor,
    });
  return yield* inspector(runner, null, views);
}

/** One table; null where it is not there, or dorm cannot read this kind of database. */
export function* inspectTableFlow(runner: StatementRunner, table: string): Flow<TableInfo | null> {
  const inspector = INSPECTORS[runner.dialect.vendor];
  if (inspector === undefined) return null;
  const [found = null] = yield* inspector(runner, table, false);
  return found;
}
