import { FieldError, QueryError } from "../errors.js";
import type { Node } from "../sql/nodes.js";
import { containsAggregate } from "../sql/traverse.js";
import { allOf, Condition } from "./condition.js";
import { Expression, OrderBy } from "./expression.js";
import { ConditionExpression } from "./expressions/condition-expression.js";
import { addCondition } from "./filters.js";
import { checkMaskName } from "./load-mask.js";
import { orderEntry, orderTerms } from "./ordering.js";
import { pathToken } from "./path-token.js";
import type { Query, ResultShape, SelectRelatedTree } from "./query.js";
import { columnNode, referenceContext, resolveReference } from "./references.js";
import { type Fingerprint, Slots } from "./shape.js";
import { type QuerySetState, takeStep } from "./state.js";
import { OUTPUT } from "./value-output.js";

type Step = Pick<QuerySetState, "shape" | "query" | "values">;

/** @throws QueryError after a slice, when a condition or an order would come too late */
export function refuseSliced(state: QuerySetState, method: string): void {
  if (state.query.isSliced)
    throw new QueryError(
      `${method}() cannot follow a slice: it would act before the slice in SQL. Call it first, or filter({ pk__in: slice }).`,
    );
}

/** @throws QueryError after union() and the like */
export function refuseCombined(state: QuerySetState, method: string): void {
  if (state.query.combination)
    throw new QueryError(
      `${method}() is not possible after ${state.query.combination.operator}: only orderBy, slices, values, count and iteration are. Call it on the parts.`,
    );
}

function nothing(): void {}

export function filterStep(state: QuerySetState, given: readonly unknown[], negated: boolean): Step {
  const method = negated ? "exclude" : "filter";
  const condition = allOf(given);
  refuseCombined(state, method);
  if (condition.isEmpty) return state;
  refuseSliced(state, method);
  return takeStep(
    state,
    negated ? ".exclude" : ".filter",
    (print) => condition.fingerprint(print),
    (query, slots) => {
      const whole: Condition = negated ? condition.not() : condition;
      addCondition(referenceContext(query, slots, { reuse: query.reusable }), whole);
    },
  );
}

export function orderStep(state: QuerySetState, given: readonly unknown[]): Step {
  refuseSliced(state, "orderBy");
  return takeStep(
    state,
    ".order",
    (print) => {
      for (const entry of given) {
        if (typeof entry === "string") print.token(pathToken(entry));
        else if (entry instanceof OrderBy || entry instanceof Expression) entry.fingerprint(print);
        else throw new QueryError(`orderBy takes names and expressions, not ${String(entry)}.`);
      }
    },
    (query, slots) => {
      query.reversed = false;
      query.order = given.map((entry) => orderEntry(entry, (expression) => expression.resolve(referenceContext(query, slots))));
      // names are looked up now, so that a wrong one is refused where it is written
      if (!query.combination) orderTerms(query.clone(), query.order);
    },
  );
}

export function reverseStep(state: QuerySetState): Step {
  refuseSliced(state, "reverse");
  return takeStep(state, ".reverse", nothing, (query) => {
    query.reversed = !query.reversed;
  });
}

export function distinctStep(state: QuerySetState, fields: readonly string[]): Step {
  refuseSliced(state, "distinct");
  refuseCombined(state, "distinct");
  return takeStep(
    state,
    ".distinct",
    (print) => {
      for (const field of fields) print.token(pathToken(field));
    },
    (query) => {
      query.distinct = true;
      query.distinctOn = fields;
      orderTerms(
        query.clone(),
        fields.map((term) => ({ term })),
      );
    },
  );
}

