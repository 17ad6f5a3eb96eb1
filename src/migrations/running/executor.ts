import { dialectFor } from "../../engine/execute.js";
import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { MigrationError } from "../../errors.js";
import { type Migration, migrationKey } from "../migration.js";
import { ProjectState } from "../state/project-state.js";
import { type ApplyContext, applyMigration, type MigrationEvent, unapplyMigration } from "./apply.js";
import { checksumOf, isEdited } from "./checksum.js";
import { isThere } from "./fake-initial.js";
import { MigrationGraph, stateAfter } from "./graph.js";
import { underMigrationLock } from "./migration-lock.js";
import { checkHistory, checkPlan, findTarget, type MigrationTarget, type PlanStep, planMigrations } from "./plan.js";
import { MigrationRecorder } from "./recorder.js";

/** What `MigrationExecutor` takes. */
export interface ExecutorOptions {
  /** The migrations of all apps, as `loadMigrations` gives them. */
  readonly migrations: readonly Migration[];
  /** The alias of the database; default "default". */
  readonly using?: string;
  /** Called for each step, in order. */
  readonly onProgress?: (event: MigrationEvent) => void;
  /** Milliseconds to wait for another process that migrates the same database; null, the default: as long as it takes. */
  readonly lockTimeoutMs?: number | null;
}

/** What `migrate` takes. */
export interface MigrateOptions extends MigrationTarget {
  /** True: nothing is changed; the result has the SQL. */
  readonly dryRun?: boolean;
  /** True: only the records change. */
  readonly fake?: boolean;
  /** True: the first migration of an app counts as applied where its tables are there already. */
  readonly fakeInitial?: boolean;
  /**
   * Ends it: the running statement is cancelled, its migration is rolled back, and those before it stay. A migration that
   * is not atomic is finished first.
   */
  readonly signal?: AbortSignal;
}

/** What was done to one migration. */
export interface MigrationOutcome {
  /** The app. */
  readonly app: string;
  /** The name of the migration. */
  readonly name: string;
  /** Whether it was undone. */
  readonly backwards: boolean;
  /** Whether only the record changed. */
  readonly faked: boolean;
  /** The statements of a dry run; empty otherwise. */
  readonly sql: readonly string[];
}

/** One migration and whether it is applied. */
export interface MigrationStatus {
  /** The app. */
  readonly app: string;
  /** The name of the migration. */
  readonly name: string;
  /** Whether it is applied. */
  readonly applied: boolean;
  /** When it was; null where it is not. */
  readonly appliedAt: Date | null;
  /** True for one that others were squashed into. */
  readonly squashed: boolean;
  /** True where its file says something else than when it was applied. */
  readonly edited: boolean;
}

/**
 * Brings a database to a point of its migrations, forwards or backwards.
 *
 * @example
 * const migrations = await loadMigrations([{ label: "blog", folder: "blog/migrations" }]);
 * const outcomes = await new MigrationExecutor({ migrations }).migrate();
 * for (const { app, name } of outcomes) console.log(app, name);
 */
export class MigrationExecutor {
  readonly #migrations: readonly Migration[];
  readonly #alias: string;
  readonly #recorder: MigrationRecorder;
  readonly #progress: (event: MigrationEvent) => void;
  readonly #lockTimeoutMs: number | null;

  /** @throws ImproperlyConfigured when there is no such alias */
  constructor(options: ExecutorOptions) {
    this.#migrations = options.migrations;
    this.#alias = options.using ?? "default";
    this.#recorder = new MigrationRecorder(this.#alias);
    this.#progress = options.onProgress ?? (() => undefined);
    this.#lockTimeoutMs = options.lockTimeoutMs ?? null;
  }

  /**
   * Applies, or undoes, what lies between the database and a target. Each file is one transaction with its record, unless
   * it says `atomic: false`; what would fail at the end of the plan is refused at its beginning where that can be known.
   *
   * @param options - `app` and `name` of the target (default: everything); `dryRun`, `fake`, `fakeInitial`
   * @returns the migrations in the order in which they were applied or undone
   * @throws MigrationError for an unknown or ambiguous target; IrreversibleError before anything runs; InconsistentHistory;
   * DatabaseError where a statement fails: that file is undone then, and the ones before it stay applied
   * @example
   * const first = new Migration("library", "0001_initial", { operations: [CreateModel("Reader", { name: CharField({ maxLength: 50 }) })] });
   * const executor = new MigrationExecutor({ migrations: [first] });
   * const [forwards] = await executor.migrate({ app: "library", name: "0001" });
   * const [back] = await executor.migrate({ app: "library", name: "zero" });
   * console.log(forwards?.backwards, back?.backwards); // → false true
   */
  migrate(options: MigrateOptions = {}): Promise<readonly MigrationOutcome[]> {
    return run(this.migrateFlow(options));
  }

