import { QueryError } from "../errors.js";
import { ALWAYS, type Connector, type Node, TableAlias } from "../sql/nodes.js";
import { type EmbeddableQuery, isQuerySet, moveNode, QUERYSET, relocate } from "./embed.js";
import { JoinVotes } from "./joins.js";
import type { Combination, Join, Query } from "./query.js";
import { baseState } from "./root-state.js";
import { FINGERPRINT, type Fingerprinted } from "./shape.js";
import { simplifyAll } from "./simplify.js";
import { printState, type QuerySetState, takeStep } from "./state.js";
import { columnNames, filterStep, selectNames, valuesStep } from "./steps.js";

type Step = Pick<QuerySetState, "shape" | "query" | "values" | "low" | "high">;

function stateOf(given: unknown, method: string): QuerySetState {
  if (!isQuerySet(given)) throw new QueryError(`${method}() takes querysets, not ${String(given)}.`);
  return given[QUERYSET];
}

const METHODS = { UNION: "union", INTERSECT: "intersection", EXCEPT: "difference" } as const;

/** The rows of several queries put together by the database. */
export function combineStep(state: QuerySetState, operator: keyof typeof METHODS, given: readonly unknown[]): Step {
  const method = METHODS[operator];
  const last = given.at(-1);
  const hasOptions = given.length > 0 && !isQuerySet(last) && typeof last === "object" && last !== null;
  const options = (hasOptions ? last : {}) as { readonly all?: boolean };
  const others = (hasOptions ? given.slice(0, -1) : given).map((each) => stateOf(each, method));
  if (others.length === 0) return { ...state };
  const sql: Combination["operator"] = operator === "UNION" && options.all ? "UNION ALL" : operator;
  const step = takeStep(
    state,
    `.${sql}`,
    (print) => {
      for (const other of others) printState(print, other);
    },
    (query, slots) => {
      const own = part(query.clone());
      const parts = [own, ...others.map((other) => part(relocate(other.query, slots.block(other.values.length))))];
      alignColumns(parts);
      const used = operator === "UNION" ? parts.filter((each) => !each.empty) : parts;
      resetForCombination(query);
      if (used.length === 0) query.empty = true;
      query.shape = own.shape;
      query.combination = { operator: sql, parts: used.length > 0 ? used : parts };
    },
  );
  return { ...step, low: 0, high: null };
}

/** A part keeps an order that was asked for; the model's own would mean nothing there. */
function part(query: Query): Query {
  if (query.order === null && !query.isSliced) query.order = [];
  return query;
}

/** Parts without values() give the columns of the first one's. */
function alignColumns(parts: readonly Query[]): void {
  const [first] = parts;
  const names = first && columnNames(first);
  if (!names) return;
  for (const [index, each] of parts.entries()) if (index > 0 && columnNames(each) === null) selectNames(each, names, first.shape);
}

function resetForCombination(query: Query): void {
  query.where = [];
  query.order = [];
  query.reversed = false;
  query.limit = null;
  query.offset = null;
  query.sliced = false;
  query.distinct = false;
  query.distinctOn = [];
  query.groupBy = null;
  query.empty = false;
  query.lock = null;
}

/** `a.or(b)`: one query whose condition is that of both, joined by OR, AND or XOR. */
export function mergeStep(state: QuerySetState, given: unknown, connector: Connector): Step {
  const method = connector.toLowerCase();
  const other = stateOf(given, method);
  if (other.meta !== state.meta)
    throw new QueryError(`${method}() takes querysets of one model, not ${state.meta.label} and ${other.meta.label}.`);
  if (state.query.combination || other.query.combination) throw new QueryError(`${method}() is not possible after a combination.`);
  if (connector !== "AND") {
    if (state.query.empty && !state.query.isSliced) return { ...other };
    if (other.query.empty && !other.query.isSliced) return { ...state };
  } else {
    if (state.query.empty) return { ...state };
    if (other.query.empty) return { ...other };
    if (state.query.isSliced || other.query.isSliced) throw new QueryError("and() cannot follow a slice.");
  }
  const left = filterable(state);
  const right = filterable(other);
  if (left.query.distinct !== right.query.distinct)
    throw new QueryError(`${method}(): one of the querysets is distinct() and the other is not.`);
  const step = takeStep(
    left,
    `.merge:${connector}`,
    (print) => printState(print, right),
    (query, slots) => merge(query, right.query, connector, slots.block(right.values.length)),
  );
  return { ...step, low: 0, high: null };
}

/** A slice takes part by the keys of its rows. */
function filterable(state: QuerySetState): QuerySetState {
  if (!state.query.isSliced) return state;
  const keys = { ...state, ...valuesStep(state, ["pk"], "flat") };
  const base = { ...baseState(state.meta), using: state.using };
  return { ...base, ...filterStep(base, [{ pk__in: embeddable(keys) }], false) };
}

/** A state in the form in which a lookup takes a queryset. */
function embeddable(state: QuerySetState): EmbeddableQuery & Fingerprinted {
  const fingerprinted: Fingerprinted = { fingerprint: (print) => printState(print, state) };
  return Object.assign(fingerprinted, { [QUERYSET]: state, [FINGERPRINT]: true });
}

function merge(query: Query, other: Query, connector: Connector, offset: number): void {
  const reusable = connector === "AND" ? new Set<TableAlias>() : new Set(query.joins.keys());
  const votes = new JoinVotes(connector, 2, false);
  votes.add(innerJoins(query));
  const aliases = new Map<TableAlias, TableAlias>([[other.root, query.root]]);
  const inner: TableAlias[] = [];
  for (const [alias, join] of other.joins) {
    const parent = aliases.get(join.parent) ?? query.root;
    const found = findJoin(query, parent, join, reusable) ?? addJoin(query, parent, join);
    reusable.delete(found);
    aliases.set(alias, found);
    if (other.isReferenced(alias)) query.reference(found);
    if (join.type === "INNER") inner.push(found);
  }
  votes.add(inner);
  votes.apply(query);
  const sides: Node[] = [simplifyAll(query.where), moveNode(simplifyAll(other.where), aliases, offset)];
  query.where =
    connector === "AND" ? sides.filter((side) => side !== ALWAYS) : [{ kind: "logical", connector, negated: false, children: sides }];
  if (other.order !== null && other.order.length > 0) {
    query.order = other.order.map(({ term }) => ({
      term: typeof term === "string" ? term : { ...term, node: moveNode(term.node, aliases, offset) },
    }));
    query.reversed = other.reversed;
  }
}

function innerJoins(query: Query): TableAlias[] {
  return [...query.joins].filter(([, { type }]) => type === "INNER").map(([alias]) => alias);
}

function findJoin(query: Query, parent: TableAlias, join: Join, reusable: ReadonlySet<TableAlias>): TableAlias | undefined {
  for (const [alias, existing] of query.joins) {
    if (reusable.has(alias) && existing.parent === parent && existing.step === join.step && existing.filtered === join.filtered)
      return alias;
  }
  return undefined;
}

function addJoin(query: Query, parent: TableAlias, join: Join): TableAlias {
  const alias = new TableAlias({ kind: "table", table: join.step.to.table });
  const outer = join.nullable || query.isOuter(parent);
  query.joins.set(alias, { ...join, parent, type: outer ? "LEFT OUTER" : "INNER" });
  return alias;
}