/** Rows from `start` up to, without, `end`, counted in the rows that earlier slices left. */
export function sliceStep(state: QuerySetState, start: number, end: number | null): Step & Pick<QuerySetState, "low" | "high"> {
  for (const [name, value] of [
    ["start", start],
    ["end", end],
  ] as const) {
    if (value !== null && (!Number.isInteger(value) || value < 0))
      throw new QueryError(
        `slice: ${name} must be a whole number from 0 up, not ${value}. There is no counting from the end: turn the order around with reverse().`,
      );
  }
  const low = state.low + start;
  const wanted = end === null ? null : state.low + Math.max(start, end);
  const high = wanted === null ? state.high : state.high === null ? wanted : Math.min(wanted, state.high);
  const count = high === null ? null : Math.max(0, high - low);
  const step = takeStep(
    state,
    ".slice",
    (print) => {
      print.token(count === 0 ? "empty" : `${count === null ? "" : "limit"}${low > 0 ? "offset" : ""}`);
      if (count !== null) print.value(count, "slice");
      if (low > 0) print.value(low, "slice");
    },
    (query, slots) => {
      query.sliced = true;
      if (count !== null) query.limit = { kind: "parameter", slot: slots.next().slot, prepare: null, output: OUTPUT.count, cast: false };
      query.offset = low > 0 ? { kind: "parameter", slot: slots.next().slot, prepare: null, output: OUTPUT.count, cast: false } : null;
      if (count === 0) query.empty = true;
    },
  );
  return { ...step, low, high };
}

export function noneStep(state: QuerySetState): Step {
  return takeStep(state, ".none", nothing, (query) => {
    query.empty = true;
  });
}

/** @throws QueryError for a name that the model has already */
function checkAnnotationName(query: Query, name: string, method: string): void {
  if (name.includes("__proto__") || !/^[A-Za-z_$][\w$]*$/.test(name)) throw new QueryError(`${method}: "${name}" is not a name.`);
  const { meta } = query;
  if (method === "alias") return;
  if (query.columns !== null) {
    if (query.columns.has(name) && !query.annotations.has(name))
      throw new QueryError(`${method}: "${name}" is among the values() already. Choose another name.`);
    return;
  }
  if (meta.hasName(name)) throw new QueryError(`${method}: "${name}" is a field of ${meta.label}. Choose another name.`);
  if (name in meta.base.prototype) throw new QueryError(`${method}: "${name}" is a member of ${meta.label}. Choose another name.`);
}

export function requireExpression(given: unknown, where: string): Expression {
  if (given instanceof Expression) return given;
  if (given instanceof Condition) return new ConditionExpression(given);
  throw new QueryError(
    `${where}: this must be an expression, as F("name"), Value(1) or Count("books"), not ${typeof given === "string" ? `"${given}"` : String(given)}.`,
  );
}

/** `{ n: Count("books") }`, in annotate, alias and values. */
function printNamed(print: Fingerprint, expressions: Readonly<Record<string, unknown>>, method: string): void {
  for (const [name, expression] of Object.entries(expressions)) {
    print.token(`=${name}`);
    const source = expression as { fingerprint?: unknown };
    if (isFilteredRelation(source)) source.fingerprint(print);
    else requireExpression(expression, `${method}({ ${name} })`).fingerprint(print);
  }
}

/** A FilteredRelation takes part in annotate() without being a value. */
export interface FilteredRelationLike {
  readonly relationPath: string;
  fingerprint(print: Fingerprint): void;
  apply(query: Query, name: string, slots: Slots): void;
}
function isFilteredRelation(value: unknown): value is FilteredRelationLike {
  return typeof value === "object" && value !== null && "relationPath" in value;
}

export function annotateStep(state: QuerySetState, expressions: Readonly<Record<string, unknown>>, selected: boolean): Step {
  const method = selected ? "annotate" : "alias";
  refuseCombined(state, method);
  return takeStep(
    state,
    `.${method}`,
    (print) => printNamed(print, expressions, method),
    (query, slots) => {
      for (const [name, expression] of Object.entries(expressions)) {
        checkAnnotationName(query, name, method);
        if (isFilteredRelation(expression)) expression.apply(query, name, slots);
        else addAnnotation(query, name, requireExpression(expression, method).resolve(referenceContext(query, slots)), selected);
      }
    },
  );
}

