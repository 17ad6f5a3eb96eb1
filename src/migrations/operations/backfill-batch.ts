import { atomicFlow } from "../../engine/atomic.js";
import { execute, rowsOf } from "../../engine/execute.js";
import type { Flow } from "../../engine/flow.js";
import { rawStatement } from "../../engine/raw-statement.js";
import { sleep } from "../../engine/run.js";
import { MigrationError } from "../../errors.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import { type DeconstructedOperation, Operation, type OperationContext } from "./operation.js";

/** What `BackfillBatch` takes. */
export interface BackfillBatchOptions {
  /** The table whose rows are filled. */
  readonly table: string;
  /** One statement with two placeholders: the first key of a batch, and the last. */
  readonly sql: string;
  /** An integer column by which the rows are numbered; "id" unless given. */
  readonly pkColumn?: string;
  /** Keys in one batch; 1000 unless given. */
  readonly batchSize?: number;
  /** Milliseconds between two batches; 0 unless given. */
  readonly sleepMs?: number;
  /** Batches in one run; the next run goes on from there. As many as there are unless given. */
  readonly maxBatches?: number;
}

const PROGRESS_TABLE = "dorm_backfills";

export class BackfillBatchOperation extends Operation {
  override readonly outsideTransaction = true;
  readonly options: BackfillBatchOptions;

  constructor(options: BackfillBatchOptions) {
    super();
    this.options = options;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "BackfillBatch", args: [this.options] };
  }

  describe(): string {
    return `Fill ${this.options.table} in batches`;
  }

  override get nameFragment(): string {
    return `backfill_${this.options.table}`.toLowerCase();
  }

  override *databaseForwards({ runner, progress }: OperationContext): Flow<void> {
    const { table, sql, pkColumn = "id", batchSize = 1000, sleepMs = 0, maxBatches = Infinity } = this.options;
    if (runner.collected !== null) {
      yield* runner.runWith(sql, ["first key", "last key"]);
      runner.note(`for each ${batchSize} keys of ${table}.${pkColumn}`);
      return;
    }
    const key = runner.quote(pkColumn);
    const [[low, high] = []] = yield* runner.rows(`SELECT MIN(${key}), MAX(${key}) FROM ${runner.quote(table)}`);
    if (low === null || low === undefined) return;
    const last = BigInt(String(high));
    let first = yield* startingPoint(runner, this.#name, BigInt(String(low)));
    for (let batches = 0; first <= last; batches++) {
      if (batches >= maxBatches)
        throw new MigrationError(
          `The fill of ${table} stopped after ${batches} batches, as maxBatches says; ${last - first + 1n} keys are left. Run the migration again to go on.`,
          { code: "backfill_unfinished" },
        );
      if (batches > 0 && sleepMs > 0) yield sleep(sleepMs);
      const [from, to] = [first, first + BigInt(batchSize) - 1n];
      yield* atomicFlow(runner.alias, () => batch(runner, sql, this.#name, from, to));
      first = to + 1n;
      progress(`${table}: filled up to ${pkColumn} ${to > last ? last : to} of ${last}`);
    }
    yield* forget(runner, this.#name);
  }

  /** What was filled stays: the column goes away with its own operation. */
  override *databaseBackwards(): Flow<void> {}

  get #name(): string {
    return `${this.options.table}: ${this.options.sql}`;
  }
}

/** One batch, together with how far it went: after a crash the next run goes on from there. */
function* batch(runner: StatementRunner, sql: string, name: string, first: bigint, last: bigint): Flow<void> {
  yield* runner.runWith(sql, [first, last]);
  yield* bound(runner, `UPDATE ${PROGRESS_TABLE} SET position = ? WHERE name = ?`, [last + 1n, name]);
}

function* startingPoint(runner: StatementRunner, name: string, low: bigint): Flow<bigint> {
  yield* runner.run(`CREATE TABLE IF NOT EXISTS ${PROGRESS_TABLE} (name TEXT PRIMARY KEY, position BIGINT NOT NULL)`);
  const [row] = yield* bound(runner, `SELECT position FROM ${PROGRESS_TABLE} WHERE name = ?`, [name]);
  if (row !== undefined) return BigInt(String(row[0]));
  yield* bound(runner, `INSERT INTO ${PROGRESS_TABLE} (name, position) VALUES (?, ?)`, [name, low]);
  return low;
}

function* forget(runner: StatementRunner, name: string): Flow<void> {
  yield* bound(runner, `DELETE FROM ${PROGRESS_TABLE} WHERE name = ?`, [name]);
  const [row] = yield* runner.rows(`SELECT 1 FROM ${PROGRESS_TABLE} LIMIT 1`);
  if (row === undefined) yield* runner.run(`DROP TABLE ${PROGRESS_TABLE}`);
}

function* bound(runner: StatementRunner, sql: string, params: readonly unknown[]): Flow<unknown[][]> {
  const statement = rawStatement(runner.dialect, sql, params.length);
  return rowsOf(
    yield execute(
      runner.alias,
      { ...statement, internal: true, describe: false },
      params.map((value) => runner.dialect.encodeUntyped(value)),
    ),
  );
}

/**
 * Changes many rows in small transactions, by ranges of their key. It tells how far it is, and goes on from there when it
 * was interrupted. The file says `atomic: false`.
 *
 * @param options - `table`, `sql` with two placeholders, `pkColumn`, `batchSize`, `sleepMs`, `maxBatches`
 * @example
 * export default migration({
 *   atomic: false,
 *   operations: [
 *     BackfillBatch({
 *       table: "library_job",
 *       sql: "UPDATE library_job SET attempts = 0 WHERE status = 'done' AND id BETWEEN %s AND %s",
 *     }),
 *   ],
 * });
 */
export function BackfillBatch(options: BackfillBatchOptions): Operation {
  const { batchSize = 1000 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new MigrationError("BackfillBatch: batchSize must be a whole number from 1 up.");
  return new BackfillBatchOperation(options);
}
