import type { QueryResult, Row, Statement } from "../../drivers/driver.js";
import { dialectFor, execute, rowsOf } from "../../engine/execute.js";
import type { Flow } from "../../engine/flow.js";
import { CharField, DateTimeField } from "../../fields/index.js";
import { buildModel } from "../../models/define.js";
import { type ModelMeta, metaOf } from "../../models/meta.js";
import type { Dialect } from "../../sql/dialect.js";
import { codecOf, columnSql } from "../column-sql.js";
import { migrationKey } from "../migration.js";
import { tablesAmong } from "../schema-checks.js";
import { createTableSql } from "../table-sql.js";

/** One record: which migration was applied, and when. */
export interface AppliedMigration {
  readonly app: string;
  readonly name: string;
  readonly appliedAt: Date;
  /** Of its operations as they were then; null where it is not known. */
  readonly checksum: string | null;
}

const TABLE = "dorm_migrations";

let meta: ModelMeta | null = null;

/** The table of the records as a model that no registry knows. */
function recordMeta(): ModelMeta {
  meta ??= metaOf(
    buildModel(
      "dorm.Migration",
      {
        app: CharField({ maxLength: 255 }),
        name: CharField({ maxLength: 255 }),
        appliedAt: DateTimeField(),
        checksum: CharField({ maxLength: 40, null: true }),
      },
      { dbTable: TABLE, uniqueTogether: [["app", "name"]] },
    ),
  );
  return meta;
}

/** The record of the migrations that were applied to one database, in its table `dorm_migrations`. */
export class MigrationRecorder {
  readonly #alias: string;
  readonly #dialect: Dialect;

  constructor(alias: string) {
    this.#alias = alias;
    this.#dialect = dialectFor(alias);
  }

  /** Makes the table where it is not there, in the current schema, and gives one of an earlier dorm the column that it lacks. */
  *ensureTable(): Flow<void> {
    const sql = createTableSql(this.#dialect, recordMeta(), () => true).replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS");
    yield execute(this.#alias, { sql, kind: "ddl", returnsRows: false, internal: true, once: true }, []);
    const there = yield* this.#rows("SELECT * FROM dorm_migrations LIMIT 0");
    if (there.columns.includes("checksum")) return;
    const alter = `ALTER TABLE ${this.#dialect.quoteIdentifier(TABLE)} ADD COLUMN ${columnSql(this.#dialect, recordMeta(), recordMeta().column("checksum"))}`;
    yield execute(this.#alias, { sql: alter, kind: "ddl", returnsRows: false, internal: true, once: true }, []);
  }

  /** Rows with the names of their columns. */
  *#rows(sql: string): Flow<{ readonly columns: readonly string[]; readonly rows: readonly Row[] }> {
    const statement = { ...this.#statement(sql, "select"), describe: true };
    // the value of an `execute` step is a QueryResult
    const { columns = [], rows } = (yield execute(this.#alias, statement, [])) as QueryResult;
    return { columns: columns.map(({ name }) => name), rows };
  }

  /** The records, the oldest first; none where there is no table. */
  *applied(): Flow<AppliedMigration[]> {
    const there = yield* tablesAmong(this.#alias, this.#dialect, [TABLE]);
    if (there.get(TABLE) !== true) return [];
    const decode = codecOf(this.#dialect, recordMeta().column("appliedAt")).decode as ((raw: unknown) => Date) | null;
    const { columns, rows } = yield* this.#rows("SELECT * FROM dorm_migrations ORDER BY id");
    const [app = 0, name = 0, at = 0, checksum = 0] = ["app", "name", "applied_at", "checksum"].map((column) => columns.indexOf(column));
    return rows.map((row) => ({
      app: String(row[app]),
      name: String(row[name]),
      // a column of the kind "datetime" is decoded to a Date
      appliedAt: decode === null ? (row[at] as Date) : decode(row[at]),
      checksum: row[checksum] === null || row[checksum] === undefined ? null : String(row[checksum]),
    }));
  }

  /** The keys of the records. */
  *appliedKeys(): Flow<ReadonlySet<string>> {
    return new Set((yield* this.applied()).map(({ app, name }) => migrationKey(app, name)));
  }

  *isApplied(app: string, name: string): Flow<boolean> {
    const rows = rowsOf(
      yield execute(this.#alias, this.#statement("SELECT 1 FROM dorm_migrations WHERE app = ? AND name = ?", "select"), [app, name]),
    );
    return rows.length > 0;
  }

  *record(app: string, name: string, checksum: string | null): Flow<void> {
    const encode = codecOf(this.#dialect, recordMeta().column("appliedAt")).encode as ((value: unknown) => unknown) | null;
    const now = new Date();
    yield execute(
      this.#alias,
      this.#statement("INSERT INTO dorm_migrations (app, name, applied_at, checksum) VALUES (?, ?, ?, ?)", "insert"),
      [app, name, encode === null ? now : encode(now), checksum],
    );
  }

  *remove(app: string, name: string): Flow<void> {
    yield execute(this.#alias, this.#statement("DELETE FROM dorm_migrations WHERE app = ? AND name = ?", "delete"), [app, name]);
  }

  #statement(sql: string, kind: Statement["kind"]): Statement {
    let position = 0;
    const text = sql.replace(/\?/g, () => {
      position++;
      return this.#dialect.placeholder(position);
    });
    return { sql: text, kind, returnsRows: kind === "select", internal: true, once: true };
  }
}
