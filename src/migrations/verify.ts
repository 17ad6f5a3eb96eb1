import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { MigrationError, NotSupportedError } from "../errors.js";
import type { ModelMeta } from "../models/meta.js";
import type { PlannedMigration } from "./detection/arrange.js";
import { detectMigrationsFlow } from "./detection/autodetector.js";
import { compareTables, type SchemaDifference } from "./introspection/differences.js";
import { expectedTables } from "./introspection/expected.js";
import type { TableInfo } from "./introspection/schema-info.js";
import { inScratch } from "./introspection/scratch.js";
import type { OperationContext } from "./operations/operation.js";
import { StatementRunner } from "./schema/statement-runner.js";
import type { ProjectState } from "./state/project-state.js";
import { dependencyOrder, withJunctions } from "./table-order.js";
import { createTablesSql } from "./table-sql.js";

/** What is needed of a migration. */
type Verifiable = Pick<PlannedMigration, "app" | "name" | "operations">;

/** What `verifyMigrations` takes. */
export interface VerifyOptions {
  /** The state before the migrations. */
  readonly from: ProjectState;
  /** The state of the models, to which they must lead. */
  readonly to: ProjectState;
  /** The migrations, as they were read from their files. */
  readonly migrations: readonly Verifiable[];
  /** The database whose kind they are tried on; default "default". Its own tables are not touched. */
  readonly using?: string;
}

/** What was found out about new migrations. */
export interface Verification {
  /** False where the database has not tried them. */
  readonly tried: boolean;
  /** Why not. */
  readonly reason: string | null;
}

/**
 * Tries new migrations where nobody sees it, forwards and backwards: in a database in memory, or in a transaction that is
 * rolled back. Afterwards there must be no difference left, neither to the models nor to the tables before.
 *
 * @throws MigrationError that names what differs
 * @example
 * const to = stateFromModels(registry.all());
 * const migrations = await detectMigrations({ to });
 * console.log(await verifyMigrations({ from: new ProjectState(new Map()), to, migrations })); // → { tried: true, reason: null }
 */
export function verifyMigrations(options: VerifyOptions): Promise<Verification> {
  return run(verifyFlow(options));
}

/** As {@link verifyMigrations}, without waiting. */
export function verifyMigrationsSync(options: VerifyOptions): Verification {
  return runSync(verifyFlow(options));
}

/** The flow behind {@link verifyMigrations}. */
export function* verifyFlow({ from, to, migrations, using = "default" }: VerifyOptions): Flow<Verification> {
  const after = migrations.reduce(
    (state, { app, operations }) => operations.reduce((current, operation) => operation.stateForwards(app, current), state),
    from,
  );
  const rest = yield* detectMigrationsFlow({ from: after, to });
  if (rest.length > 0) {
    const left = rest.flatMap(({ app, operations }) => operations.map((operation) => `${app}: ${operation.describe()}`));
    throw new MigrationError(
      `The new migrations do not lead to the models; still to be done: ${left.join("; ")}. This is a fault of dorm's.`,
      { code: "verification_failed" },
    );
  }
  if (migrations.some(({ operations }) => operations.some((operation) => operation.outsideTransaction)))
    return { tried: false, reason: "an operation cannot run inside a transaction" };
  try {
    yield* tryOut(new StatementRunner(using), from, to, migrations);
  } catch (error) {
    if (error instanceof NotSupportedError) return { tried: false, reason: error.message };
    throw error;
  }
  return { tried: true, reason: null };
}

function metasOf(state: ProjectState): ModelMeta[] {
  return dependencyOrder(withJunctions([...state.models.keys()].map((label) => state.historical.meta(label))));
}

function* tryOut(runner: StatementRunner, from: ProjectState, to: ProjectState, migrations: readonly Verifiable[]): Flow<void> {
  const before = yield* expectedTables(runner, metasOf(from));
  const wanted = yield* expectedTables(runner, metasOf(to));
  yield* inScratch(runner, (scratch, inspect) => thereAndBack(scratch, from, migrations, before, wanted, inspect));
}

function* thereAndBack(
  runner: StatementRunner,
  from: ProjectState,
  migrations: readonly Verifiable[],
  before: readonly TableInfo[],
  wanted: readonly TableInfo[],
  inspect: () => Flow<TableInfo[]>,
): Flow<void> {
  yield* runner.runAll(createTablesSql(runner.dialect, metasOf(from)));
  const stages = migrations.flatMap(({ app, operations }) => operations.map((operation) => ({ app, operation })));
  const states = [from];
  for (const { app, operation } of stages) {
    const state = states.at(-1) ?? from;
    const next = operation.stateForwards(app, state);
    yield* operation.databaseForwards(contextOf(app, runner), state, next);
    states.push(next);
  }
  check("forwards", compareTables(wanted, yield* inspect()));
  for (const [position, { app, operation }] of [...stages.entries()].reverse()) {
    const [without, withIt] = [states[position] ?? from, states[position + 1] ?? from];
    if (!operation.reversible) return;
    yield* operation.databaseBackwards(contextOf(app, runner), withIt, without);
  }
  check("backwards", compareTables(before, yield* inspect()));
}

function contextOf(app: string, runner: StatementRunner): OperationContext {
  return { app, runner, progress: () => undefined };
}

function check(direction: string, differences: readonly SchemaDifference[]): void {
  if (differences.length === 0) return;
  const list = differences.map(
    ({ kind, table, name, expected, actual }) =>
      `${kind} ${table}${name === null ? "" : `.${name}`} (${expected ?? "nothing"} expected, ${actual ?? "nothing"} there)`,
  );
  throw new MigrationError(
    `Tried ${direction}, the new migrations do not lead to the right tables: ${list.join("; ")}. This is a fault of dorm's.`,
    { code: "verification_failed" },
  );
}