/** Adds a named value; an aggregate groups the query. */
export function addAnnotation(query: Query, name: string, node: Node, selected: boolean): void {
  query.annotations.set(name, { node, selected });
  if (selected && query.columns !== null) query.columns = new Map([...query.columns, [name, node]]);
  if (!containsAggregate(node)) return;
  if (query.columns === null) {
    if (query.groupBy === null) query.groupBy = "all";
  } else query.groupBy = [...query.columns.values()].filter((column) => !containsAggregate(column));
}

/** values() and valuesList(): which columns a row has, and what it becomes. */
export function valuesStep(
  state: QuerySetState,
  items: readonly (string | Readonly<Record<string, unknown>>)[],
  kind: Exclude<ResultShape["kind"], "instances">,
): Step {
  return takeStep(
    state,
    `.${kind}`,
    (print) => {
      for (const item of items) {
        if (typeof item === "string") print.token(pathToken(item));
        else printNamed(print, item, "values");
      }
    },
    (query, slots) => {
      if (query.combination) {
        selectFromCombination(query, items, kind);
        return;
      }
      const names: string[] = [];
      // annotations named here do not belong to the columns chosen before
      query.columns = null;
      query.selectRelated = null;
      query.mask = null;
      const aggregated: [string, Node][] = [];
      if (query.groupBy === "all") query.groupBy = query.meta.fields.map((field) => columnNode(query.root, field));
      for (const item of items) {
        if (typeof item === "string") names.push(item);
        else {
          for (const [name, expression] of Object.entries(item)) {
            const node = requireExpression(expression, "values").resolve(referenceContext(query, slots));
            query.annotations.set(name, { node, selected: true });
            if (containsAggregate(node)) aggregated.push([name, node]);
            names.push(name);
          }
        }
      }
      if (items.length === 0) {
        names.push(...query.meta.fields.map((field) => field.attname));
        names.push(...query.selectedAnnotations().map(([name]) => name));
      }
      const columns = new Map<string, Node>();
      for (const name of names) {
        const annotation = query.annotations.get(name);
        if (annotation && !annotation.selected)
          throw new FieldError(`"${name}" is an alias() and cannot be selected. Use annotate() to promote it.`);
        columns.set(name, annotation ? annotation.node : selectable(query, name, slots));
      }
      query.columns = columns;
      query.shape = { kind, names };
      if (aggregated.length > 0) query.groupBy = [...columns.values()].filter((column) => !containsAggregate(column));
    },
  );
}

/** A relation to many is selected by the key of its rows, as in Django. */
function selectable(query: Query, name: string, slots: Slots): Node {
  return resolveReference(referenceContext(query, slots), name);
}

function selectFromCombination(
  query: Query,
  items: readonly (string | Readonly<Record<string, unknown>>)[],
  kind: Exclude<ResultShape["kind"], "instances">,
): void {
  const names = items.map((item) => {
    if (typeof item !== "string") throw new QueryError("values() after a combination takes names; put expressions into the parts.");
    return item;
  });
  const given = columnNames(query);
  const chosen = given ?? (names.length > 0 ? names : query.meta.fields.map((field) => field.attname));
  selectNames(query, chosen, { kind, names: chosen });
  if (query.combination && given === null) query.combination = { ...query.combination, open: true };
}

/** The columns that values() chose; null for a query of instances. */
export function columnNames(query: Query): readonly string[] | null {
  const [first] = query.combination?.parts ?? [];
  return first ? columnNames(first) : query.columns && [...query.columns.keys()];
}

