import { MigrationError } from "../errors.js";
import type { Dependency, Migration } from "./migration.js";
import { optimize } from "./optimizer.js";
import { MigrationGraph } from "./running/graph.js";
import { findTarget } from "./running/plan.js";
import type { WritableMigration } from "./writing/write-migrations.js";

/** What `squashMigrations` takes. */
export interface SquashOptions {
  /** Every migration of the project, as the files have them. */
  readonly migrations: readonly Migration[];
  /** The app whose migrations are squashed. */
  readonly app: string;
  /** The first one to squash, by its name or the beginning of it; the app's first unless given. */
  readonly from?: string;
  /** The last one to squash. */
  readonly to: string;
  /** What the new one is called after its number: the name of the last one unless given. */
  readonly name?: string;
}

/** A squashed migration, to be written, and how much shorter it is. */
export interface SquashedMigration {
  /** The new migration, which is not written yet. */
  readonly migration: WritableMigration;
  /** Those that it is in the place of. */
  readonly replaced: readonly Migration[];
  /** How many operations they had. */
  readonly operationsBefore: number;
  /** How many it has. */
  readonly operationsAfter: number;
}

/**
 * One migration in the place of several of an app. Operations are joined where nothing between depends on them; those that
 * say `elidable` are left out.
 *
 * @returns the migration, which is not written yet
 * @throws MigrationError for a range that is none, or that has squashed migrations in it
 * @example
 * const first = new Migration("library", "0001_initial", { operations: [CreateModel("Reader", { name: CharField({ maxLength: 50 }) })] });
 * const second = new Migration("library", "0002_age", {
 *   dependencies: [["library", "0001_initial"]],
 *   operations: [AddField("Reader", "age", IntegerField({ default: 0 }))],
 * });
 * const squashed = squashMigrations({ migrations: [first, second], app: "library", to: "0002" });
 * console.log(squashed.migration.name, squashed.operationsBefore, squashed.operationsAfter); // → 0001_squashed_0002_age 2 1
 */
export function squashMigrations({ migrations, app, from, to, name }: SquashOptions): SquashedMigration {
  const graph = new MigrationGraph(migrations.filter(({ replaces }) => replaces.length === 0));
  const last = findTarget(graph, app, to);
  const first = from === undefined ? graph.roots(app)[0] : findTarget(graph, app, from);
  if (first === undefined) throw new MigrationError(`The app "${app}" has no first migration.`);
  const chain = graph.upTo(last).filter((migration) => migration.app === app);
  const start = chain.indexOf(first);
  if (start < 0) throw new MigrationError(`${first.key} does not come before ${last.key}.`, { code: "squash_range" });
  const replaced = chain.slice(start);
  if (replaced.length < 2)
    throw new MigrationError(`There is only ${last.key} in this range, so there is nothing to squash.`, { code: "squash_range" });
  const overlapping = migrations.find((migration) =>
    migration.replaces.some(([otherApp, other]) => otherApp === app && replaced.some((each) => each.name === other)),
  );
  if (overlapping !== undefined) {
    throw new MigrationError(
      `${overlapping.key} replaces some of these already. Apply it everywhere, delete the files that it replaces and its "replaces", then squash again.`,
      { code: "squash_overlap" },
    );
  }
  const operations = replaced.flatMap((migration) => migration.operations);
  const squashed = optimize(
    operations.filter((operation) => !operation.elidable),
    app,
  );
  const inside = new Set(replaced.map(({ key }) => key));
  const dependencies = new Map<string, Dependency>();
  for (const migration of replaced)
    for (const [otherApp, other] of migration.dependencies)
      if (!inside.has(`${otherApp}.${other}`)) dependencies.set(`${otherApp}.${other}`, [otherApp, other]);
  const number = /^\d+/.exec(first.name)?.[0] ?? "0001";
  return {
    replaced,
    operationsBefore: operations.length,
    operationsAfter: squashed.length,
    migration: {
      app,
      name: `${number}_${name ?? `squashed_${last.name}`}`,
      replaces: replaced.map((migration) => [app, migration.name]),
      dependencies: [...dependencies].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, dependency]) => dependency),
      operations: squashed,
      ...(start === 0 && graph.roots(app).includes(first) ? { initial: true } : {}),
      ...(replaced.every(({ atomic }) => atomic) ? {} : { atomic: false }),
    },
  };
}
