import { InconsistentHistory, IrreversibleError, MigrationError } from "../../errors.js";
import { didYouMean } from "../../suggestions.js";
import type { Migration } from "../migration.js";
import type { MigrationGraph } from "./graph.js";

/** One migration to be applied, or to be undone. */
export interface PlanStep {
  /** The migration. */
  readonly migration: Migration;
  /** Whether it is to be undone. */
  readonly backwards: boolean;
}

/** Where to go: everything, an app's latest, or one migration of an app ("zero": before the first). */
export interface MigrationTarget {
  /** The app; all apps unless given. */
  readonly app?: string;
  /** A name, the beginning of one such as its number, or "zero". */
  readonly name?: string;
}

/**
 * The migration that a name, or the beginning of one, means.
 *
 * @throws MigrationError where there is none, or several, with their names
 * @example
 * const graph = new MigrationGraph([new Migration("library", "0001_initial", { operations: [] })]);
 * console.log(String(findTarget(graph, "library", "0001"))); // → library.0001_initial
 */
export function findTarget(graph: MigrationGraph, app: string, name: string): Migration {
  const migrations = graph.ofApp(app);
  if (migrations.length === 0)
    throw new MigrationError(
      `The app "${app}" has no migrations. ${didYouMean(app, new Set(graph.order.map((migration) => migration.app)))}`.trim(),
      { code: "unknown_app" },
    );
  const exact = migrations.find((migration) => migration.name === name);
  if (exact !== undefined) return exact;
  const matching = migrations.filter((migration) => migration.name.startsWith(name));
  const [first, second] = matching;
  if (first !== undefined && second === undefined) return first;
  const names = (list: readonly Migration[]): string => list.map((migration) => migration.name).join(", ");
  if (second !== undefined)
    throw new MigrationError(`"${name}" means several migrations of "${app}": ${names(matching)}. Give more of the name.`, {
      code: "ambiguous_target",
    });
  throw new MigrationError(`The app "${app}" has no migration "${name}". It has: ${names(migrations)}.`, { code: "unknown_target" });
}

/**
 * The steps from what is applied to a target.
 *
 * @param applied - keys of the records
 */
export function planMigrations(graph: MigrationGraph, applied: ReadonlySet<string>, { app, name }: MigrationTarget): readonly PlanStep[] {
  if (app === undefined) return forwards(graph, applied, graph.order);
  if (name === undefined) {
    const leaves = graph.leaves(app);
    if (leaves.length === 0) findTarget(graph, app, "");
    return forwards(graph, applied, leaves);
  }
  if (name === "zero") {
    if (graph.ofApp(app).length === 0) findTarget(graph, app, name);
    return backwards(graph, applied, graph.roots(app));
  }
  const target = findTarget(graph, app, name);
  return applied.has(target.key) ? backwards(graph, applied, graph.nextInApp(target)) : forwards(graph, applied, [target]);
}

function forwards(graph: MigrationGraph, applied: ReadonlySet<string>, targets: readonly Migration[]): readonly PlanStep[] {
  const wanted = new Set(targets.flatMap((target) => graph.upTo(target)));
  return graph.order
    .filter((migration) => wanted.has(migration) && !applied.has(migration.key))
    .map((migration) => ({ migration, backwards: false }));
}

function backwards(graph: MigrationGraph, applied: ReadonlySet<string>, targets: readonly Migration[]): readonly PlanStep[] {
  const wanted = new Set(targets.flatMap((target) => graph.downTo(target)));
  return [...graph.order]
    .reverse()
    .filter((migration) => wanted.has(migration) && applied.has(migration.key))
    .map((migration) => ({ migration, backwards: true }));
}

/**
 * Refuses, before anything runs, a plan that cannot be run to its end.
 *
 * @throws IrreversibleError for an operation that has no way back; MigrationError for one that its file's transaction would break
 */
export function checkPlan(steps: readonly PlanStep[]): void {
  for (const { migration, backwards: back } of steps) {
    const irreversible = back ? migration.operations.find((operation) => !operation.reversible) : undefined;
    if (irreversible !== undefined) {
      throw new IrreversibleError(
        `${migration.key} cannot be undone: "${irreversible.describe()}" says nothing of how. Nothing has been changed.`,
        { code: "irreversible" },
      );
    }
    const outside = migration.operations.find((operation) => operation.outsideTransaction);
    if (outside === undefined) continue;
    if (migration.atomic) {
      throw new MigrationError(
        `${migration.key}: "${outside.describe()}" cannot run inside a transaction. Write atomic: false into the file. Nothing has been changed.`,
        { code: "needs_non_atomic" },
      );
    }
  }
}

/** @throws InconsistentHistory when a migration is recorded whose dependency is not */
export function checkHistory(graph: MigrationGraph, applied: ReadonlySet<string>, alias: string): void {
  for (const migration of graph.order) {
    if (!applied.has(migration.key)) continue;
    for (const parent of graph.parents(migration)) {
      if (applied.has(parent)) continue;
      throw new InconsistentHistory(
        `${migration.key} is recorded as applied on "${alias}", but not ${parent}, on which it depends. Apply that one as --fake if its changes are there, or remove the record of the other.`,
        { alias, code: "inconsistent_history" },
      );
    }
  }
}
