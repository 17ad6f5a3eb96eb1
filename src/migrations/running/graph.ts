import { MigrationError } from "../../errors.js";
import { didYouMean } from "../../suggestions.js";
import type { Dependency, Migration } from "../migration.js";
import { migrationKey } from "../migration.js";
import { ProjectState } from "../state/project-state.js";

/**
 * The migrations of all apps and what each depends on.
 *
 * @example
 * const first = new Migration("library", "0001_initial", { operations: [] });
 * const left = new Migration("library", "0002_left", { dependencies: [["library", "0001_initial"]], operations: [] });
 * const right = new Migration("library", "0002_right", { dependencies: [["library", "0001_initial"]], operations: [] });
 * const graph = new MigrationGraph([first, left, right]);
 * console.log(graph.leaves("library").map(String)); // → [ 'library.0002_left', 'library.0002_right' ]
 */
export class MigrationGraph {
  readonly #migrations = new Map<string, Migration>();
  readonly #parents = new Map<string, ReadonlySet<string>>();
  readonly #children = new Map<string, Set<string>>();
  readonly #order: readonly Migration[];

  /**
   * @param migrations - of all apps
   * @param applied - the keys of those that are recorded; squashed migrations stand for what they replace by that
   * @throws MigrationError for a missing dependency, or a cycle
   */
  constructor(migrations: readonly Migration[], applied: ReadonlySet<string> = new Set()) {
    for (const migration of [...migrations].sort(byKey)) {
      if (this.#migrations.has(migration.key)) throw new MigrationError(`There are two migrations ${migration.key}.`);
      this.#migrations.set(migration.key, migration);
    }
    const substitutes = this.#replace(applied);
    for (const migration of this.#migrations.values()) this.#parents.set(migration.key, this.#parentsOf(migration, substitutes));
    for (const [key, parents] of this.#parents)
      for (const parent of parents) this.#children.get(parent)?.add(key) ?? this.#children.set(parent, new Set([key]));
    this.#order = this.#sorted();
  }

  /** Leaves out either a squashed migration or those that it replaces. @returns what stands for each that was left out */
  #replace(applied: ReadonlySet<string>): ReadonlyMap<string, string> {
    const substitutes = new Map<string, string>();
    for (const migration of [...this.#migrations.values()]) {
      if (migration.replaces.length === 0) continue;
      const replaced = migration.replaces.map(([app, name]) => migrationKey(app, name));
      const done = replaced.filter((key) => applied.has(key));
      if (done.length === 0 || done.length === replaced.length || applied.has(migration.key)) {
        for (const key of replaced) {
          this.#migrations.delete(key);
          substitutes.set(key, migration.key);
        }
      } else {
        const missing = replaced.filter((key) => !this.#migrations.has(key) && !applied.has(key));
        if (missing.length > 0) {
          throw new MigrationError(
            `${migration.key} replaces migrations of which some are applied and ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} neither applied nor there. Bring the files back, and migrate before you delete them.`,
          );
        }
        this.#migrations.delete(migration.key);
        const last = replaced.at(-1);
        if (last !== undefined) substitutes.set(migration.key, last);
      }
    }
    return substitutes;
  }

  #parentsOf(migration: Migration, substitutes: ReadonlyMap<string, string>): ReadonlySet<string> {
    const parents = new Set<string>();
    for (const dependency of migration.dependencies) {
      for (const wanted of this.#named(migration, dependency)) {
        let key = wanted;
        for (let next = substitutes.get(key); next !== undefined; next = substitutes.get(key)) key = next;
        if (key === migration.key) continue;
        if (!this.#migrations.has(key)) {
          const near = didYouMean(key, this.#migrations.keys());
          throw new MigrationError(`${migration.key} depends on ${key}, which is not there. ${near}`.trim(), {
            code: "missing_dependency",
          });
        }
        parents.add(key);
      }
    }
    return parents;
  }

  #named(migration: Migration, [app, name]: Dependency): readonly string[] {
    if (name !== "__first__" && name !== "__latest__") return [migrationKey(app, name)];
    const own = [...this.#migrations.values()].filter((candidate) => candidate.app === app);
    const inApp = (candidate: Migration, other: Migration): boolean =>
      other.dependencies.some(([otherApp, otherName]) => otherApp === app && otherName === candidate.name);
    const ends =
      name === "__first__"
        ? own.filter((candidate) => !own.some((other) => inApp(other, candidate)))
        : own.filter((candidate) => !own.some((other) => inApp(candidate, other)));
    if (ends.length === 0)
      throw new MigrationError(`${migration.key} depends on ${app}.${name}, and the app "${app}" has no migrations.`, {
        code: "missing_dependency",
      });
    return ends.map(({ key }) => key);
  }

  /** Each after its dependencies; else by key, so that the order is the same in every run. */
  #sorted(): readonly Migration[] {
    const order: Migration[] = [];
    const done = new Set<string>();
    const path: string[] = [];
    const visit = (key: string): void => {
      if (done.has(key)) return;
      const start = path.indexOf(key);
      if (start >= 0)
        throw new MigrationError(`The migrations depend on each other in a circle: ${[...path.slice(start), key].join(" → ")}.`, {
          code: "circular_dependency",
        });
      path.push(key);
      for (const parent of [...(this.#parents.get(key) ?? [])].sort()) visit(parent);
      path.pop();
      done.add(key);
      const migration = this.#migrations.get(key);
      if (migration !== undefined) order.push(migration);
    };
    for (const key of this.#migrations.keys()) visit(key);
    return order;
  }

  /** Every migration, each after its dependencies. */
  get order(): readonly Migration[] {
    return this.#order;
  }

  /** A migration by its app and its whole name; undefined where there is none. */
  find(app: string, name: string): Migration | undefined {
    return this.#migrations.get(migrationKey(app, name));
  }

  /** The keys that a migration depends on directly. */
  parents(migration: Migration): ReadonlySet<string> {
    return this.#parents.get(migration.key) ?? new Set();
  }

  /** The migrations of an app, each after those that it needs. */
  ofApp(app: string): readonly Migration[] {
    return this.#order.filter((migration) => migration.app === app);
  }

  /** The migrations of an app on which none of the same app depends: one, unless there are branches to merge. */
  leaves(app: string): readonly Migration[] {
    return this.ofApp(app).filter(
      (migration) => ![...(this.#children.get(migration.key) ?? [])].some((child) => this.#migrations.get(child)?.app === app),
    );
  }

  /** The migrations of an app that depend on none of the same app. */
  roots(app: string): readonly Migration[] {
    return this.ofApp(app).filter((migration) => ![...this.parents(migration)].some((parent) => this.#migrations.get(parent)?.app === app));
  }

  /** A migration and everything that it depends on, in order. */
  upTo(migration: Migration): readonly Migration[] {
    const wanted = this.#closure(migration.key, this.#parents);
    return this.#order.filter(({ key }) => wanted.has(key));
  }

  /** A migration and everything that depends on it, the last first. */
  downTo(migration: Migration): readonly Migration[] {
    const wanted = this.#closure(migration.key, this.#children);
    return this.#order.filter(({ key }) => wanted.has(key)).reverse();
  }

  /** The migrations of the same app that depend on one directly. */
  nextInApp(migration: Migration): readonly Migration[] {
    return [...(this.#children.get(migration.key) ?? [])]
      .flatMap((key) => this.#migrations.get(key) ?? [])
      .filter(({ app }) => app === migration.app)
      .sort(byKey);
  }

  #closure(start: string, edges: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
    const found = new Set([start]);
    for (const key of found) for (const next of edges.get(key) ?? []) found.add(next);
    return found;
  }

  /** The state that migrations lead to. @param wanted - default all of them */
  state(wanted: (migration: Migration) => boolean = () => true): ProjectState {
    return this.#order.filter(wanted).reduce(stateAfter, new ProjectState());
  }
}

/** The state after a migration. @throws MigrationError naming the migration and the operation that does not fit */
export function stateAfter(before: ProjectState, migration: Migration): ProjectState {
  return migration.operations.reduce((state, operation) => {
    try {
      return operation.stateForwards(migration.app, state);
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      throw new MigrationError(`${migration.key}, "${operation.describe()}": ${cause.message}`, { cause });
    }
  }, before);
}

function byKey(left: Migration, right: Migration): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}
