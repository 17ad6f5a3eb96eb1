import { MigrationError } from "../errors.js";
import type { Migration } from "./migration.js";
import type { Footprint } from "./operations/operation.js";
import type { MigrationGraph } from "./running/graph.js";
import { nextNumber } from "./writing/migration-name.js";
import type { WritableMigration } from "./writing/write-migrations.js";

/** Two migrations of different branches that change the same thing. */
export interface MergeConflict {
  /** The migration of the one branch. */
  readonly left: Migration;
  /** The migration of the other. */
  readonly right: Migration;
  /** What both change, for people. */
  readonly what: readonly string[];
}

/** A migration that joins the branches of an app. */
export interface Merge {
  /** The migration, which is not written yet. */
  readonly migration: WritableMigration;
  /** The migrations of each branch since they parted. */
  readonly branches: readonly (readonly Migration[])[];
  /** Changes of which the result may depend on the order; a person has to look at them. */
  readonly conflicts: readonly MergeConflict[];
}

/**
 * A migration that joins the latest migrations of an app.
 *
 * @returns null where there is only one, so that there is nothing to merge
 * @example
 * const first = new Migration("library", "0001_initial", { operations: [] });
 * const left = new Migration("library", "0002_left", { dependencies: [["library", "0001_initial"]], operations: [] });
 * const right = new Migration("library", "0002_right", { dependencies: [["library", "0001_initial"]], operations: [] });
 * const graph = new MigrationGraph([first, left, right]);
 * console.log(mergeMigrations(graph, "library")?.migration.name); // → 0003_merge_0002_left_0002_right
 */
export function mergeMigrations(graph: MigrationGraph, app: string): Merge | null {
  const leaves = graph.leaves(app);
  if (leaves.length < 2) return null;
  const histories = leaves.map((leaf) => new Set(graph.upTo(leaf)));
  const branches = leaves.map((leaf) =>
    graph.upTo(leaf).filter((migration) => migration.app === app && !histories.every((history) => history.has(migration))),
  );
  const conflicts: MergeConflict[] = [];
  for (const [position, branch] of branches.entries()) {
    for (const other of branches.slice(position + 1)) {
      for (const left of branch) {
        for (const right of other) {
          const what = left === right || branch.includes(right) || other.includes(left) ? [] : inCommon(left, right);
          if (what.length > 0) conflicts.push({ left, right, what });
        }
      }
    }
  }
  const names = graph.ofApp(app).map(({ name }) => name);
  return {
    branches,
    conflicts,
    migration: {
      app,
      name: `${nextNumber(names)}_merge_${leaves
        .map(({ name }) => name)
        .join("_")
        .slice(0, 40)}`,
      dependencies: leaves.map((leaf) => [app, leaf.name]),
      operations: [],
    },
  };
}

/**
 * @throws MigrationError that names the conflicts of a merge, where there are any
 * @example
 * const first = new Migration("library", "0001_initial", { operations: [] });
 * const left = new Migration("library", "0002_left", { dependencies: [["library", "0001_initial"]], operations: [] });
 * const right = new Migration("library", "0002_right", { dependencies: [["library", "0001_initial"]], operations: [] });
 * const graph = new MigrationGraph([first, left, right]);
 * const merge = mergeMigrations(graph, "library");
 * if (merge !== null) checkMerge(merge); // throws where both branches change the same thing
 */
export function checkMerge({ conflicts }: Merge): void {
  if (conflicts.length === 0) return;
  const list = conflicts.map(({ left, right, what }) => `${left.key} and ${right.key} both change ${what.join(", ")}`);
  throw new MigrationError(`The branches contradict each other: ${list.join("; ")}. Change one of them, or merge by hand.`, {
    code: "merge_conflict",
  });
}

/** What the operations of two migrations both change, or one changes and the other one needs. */
function inCommon(left: Migration, right: Migration): string[] {
  const print = (migration: Migration): Footprint => {
    const all = migration.operations.map((operation) => operation.footprint(migration.app));
    return { changes: all.flatMap(({ changes }) => changes), needs: all.flatMap(({ needs }) => needs) };
  };
  const [a, b] = [print(left), print(right)];
  const found = new Set<string>();
  const meet = (changes: readonly string[], others: readonly string[]): void => {
    for (const word of changes) {
      // a key is named by every change of a field, and two of different fields do not touch each other
      if (word === "*" || word.startsWith("key:")) continue;
      const same = others.some((other) => other === word || (word.endsWith(".*") && other.startsWith(word.slice(0, -1)) && other !== word));
      if (same) found.add(word.replace(/\.\*$/, "").replace(":", " "));
    }
  };
  meet(a.changes, [...b.changes, ...b.needs]);
  meet(b.changes, [...a.changes, ...a.needs]);
  return [...found];
}
