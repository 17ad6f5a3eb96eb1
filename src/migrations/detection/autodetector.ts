import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { MigrationError } from "../../errors.js";
import { optimize } from "../optimizer.js";
import { MigrationGraph } from "../running/graph.js";
import type { ProjectState } from "../state/project-state.js";
import { arrange, type PlannedMigration } from "./arrange.js";
import { changedModel } from "./changed-models.js";
import { createdModels } from "./created-models.js";
import { deletedModels } from "./deleted-models.js";
import { withFreeNames } from "./name-changes.js";
import type { PlannedOperation } from "./planned-operation.js";
import { cautiousQuestioner, type MigrationQuestioner } from "./questioner.js";
import { findRenames, type RenameHints } from "./renames.js";

/** What `detectMigrations` takes. */
export interface DetectionOptions {
  /** The state of the migration files; the graph's own unless given. */
  readonly from?: ProjectState;
  /** The state of the models. */
  readonly to: ProjectState;
  /** The migrations that are there; they give the new ones their numbers and dependencies. */
  readonly graph?: MigrationGraph;
  /** Only these apps, and those that their changes need. */
  readonly apps?: readonly string[];
  /** Renames that are known. */
  readonly renames?: RenameHints;
  /** True: where exactly one goes and one comes that are alike, it counts as renamed without asking. */
  readonly detectRenames?: boolean;
  /** Answers what the models do not tell; default: no renames, and an error where a value is needed. */
  readonly questioner?: MigrationQuestioner;
  /** The name of the new migrations, after their number. */
  readonly name?: string;
}

/**
 * Finds the migrations that bring the files up to the models. The same input gives the same migrations.
 *
 * @returns the migrations in an order in which they can be applied; none where nothing changed
 * @throws MigrationError where a value is needed, a change would lose rows in silence, or an app has branches to merge
 * @example
 * const planned = await detectMigrations({ to: stateFromModels(registry.all()), graph: new MigrationGraph([]) });
 * console.log(planned.map(({ app, name }) => `${app}.${name}`)); // → [ 'library.0001_initial' ]
 */
export function detectMigrations(options: DetectionOptions): Promise<readonly PlannedMigration[]> {
  return run(detectMigrationsFlow(options));
}

/** As {@link detectMigrations}, with a questioner that answers at once. */
export function detectMigrationsSync(options: DetectionOptions): readonly PlannedMigration[] {
  return runSync(detectMigrationsFlow(options));
}

/** The flow behind {@link detectMigrations}. */
export function* detectMigrationsFlow(options: DetectionOptions): Flow<readonly PlannedMigration[]> {
  const { to, graph = new MigrationGraph([]), questioner = cautiousQuestioner } = options;
  const from = options.from ?? graph.state();
  checkBranches(graph);
  const found = yield* findRenames(from, to, { hints: options.renames ?? {}, questioner, detectRenames: options.detectRenames ?? false });
  const planned: PlannedOperation[] = found.renames.map(({ app, operation, label }) => ({
    app,
    operation,
    provides: [`model:${label}`],
    after: [],
    refersTo: [],
  }));
  planned.push(...createdModels([...to.models.values()].filter(({ label }) => !found.state.models.has(label))));
  for (const next of to.models.values()) {
    const old = found.state.models.get(next.label);
    if (old !== undefined) planned.push(...(yield* changedModel(old, next, questioner)));
  }
  planned.push(...deletedModels(found.state, to));
  const named = withFreeNames(planned, found.state, to);
  const wanted = options.apps === undefined ? named : withNeeded(named, options.apps);
  return arrange(wanted, graph, options.name ?? null).map((migration) => ({
    ...migration,
    operations: optimize(migration.operations, migration.app),
  }));
}

/** The operations of some apps, and of those apps that these need. */
function withNeeded(planned: readonly PlannedOperation[], apps: readonly string[]): readonly PlannedOperation[] {
  const wanted = new Set(apps);
  for (const app of wanted) {
    for (const { after } of planned.filter((each) => each.app === app)) {
      for (const other of planned) if (other.provides.some((word) => after.includes(word))) wanted.add(other.app);
    }
  }
  return planned.filter(({ app }) => wanted.has(app));
}

/** @throws MigrationError when an app has several latest migrations */
function checkBranches(graph: MigrationGraph): void {
  for (const app of new Set(graph.order.map((migration) => migration.app))) {
    const leaves = graph.leaves(app);
    if (leaves.length > 1) {
      throw new MigrationError(
        `The app "${app}" has several latest migrations: ${leaves.map(({ name }) => name).join(", ")}. Merge them first.`,
        { code: "conflicting_migrations" },
      );
    }
  }
}
