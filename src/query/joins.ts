import type { FieldDefinition } from "../fields/field.js";
import type { Connector, Node } from "../sql/nodes.js";
import { TableAlias } from "../sql/nodes.js";
import type { PathStep } from "./paths.js";
import type { Query } from "./query.js";

/** A path met a relation to many where a negated condition cannot join it. */
export class MultiValuedPath extends Error {
  /** The position of the first step to many. */
  readonly position: number;
  constructor(position: number) {
    super("multi-valued relation");
    this.position = position;
  }
}

/**
 * Joins the tables of a path, or finds them joined.
 *
 * @param reuse - multi-valued joins that may serve again; null: all
 * @param allowMany - false: throws {@link MultiValuedPath} at a step to many
 * @returns the aliases along the path, beginning with the root
 */
export function setupJoins(
  query: Query,
  steps: readonly PathStep[],
  reuse: ReadonlySet<TableAlias> | null,
  allowMany = true,
): TableAlias[] {
  const aliases = [query.root];
  let parent = query.root;
  for (const [position, { step, filtered }] of steps.entries()) {
    if (step.multiple && !allowMany) throw new MultiValuedPath(position);
    const shareable = step.multiple ? reuse : null;
    parent = join(query, parent, { step, filtered }, shareable);
    aliases.push(parent);
  }
  return aliases;
}

/** The join that a step may share: the last one made. */
function findJoin(
  query: Query,
  parent: TableAlias,
  { step, filtered }: PathStep,
  reuse: ReadonlySet<TableAlias> | null,
): TableAlias | undefined {
  let found: TableAlias | undefined;
  for (const [alias, existing] of query.joins) {
    if (existing.parent !== parent || existing.filtered !== filtered || !sameStep(existing.step, step)) continue;
    if (reuse === null || reuse.has(alias)) found = alias;
  }
  return found;
}

/**
 * The alias at the end of a path that the condition at work has joined already, and as the query's first join of that
 * table.
 */
export function sharedEnd(query: Query, steps: readonly PathStep[], reuse: ReadonlySet<TableAlias>): TableAlias | undefined {
  let current = query.root;
  for (const step of steps) {
    const next = findJoin(query, current, step, step.step.multiple ? reuse : null);
    if (!next) return undefined;
    current = next;
  }
  if (!reuse.has(current)) return undefined;
  const target = steps.at(-1)?.step.to;
  for (const [alias, { step }] of query.joins) if (step.to === target) return alias === current ? alias : undefined;
  return undefined;
}

function join(query: Query, parent: TableAlias, { step, filtered }: PathStep, reuse: ReadonlySet<TableAlias> | null): TableAlias {
  const found = findJoin(query, parent, { step, filtered }, reuse);
  if (found) {
    query.reference(found);
    return found;
  }
  const alias = new TableAlias({ kind: "table", table: step.to.table });
  const outer = step.nullable || filtered !== null || query.isOuter(parent);
  query.joins.set(alias, { parent, step, type: outer ? "LEFT OUTER" : "INNER", nullable: step.nullable || filtered !== null, filtered });
  query.reference(alias);
  return alias;
}

function sameStep(left: PathStep["step"], right: PathStep["step"]): boolean {
  return (
    left === right ||
    (left.where === right.where &&
      left.to === right.to &&
      left.columns.length === right.columns.length &&
      left.columns.every(
        ([from, to], index) => from.column === right.columns[index]?.[0].column && to.column === right.columns[index]?.[1].column,
      ))
  );
}

/** The end of a path after joins that only lead to a column which the table before has too. */
export interface TrimmedPath {
  readonly alias: TableAlias;
  readonly targets: readonly FieldDefinition[];
  readonly aliases: readonly TableAlias[];
}

/** `author__id` needs no join: the book has the author's key. */
export function trimJoins(
  query: Query,
  targets: readonly FieldDefinition[],
  aliases: readonly TableAlias[],
  steps: readonly PathStep[],
): TrimmedPath {
  const kept = [...aliases];
  let columns = targets;
  for (let position = steps.length - 1; position >= 0; position--) {
    const entry = steps[position];
    if (kept.length === 1 || !entry?.step.direct || entry.filtered) break;
    const local: FieldDefinition[] = [];
    for (const target of columns) {
      const pair = entry.step.columns.find(([, to]) => to.column === target.column);
      if (pair) local.push(pair[0]);
    }
    if (local.length < columns.length) break;
    columns = local;
    const dropped = kept.pop();
    if (dropped) query.release(dropped);
  }
  return { alias: kept.at(-1) ?? query.root, targets: columns, aliases: kept };
}

/** Makes joins outer where rows without a match may still count. */
export function promoteJoins(query: Query, aliases: Iterable<TableAlias>): void {
  const pending = [...aliases];
  for (let alias = pending.pop(); alias; alias = pending.pop()) {
    const entry = query.joins.get(alias);
    if (!entry || entry.type === "LEFT OUTER") continue;
    if (entry.nullable || query.isOuter(entry.parent)) {
      query.setJoinType(alias, "LEFT OUTER");
      // an inner join behind an outer one would undo it
      for (const [child, { parent }] of query.joins) if (parent === alias) pending.push(child);
    }
  }
}

/** Makes joins inner where a row without a match cannot count, and so those before them. */
export function demoteJoins(query: Query, aliases: Iterable<TableAlias>): void {
  const pending = [...aliases];
  for (let alias = pending.pop(); alias; alias = pending.pop()) {
    const entry = query.joins.get(alias);
    if (entry?.type !== "LEFT OUTER") continue;
    query.setJoinType(alias, "INNER");
    pending.push(entry.parent);
  }
}

/**
 * Decides, for the joins that the parts of one condition use, which may be inner. Each part votes for the joins
 * whose row it needs. Under AND one vote is enough; under OR every part must need the row.
 */
export class JoinVotes {
  readonly #either: boolean;
  readonly #parts: number;
  readonly #votes = new Map<TableAlias, number>();

  constructor(connector: Connector, parts: number, negated: boolean) {
    // NOT (a AND b) is (NOT a) OR (NOT b)
    this.#either = connector === "XOR" || (connector === "OR") !== negated;
    this.#parts = parts;
  }

  add(aliases: Iterable<TableAlias>): void {
    for (const alias of new Set(aliases)) this.#votes.set(alias, (this.#votes.get(alias) ?? 0) + 1);
  }

  /** @returns the joins that this condition as a whole needs */
  apply(query: Query): Set<TableAlias> {
    const promoted: TableAlias[] = [];
    const needed = new Set<TableAlias>();
    for (const [alias, votes] of this.#votes) {
      if (this.#either && votes < this.#parts) promoted.push(alias);
      else needed.add(alias);
    }
    promoteJoins(query, promoted);
    demoteJoins(query, needed);
    return needed;
  }
}

/** The aliases of the columns below a node. */
export function* columnAliases(node: Node, children: (node: Node) => readonly Node[]): Generator<TableAlias> {
  if (node.kind === "column") yield node.alias;
  for (const child of children(node)) yield* columnAliases(child, children);
}