  /** As {@link migrate}, without waiting. */
  migrateSync(options: MigrateOptions = {}): readonly MigrationOutcome[] {
    return runSync(this.migrateFlow(options));
  }

  /** The steps that {@link migrate} would take. */
  plan(target: MigrationTarget = {}): Promise<readonly PlanStep[]> {
    return run(this.planFlow(target));
  }

  /** As {@link plan}, without waiting. */
  planSync(target: MigrationTarget = {}): readonly PlanStep[] {
    return runSync(this.planFlow(target));
  }

  /** Every migration and whether it is applied, each after its dependencies. */
  status(): Promise<readonly MigrationStatus[]> {
    return run(this.statusFlow());
  }

  /** As {@link status}, without waiting. */
  statusSync(): readonly MigrationStatus[] {
    return runSync(this.statusFlow());
  }

  /**
   * Removes the records of migrations of an app whose files are gone.
   *
   * @returns the names that were removed
   * @throws MigrationError when a squashed migration still counts on one of them
   */
  prune(app: string): Promise<readonly string[]> {
    return run(this.pruneFlow(app));
  }

  /** As {@link prune}, without waiting. */
  pruneSync(app: string): readonly string[] {
    return runSync(this.pruneFlow(app));
  }

  /**
   * The SQL of one migration, as it would run after those that it depends on.
   *
   * @param backwards - true for the SQL that undoes it
   */
  sql(app: string, name: string, options: { readonly backwards?: boolean } = {}): Promise<readonly string[]> {
    return run(this.sqlFlow(app, name, options.backwards ?? false));
  }

  /** As {@link sql}, without waiting. */
  sqlSync(app: string, name: string, options: { readonly backwards?: boolean } = {}): readonly string[] {
    return runSync(this.sqlFlow(app, name, options.backwards ?? false));
  }