/** Lets a query, or all parts of a combination, give columns instead of instances. */
export function selectNames(query: Query, names: readonly string[], shape: ResultShape): void {
  query.shape = shape;
  if (query.combination) {
    const parts = query.combination.parts.map((part) => part.clone());
    for (const part of parts) selectNames(part, names, shape);
    query.combination = { ...query.combination, parts };
    return;
  }
  // values() in a part stays: its columns are what the others are put together with
  query.columns ??= new Map(
    names.map((name) => [name, query.annotations.get(name)?.node ?? resolveReference(referenceContext(query, new Slots([], 0)), name)]),
  );
  query.selectRelated = null;
  query.mask = null;
}

export function onlyStep(state: QuerySetState, names: readonly string[], only: boolean): Step {
  const method = only ? "only" : "defer";
  refuseCombined(state, method);
  if (state.query.columns !== null) throw new QueryError(`${method}() makes no sense after values().`);
  return takeStep(
    state,
    `.${method}`,
    (print) => {
      for (const name of names) print.token(name);
    },
    (query) => {
      for (const name of names) checkMaskName(query.meta, name);
      const { mask } = query;
      const given = new Set(names);
      if (only)
        query.mask =
          mask && !mask.only
            ? { only: true, names: new Set([...given].filter((name) => !mask.names.has(name))) }
            : { only: true, names: given };
      else if (mask?.only) query.mask = { only: true, names: new Set([...mask.names].filter((name) => !given.has(name))) };
      else query.mask = { only: false, names: new Set([...(mask?.names ?? []), ...given]) };
    },
  );
}

export function loadAllStep(state: QuerySetState): Step {
  return takeStep(state, ".deferNone", nothing, (query) => {
    query.mask = null;
  });
}

export function selectRelatedStep(state: QuerySetState, paths: readonly string[] | null): Step {
  refuseCombined(state, "selectRelated");
  if (state.query.columns !== null)
    throw new QueryError('selectRelated() makes no sense after values(): name the columns, as in values("author__name").');
  return takeStep(
    state,
    ".selectRelated",
    (print) => {
      print.token(paths === null ? "none" : String(paths.length));
      for (const path of paths ?? []) print.token(path);
    },
    (query) => {
      if (paths === null) {
        query.selectRelated = null;
        return;
      }
      query.selectsAllRelated = paths.length === 0;
      const tree = copyTree(query.selectRelated);
      const all = paths.length > 0 ? paths : query.meta.foreignKeys.filter((field) => !field.null).map((field) => field.name);
      for (const path of all) addPath(query, tree, path);
      query.selectRelated = tree;
    },
  );
}

function copyTree(tree: SelectRelatedTree | null): SelectRelatedTree {
  return new Map([...(tree ?? [])].map(([name, children]) => [name, copyTree(children)]));
}

function addPath(query: Query, tree: SelectRelatedTree, path: string): void {
  let meta = query.meta;
  let level = tree;
  for (const name of path.split("__")) {
    const relation = meta.findRelation(name);
    if (!relation || relation.kind === "many" || (relation.kind === "backward" && !relation.single)) {
      const choices = meta.singleRelations().map((each) => each.name);
      const why = relation
        ? `"${name}" leads to many: use prefetchRelated`
        : meta.hasName(name)
          ? `"${name}" is no relation`
          : `${meta.label} has no field "${name}"`;
      throw new FieldError(
        `selectRelated("${path}"): ${why}. ${choices.length > 0 ? `To-one relations of ${meta.label}: ${choices.join(", ")}.` : `${meta.label} has no to-one relations.`}`,
      );
    }
    let next = level.get(name);
    if (!next) {
      next = new Map();
      level.set(name, next);
    }
    level = next;
    meta = relation.target;
  }
}

/** SELECT … FOR UPDATE. */
export function lockStep(state: QuerySetState, lock: NonNullable<Query["lock"]>): Step {
  refuseCombined(state, "selectForUpdate");
  return takeStep(state, `.lock:${lock.strength}:${lock.wait}:${lock.of.join(",")}`, nothing, (query) => {
    query.lock = lock;
  });
}
