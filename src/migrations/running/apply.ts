import { atomicFlow } from "../../engine/atomic.js";
import type { Flow } from "../../engine/flow.js";
import { type Migration, migrationKey } from "../migration.js";
import type { Operation, OperationContext } from "../operations/operation.js";
import { enclosed } from "../schema/enclosed.js";
import { StatementRunner } from "../schema/statement-runner.js";
import type { ProjectState } from "../state/project-state.js";
import { checksumOf } from "./checksum.js";
import type { MigrationRecorder } from "./recorder.js";

/** What happens while migrations run. */
export type MigrationEvent =
  | { readonly kind: "waiting"; readonly alias: string }
  | {
      readonly kind: "start" | "done" | "skipped";
      readonly app: string;
      readonly name: string;
      readonly backwards: boolean;
      readonly fake: boolean;
      readonly elapsedMs: number;
    }
  | { readonly kind: "operation"; readonly app: string; readonly name: string; readonly description: string }
  | { readonly kind: "progress"; readonly app: string; readonly name: string; readonly message: string };

/** How one migration is applied. */
export interface ApplyContext {
  readonly alias: string;
  readonly recorder: MigrationRecorder;
  /** True: only the record changes. */
  readonly fake: boolean;
  readonly progress: (event: MigrationEvent) => void;
  /** Cancels the running statement; its migration is rolled back where it is atomic. */
  readonly signal?: AbortSignal | undefined;
  /** Where the statements of a dry run go. */
  readonly collected?: string[];
}

/** An operation between two states. */
interface Stage {
  readonly operation: Operation;
  readonly before: ProjectState;
  readonly after: ProjectState;
}

/**
 * Applies a migration and records it.
 *
 * @param before - the state without it
 * @returns false where another process had applied it meanwhile
 */
export function* applyMigration(context: ApplyContext, migration: Migration, before: ProjectState): Flow<boolean> {
  return yield* perform(context, migration, before, false);
}

/** Undoes a migration and removes its record. @param before - the state without it */
export function* unapplyMigration(context: ApplyContext, migration: Migration, before: ProjectState): Flow<boolean> {
  return yield* perform(context, migration, before, true);
}

function* perform(context: ApplyContext, migration: Migration, before: ProjectState, backwards: boolean): Flow<boolean> {
  const { alias, recorder, fake, progress, collected, signal } = context;
  const { app, name } = migration;
  const started = performance.now();
  const tell = (kind: "start" | "done" | "skipped"): void =>
    progress({ kind, app, name, backwards, fake, elapsedMs: performance.now() - started });
  if (collected !== undefined) {
    yield* runOperations(context, migration, before, backwards);
    return true;
  }
  tell("start");
  const body = function* (): Flow<boolean> {
    // another process may have been faster, where the database has no lock but that of writing
    if ((yield* recorder.isApplied(app, name)) !== backwards) return false;
    if (!fake) yield* runOperations(context, migration, before, backwards);
    yield* record(recorder, migration, backwards);
    return true;
  };
  const done = fake ? yield* atomicFlow(alias, body) : migration.atomic ? yield* enclosed(alias, body, signal) : yield* body();
  tell(done ? "done" : "skipped");
  return done;
}

function* runOperations(
  { alias, progress, collected }: ApplyContext,
  migration: Migration,
  before: ProjectState,
  backwards: boolean,
): Flow<void> {
  const { app, name } = migration;
  const runner = new StatementRunner(alias, collected ?? null);
  const context: OperationContext = { app, runner, progress: (message) => progress({ kind: "progress", app, name, message }) };
  const stages: Stage[] = [];
  let state = before;
  for (const operation of migration.operations) {
    const after = operation.stateForwards(app, state);
    stages.push({ operation, before: state, after });
    state = after;
  }
  for (const stage of backwards ? stages.reverse() : stages) {
    const description = stage.operation.describe();
    progress({ kind: "operation", app, name, description });
    runner.note(description);
    if (backwards) yield* stage.operation.databaseBackwards(context, stage.after, stage.before);
    else yield* stage.operation.databaseForwards(context, stage.before, stage.after);
  }
}

/** A squashed migration is recorded with those that it replaces. */
function* record(recorder: MigrationRecorder, migration: Migration, backwards: boolean): Flow<void> {
  const { app, name, replaces } = migration;
  const applied = yield* recorder.appliedKeys();
  for (const [eachApp, eachName] of [[app, name] as const, ...replaces]) {
    if (backwards) yield* recorder.remove(eachApp, eachName);
    else if (!applied.has(migrationKey(eachApp, eachName))) {
      const checksum = eachApp === app && eachName === name ? checksumOf(migration) : null;
      yield* recorder.record(eachApp, eachName, checksum);
    }
  }
}
