import { MigrationError } from "../../errors.js";
import { type Dependency, migrationKey } from "../migration.js";
import type { Operation } from "../operations/operation.js";
import type { MigrationGraph } from "../running/graph.js";
import { splitLabel } from "../state/model-state.js";
import { migrationName, nextNumber } from "../writing/migration-name.js";
import type { PlannedOperation } from "./planned-operation.js";

/** A migration that has not been written yet. */
export interface PlannedMigration {
  /** The app. */
  readonly app: string;
  /** The name of its file, without the ending: "0002_author_age". */
  readonly name: string;
  /** Whether it is the app's first. */
  readonly initial: boolean;
  /** The migrations that must have been applied before. */
  readonly dependencies: readonly Dependency[];
  /** What it does, in order. */
  readonly operations: readonly Operation[];
}

/** A migration while operations are put into it. */
interface Draft {
  readonly app: string;
  readonly operations: PlannedOperation[];
  /** Drafts that must be applied before. */
  readonly before: Set<Draft>;
  /** Apps whose migrations so far must be applied before. */
  readonly apps: Set<string>;
}

/**
 * Orders operations by what they need, and puts them into migrations by app; an app gets several where another app's
 * have to come between.
 *
 * @param graph - the migrations that are there
 * @param customName - for all of them
 */
export function arrange(planned: readonly PlannedOperation[], graph: MigrationGraph, customName: string | null): PlannedMigration[] {
  const drafts = draftMigrations(inOrder(planned), graph);
  const names = new Map<Draft, string>();
  const counts = new Map<string, string[]>();
  for (const draft of drafts) {
    const known = counts.get(draft.app) ?? graph.ofApp(draft.app).map(({ name }) => name);
    const initial = graph.ofApp(draft.app).length === 0;
    const name = `${nextNumber(known)}_${
      customName ??
      migrationName(
        draft.operations.map(({ operation }) => operation),
        initial,
      )
    }`;
    counts.set(draft.app, [...known, name]);
    names.set(draft, name);
  }
  return drafts.map((draft, position) => {
    const earlier = drafts
      .slice(0, position)
      .filter(({ app }) => app === draft.app)
      .at(-1);
    const dependencies = new Map<string, Dependency>();
    const depend = (app: string, name: string): void => {
      dependencies.set(migrationKey(app, name), [app, name]);
    };
    if (earlier === undefined) for (const leaf of graph.leaves(draft.app)) depend(leaf.app, leaf.name);
    else depend(draft.app, names.get(earlier) ?? "");
    for (const other of draft.before) if (other.app !== draft.app) depend(other.app, names.get(other) ?? "");
    for (const app of draft.apps) for (const leaf of graph.leaves(app)) depend(leaf.app, leaf.name);
    const sorted = [...dependencies].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, dependency]) => dependency);
    return {
      app: draft.app,
      name: names.get(draft) ?? "",
      initial: graph.ofApp(draft.app).length === 0,
      dependencies: sorted,
      operations: draft.operations.map(({ operation }) => operation),
    };
  });
}

/** Each after what it needs; else in the order given. */
function inOrder(planned: readonly PlannedOperation[]): readonly PlannedOperation[] {
  const remaining = [...planned];
  const ordered: PlannedOperation[] = [];
  while (remaining.length > 0) {
    const open = new Map<string, Set<PlannedOperation>>();
    for (const each of remaining) for (const word of each.provides) open.set(word, (open.get(word) ?? new Set()).add(each));
    const isFree = (each: PlannedOperation): boolean =>
      each.after.every((word) => [...(open.get(word) ?? [])].every((other) => other === each));
    const position = remaining.findIndex(isFree);
    const [next] = position < 0 ? [] : remaining.splice(position, 1);
    if (next === undefined) {
      throw new MigrationError(
        `These changes need each other, so none can be first: ${remaining.map(({ operation }) => operation.describe()).join("; ")}. Make them in several steps.`,
      );
    }
    ordered.push(next);
  }
  return ordered;
}

function draftMigrations(ordered: readonly PlannedOperation[], graph: MigrationGraph): Draft[] {
  const drafts: Draft[] = [];
  const current = new Map<string, Draft>();
  const providers = new Map<string, Draft>();
  for (const planned of ordered) {
    const needed = new Set<Draft>();
    for (const word of planned.after) {
      const provider = providers.get(word);
      if (provider !== undefined && provider.app !== planned.app) needed.add(provider);
    }
    let draft = current.get(planned.app);
    if (draft === undefined || [...needed].some((other) => precedes(draft, other))) {
      const fresh: Draft = { app: planned.app, operations: [], before: new Set(draft === undefined ? [] : [draft]), apps: new Set() };
      drafts.push(fresh);
      current.set(planned.app, fresh);
      draft = fresh;
    }
    draft.operations.push(planned);
    for (const other of needed) draft.before.add(other);
    for (const label of planned.refersTo) {
      const [app] = splitLabel(label);
      if (app !== planned.app && !providers.has(`model:${label}`) && graph.ofApp(app).length > 0) draft.apps.add(app);
    }
    for (const word of planned.provides) providers.set(word, draft);
  }
  return drafts;
}

/** Whether a draft must be applied before another one. */
function precedes(draft: Draft | undefined, other: Draft): boolean {
  return [...other.before].some((each) => each === draft || precedes(draft, each));
}