  /** The flow behind {@link migrate}. */
  *migrateFlow(options: MigrateOptions): Flow<readonly MigrationOutcome[]> {
    if (options.dryRun === true) return yield* this.#dryRun(options);
    const onWait = (): void => this.#progress({ kind: "waiting", alias: this.#alias });
    return yield* underMigrationLock(this.#alias, () => this.#migrate(options), {
      timeoutMs: this.#lockTimeoutMs,
      onWait,
      signal: options.signal,
    });
  }

  /** The flow behind {@link plan}. */
  *planFlow(target: MigrationTarget): Flow<readonly PlanStep[]> {
    const applied = yield* this.#recorder.appliedKeys();
    const graph = new MigrationGraph(this.#migrations, applied);
    return planMigrations(graph, withReplacing(graph, applied), target);
  }

  *#migrate(options: MigrateOptions): Flow<readonly MigrationOutcome[]> {
    const records = yield* this.#records();
    const graph = new MigrationGraph(this.#migrations, records);
    const applied = new Set(withReplacing(graph, records));
    checkHistory(graph, applied, this.#alias);
    const steps = planMigrations(graph, applied, options);
    if (options.fake !== true) checkPlan(steps);
    const states = statesAround(graph, applied, steps);
    if (steps.length > 0 || records.size === 0 || applied.size > records.size) yield* this.#recorder.ensureTable();
    for (const key of applied) {
      const migration = graph.order.find((candidate) => candidate.key === key);
      if (migration !== undefined && !records.has(key)) yield* this.#recorder.record(migration.app, migration.name, checksumOf(migration));
    }
    const outcomes: MigrationOutcome[] = [];
    for (const step of steps) outcomes.push(...(yield* this.#take(step, states.get(step) ?? new ProjectState(), options)));
    return outcomes;
  }

  /** The keys of the records. Tells of migrations that were edited after they had been applied. */
  *#records(): Flow<ReadonlySet<string>> {
    const records = yield* this.#recorder.applied();
    for (const migration of this.#migrations) {
      const { app, name, key, path } = migration;
      const record = records.find((candidate) => candidate.app === app && candidate.name === name);
      if (!isEdited(migration, record?.checksum ?? null)) continue;
      const message = `${path ?? key} was edited after it had been applied to "${this.#alias}", which does not have what was changed since. Undo the edit, and write another migration for it.`;
      this.#progress({ kind: "progress", app, name, message });
    }
    return new Set(records.map(({ app, name }) => migrationKey(app, name)));
  }

  *#take({ migration, backwards }: PlanStep, before: ProjectState, options: MigrateOptions): Flow<readonly MigrationOutcome[]> {
    options.signal?.throwIfAborted();
    const initial = options.fakeInitial === true && !backwards && (yield* isThere(this.#alias, migration, before));
    const fake = options.fake === true || initial;
    const context: ApplyContext = { alias: this.#alias, recorder: this.#recorder, fake, progress: this.#progress, signal: options.signal };
    const done = backwards ? yield* unapplyMigration(context, migration, before) : yield* applyMigration(context, migration, before);
    return done ? [{ app: migration.app, name: migration.name, backwards, faked: fake, sql: [] }] : [];
  }

  *#dryRun(options: MigrateOptions): Flow<readonly MigrationOutcome[]> {
    const records = yield* this.#records();
    const graph = new MigrationGraph(this.#migrations, records);
    const applied = withReplacing(graph, records);
    checkHistory(graph, applied, this.#alias);
    const steps = planMigrations(graph, applied, options);
    checkPlan(steps);
    const states = statesAround(graph, applied, steps);
    const outcomes: MigrationOutcome[] = [];
    for (const step of steps) {
      const sql = yield* this.#collect(step, states.get(step) ?? new ProjectState());
      outcomes.push({
        app: step.migration.app,
        name: step.migration.name,
        backwards: step.backwards,
        faked: options.fake === true,
        sql: options.fake === true ? [] : sql,
      });
    }
    return outcomes;
  }

  *#collect({ migration, backwards }: PlanStep, before: ProjectState): Flow<readonly string[]> {
    const collected: string[] = [];
    const context: ApplyContext = { alias: this.#alias, recorder: this.#recorder, fake: false, progress: () => undefined, collected };
    if (backwards) yield* unapplyMigration(context, migration, before);
    else yield* applyMigration(context, migration, before);
    const enclosed = migration.atomic && dialectFor(this.#alias).features.transactionalDdl;
    return enclosed && collected.length > 0 ? ["BEGIN;", ...collected, "COMMIT;"] : collected;
  }

  /** The flow behind {@link sql}. */
  *sqlFlow(app: string, name: string, backwards: boolean): Flow<readonly string[]> {
    const graph = new MigrationGraph(
      this.#migrations.filter((migration) => migration.replaces.length === 0 || (migration.app === app && migration.name.startsWith(name))),
    );
    const migration = findTarget(graph, app, name);
    const step: PlanStep = { migration, backwards };
    checkPlan([step]);
    const earlier = new Set(graph.upTo(migration).map(({ key }) => key));
    const before = graph.state((candidate) => earlier.has(candidate.key) && candidate !== migration);
    return yield* this.#collect(step, before);
  }

  /** The flow behind {@link status}. */
  *statusFlow(): Flow<readonly MigrationStatus[]> {
    const records = yield* this.#recorder.applied();
    const applied = new Set(records.map(({ app, name }) => migrationKey(app, name)));
    const graph = new MigrationGraph(this.#migrations, applied);
    const all = withReplacing(graph, applied);
    return graph.order.map((migration) => {
      const { app, name, key, replaces } = migration;
      const record = records.find((candidate) => candidate.app === app && candidate.name === name);
      return {
        app,
        name,
        applied: all.has(key),
        appliedAt: record?.appliedAt ?? null,
        squashed: replaces.length > 0,
        edited: isEdited(migration, record?.checksum ?? null),
      };
    });
  }

  /** The flow behind {@link prune}. */
  *pruneFlow(app: string): Flow<readonly string[]> {
    const known = new Set(this.#migrations.map(({ key }) => key));
    const gone = (yield* this.#recorder.applied()).filter(
      (record) => record.app === app && !known.has(migrationKey(record.app, record.name)),
    );
    const applied = yield* this.#recorder.appliedKeys();
    for (const { name } of gone) {
      const heir = this.#migrations.find(
        ({ key, replaces }) => !applied.has(key) && replaces.some(([otherApp, other]) => otherApp === app && other === name),
      );
      if (heir !== undefined)
        throw new MigrationError(`The record of ${app}.${name} is what tells that ${heir.key} is applied. Run migrate first, then prune.`, {
          code: "still_needed",
        });
    }
    for (const { name } of gone) yield* this.#recorder.remove(app, name);
    return gone.map(({ name }) => name);
  }
}

/** The applied migrations, with squashed ones that stand for applied ones. */
function withReplacing(graph: MigrationGraph, applied: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(applied);
  for (const { key, replaces } of graph.order) {
    if (replaces.length > 0 && replaces.every(([app, name]) => applied.has(migrationKey(app, name)))) all.add(key);
  }
  return all;
}

/** For each step the state without its migration. */
function statesAround(
  graph: MigrationGraph,
  applied: ReadonlySet<string>,
  steps: readonly PlanStep[],
): ReadonlyMap<PlanStep, ProjectState> {
  const byMigration = new Map(steps.map((step) => [step.migration, step]));
  const states = new Map<PlanStep, ProjectState>();
  let state = new ProjectState();
  for (const migration of graph.order) {
    const step = byMigration.get(migration);
    if (step !== undefined) states.set(step, state);
    if (step !== undefined || applied.has(migration.key)) state = stateAfter(state, migration);
  }
  return states;
}
