import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isInstance } from "../models/core.js";
import type { PathRelation } from "../models/relations.js";
import { ALWAYS, type Node, type TableAlias } from "../sql/nodes.js";
import { didYouMean } from "../suggestions.js";
import { Condition, type ConditionChild, type Lookup } from "./condition.js";
import { embed, isQuerySet } from "./embed.js";
import { Expression, type ResolveContext } from "./expression.js";
import { demoteJoins, JoinVotes, MultiValuedPath, promoteJoins, setupJoins, trimJoins } from "./joins.js";
import { isNullNode } from "./lookups/comparisons.js";
import { findLookup, findTransform, lookupNames } from "./lookups/registry.js";
import type { Operand, RightSide } from "./operand.js";
import { noSuchField, type ResolvedPath, resolvePath } from "./paths.js";
import { fieldOf, type Query } from "./query.js";
import { columnNode } from "./references.js";
import { paddedLength } from "./shape.js";
import { splitExclude } from "./split-exclude.js";

/** A condition, and the joins whose row it needs to be true. */
interface Clause {
  readonly node: Node;
  readonly needed: Iterable<TableAlias>;
}

/** Where in a tree of negations a condition stands. */
interface Position {
  /** Some condition around it is negated. */
  readonly branchNegated: boolean;
  /** An odd number of them is. */
  readonly negated: boolean;
  /** A path to many inside a negation becomes a subquery; false inside such a subquery. */
  readonly split: boolean;
}

/** Adds a condition to a query that is being made: what `filter` and `exclude` do. */
export function addCondition(context: ResolveContext, condition: Condition): void {
  const { query } = context;
  const inner = [...query.joins].filter(([, { type }]) => type === "INNER").map(([alias]) => alias);
  const clause = conditionClause(context, condition, { branchNegated: false, negated: false, split: true });
  if (clause.node !== ALWAYS) query.where.push(clause.node);
  // a join that was inner before stays so: an earlier filter needs its row
  demoteJoins(query, inner);
}

/**
 * A condition as a value of each row, as in CASE WHEN, FILTER and check constraints. It decides about rows that are
 * there: it looks at the rows that its paths are joined to, negated or not, and takes none away.
 */
export function conditionNode(context: ResolveContext, condition: Condition): Node {
  const clause = conditionClause(context, condition, { branchNegated: false, negated: false, split: false });
  promoteJoins(context.query, clause.needed);
  return clause.node;
}

function conditionClause(context: ResolveContext, condition: Condition, position: Position): Clause {
  const negated = position.negated !== condition.negated;
  const inside: Position = { branchNegated: position.branchNegated || condition.negated, negated, split: position.split };
  const votes = new JoinVotes(condition.connector, condition.children.length, negated);
  const children: Node[] = [];
  for (const child of condition.children) {
    const clause = childClause(context, child, inside);
    votes.add(clause.needed);
    if (clause.node !== ALWAYS || condition.connector !== "AND") children.push(clause.node);
  }
  const needed = votes.apply(context.query);
  return { node: logical(condition, children), needed };
}

function logical(condition: Condition, children: readonly Node[]): Node {
  const [only] = children;
  if (only === undefined) return ALWAYS;
  if (children.length === 1 && !condition.negated) return only;
  return { kind: "logical", connector: condition.connector, negated: condition.negated, children };
}

function childClause(context: ResolveContext, child: ConditionChild, position: Position): Clause {
  if (child instanceof Condition) return conditionClause(context, child, position);
  if (child instanceof Expression) return { node: booleanNode(child.resolve(context), child), needed: [] };
  return lookupClause(context, child, position);
}

/** An expression as a condition: it must be one. */
function booleanNode(node: Node, expression: Expression): Node {
  if (fieldOf(node)?.lookupFamily !== "bool") {
    throw new QueryError(
      `${expression.constructor.name} is not true or false, so it cannot filter. Compare it: { alias__gt: … } after annotate().`,
    );
  }
  return node;
}

/** The right side of a lookup, with its place among the values. */
export function rightSide(context: ResolveContext, value: unknown): RightSide {
  if (value instanceof Expression) return { kind: "node", node: value.resolve(context) };
  if (isQuerySet(value)) return { kind: "query", query: embed(value, context) };
  if (Array.isArray(value) && value.some((item) => item instanceof Expression || isQuerySet(item))) {
    return { kind: "items", items: value.map((item) => rightSide(context, item)) };
  }
  const { slot, value: taken } = context.slots.next();
  return { kind: "value", slot, value: taken };
}

function isNull(right: RightSide): boolean {
  return right.kind === "value" && right.value === null;
}

function lookupClause(context: ResolveContext, { path, value }: Lookup, position: Position, given?: RightSide): Clause {
  const { query } = context;
  const names = path.split("__");
  const annotated = findAnnotation(query, names);
  if (annotated) {
    const right = given ?? rightSide(context, value);
    const operand: Operand = { node: annotated.node, field: fieldOf(annotated.node), path };
    return { node: buildLookup(operand, annotated.rest, right, path).node, needed: [] };
  }
  const resolved = resolvePath(query.meta, names, query.filteredRelations);
  if (!context.allowJoins && resolved.steps.length > 1) throw new FieldError(`${path}: a path through a relation is not possible here.`);
  const before = new Map(query.references);
  // first, as in Django: the joins that the value makes are there for the path to share, the row before a further join
  const right = given ?? rightSide(context, value);
  const withRight = new Map(query.references);
  let aliases: TableAlias[];
  try {
    aliases = setupJoins(query, resolved.steps, context.reuse, !position.branchNegated || !position.split);
  } catch (error) {
    if (!(error instanceof MultiValuedPath)) throw error;
    restoreReferences(query, withRight);
    const node = splitExclude(context, resolved, error.position, (inner) => {
      // what the value refers to is the outer row
      const clause = lookupClause(inner, { path, value }, { branchNegated: false, negated: false, split: false }, right);
      const votes = new JoinVotes("AND", 1, false);
      votes.add(clause.needed);
      votes.apply(inner.query);
      return clause.node;
    });
    return { node, needed: [] };
  }
  checkRelatedValue(resolved, right, path);
  const used = new Set([...query.references].filter(([alias, count]) => count > (before.get(alias) ?? 0)).map(([alias]) => alias));
  const trimmed = trimJoins(query, resolved.targets, aliases, resolved.steps);
  if (context.reuse) for (const alias of trimmed.aliases) context.reuse.add(alias);
  const last = trimmed.targets[0];
  if (trimmed.targets.length > 1 || last === undefined) {
    const node = compositeLookup(trimmed.targets, trimmed.alias, resolved, right, path);
    return { node, needed: used };
  }
  const operand: Operand = { node: columnNode(trimmed.alias, last), field: last, path };
  const built = buildLookup(operand, resolved.rest, right, path, resolved.relation);
  return negatedNullRule(query, built, operand, right, trimmed, used, position);
}

/** References that a path has taken before it turned out to need a subquery. */
function restoreReferences(query: Query, before: ReadonlyMap<TableAlias, number>): void {
  query.references = new Map(before);
  for (const alias of [...query.joins.keys()]) if (!before.has(alias)) query.joins.delete(alias);
}

/**
 * `exclude(name: "x")` keeps rows whose name is NULL, which SQL's NOT alone would drop, and a condition that wants
 * NULL needs the rows without a match: Django's rules for negated conditions.
 */
function negatedNullRule(
  query: Query,
  built: BuiltLookup,
  operand: Operand,
  right: RightSide,
  trimmed: { readonly alias: TableAlias; readonly targets: readonly FieldDefinition[] },
  used: Set<TableAlias>,
  position: Position,
): Clause {
  const wantsNull = built.lookup === "isnull" && built.wantsNull;
  let outer = wantsNull && !position.negated;
  const children: Node[] = [built.node];
  if (position.negated && !wantsNull) {
    outer = true;
    if (built.lookup !== "isnull") {
      if (trimmed.targets[0]?.null || query.isOuter(trimmed.alias)) children.push(isNullNode(operand.node, true));
      if (right.kind === "node" && right.node.kind === "column" && fieldOf(right.node)?.null) children.push(isNullNode(right.node, true));
    }
  }
  const node: Node = children.length === 1 ? built.node : { kind: "logical", connector: "AND", negated: false, children };
  return { node, needed: outer ? [] : used };
}

/** The annotation that a path begins with, and what is behind it. */
export function findAnnotation(query: Query, names: readonly string[]): { readonly node: Node; readonly rest: readonly string[] } | null {
  if (query.annotations.size === 0) return null;
  for (let length = names.length; length > 0; length--) {
    const found = query.annotations.get(names.slice(0, length).join("__"));
    if (found) return { node: found.node, rest: names.slice(length) };
  }
  return null;
}

interface BuiltLookup {
  readonly node: Node;
  readonly lookup: string;
  readonly wantsNull: boolean;
}

const RELATION_LOOKUPS = new Set(["exact", "in", "gt", "gte", "lt", "lte", "isnull", "isnotnull", "range"]);

/** The condition that the names behind a column make: transforms, then a lookup, `exact` where none is named. */
export function buildLookup(
  operand: Operand,
  names: readonly string[],
  right: RightSide,
  where: string,
  relation: PathRelation | null = null,
): BuiltLookup {
  let current = operand;
  let lookup = "exact";
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    if (last && findLookup(current.field?.lookupFamily ?? null, name)) {
      lookup = name;
      break;
    }
    const transformed = applyTransform(current, name);
    if (!transformed)
      throw relation && current === operand ? noSuchField(relation.target, name, where) : unknownLookup(current, name, where);
    current = transformed;
  }
  if (relation && current === operand && !RELATION_LOOKUPS.has(lookup)) {
    throw new FieldError(
      `${where}: a relation has no lookup "${lookup}"; name one of its fields, as in ${where.replace(/__[^_]+$/, "")}__name__${lookup}.`,
    );
  }
  if (isNull(right) && lookup !== "isnull" && lookup !== "isnotnull") {
    if (lookup !== "exact" && lookup !== "iexact") throw new QueryError(`${where}: null cannot be compared with "${lookup}"; use isnull.`);
    if (current.field?.lookupFamily !== "json" || current === operand)
      return { node: isNullNode(current.node, false), lookup: "isnull", wantsNull: true };
  }
  const build = findLookup(current.field?.lookupFamily ?? null, lookup);
  if (!build) throw unknownLookup(current, lookup, where);
  const wanted = lookup === "isnull" ? true : lookup === "isnotnull" ? false : null;
  const wantsNull = wanted !== null && right.kind === "value" && right.value === wanted;
  return { node: build(current, right, where), lookup: wanted === null ? lookup : "isnull", wantsNull };
}

export function applyTransform(operand: Operand, name: string): Operand | null {
  const transform = findTransform(operand.field?.lookupFamily ?? null, name);
  return transform ? transform(operand) : null;
}

function unknownLookup(operand: Operand, name: string, where: string): FieldError {
  const names = lookupNames(operand.field?.lookupFamily ?? null);
  const kind = operand.field?.kind ?? "expression";
  return new FieldError(
    `${where}: "${name}" is neither a lookup nor a transform of a ${kind}. ${didYouMean(name, names) || `There are: ${names.join(", ")}.`}`,
  );
}

/** A relation takes objects of its target only. */
function checkRelatedValue({ relation, rest }: ResolvedPath, right: RightSide, where: string): void {
  if (!relation || right.kind !== "value" || rest.length > 1) return;
  if (
    right.value !== null &&
    typeof right.value === "object" &&
    !isInstance(right.value) &&
    Object.getPrototypeOf(right.value) === Object.prototype
  ) {
    throw new QueryError(`${where} takes a ${relation.target.label}, a Ref or a key, not an object.`);
  }
  if (
    right.kind === "value" &&
    typeof right.value === "string" &&
    right.value === "" &&
    relation.target.keyFields[0]?.lookupFamily !== "text"
  ) {
    throw new QueryError(`${where} takes a ${relation.target.label}, a Ref or a key, not an empty text.`);
  }
}

/** `pk: [3, 4]` on a composite key, and `pk__in: [[3, 4], …]`. */
function compositeLookup(
  targets: readonly FieldDefinition[],
  alias: TableAlias,
  resolved: ResolvedPath,
  right: RightSide,
  where: string,
): Node {
  const lookup = resolved.rest[0] ?? "exact";
  if (resolved.rest.length > 1 || right.kind !== "value" || (lookup !== "exact" && lookup !== "in" && lookup !== "isnull")) {
    throw new QueryError(`${where}: a composite key takes exact, in and isnull, with a list of ${targets.length} values.`);
  }
  if (lookup === "isnull") return isNullNode(columnNode(alias, targets[0] as FieldDefinition), right.value !== true);
  const equal = (pick: (value: unknown) => unknown): Node => ({
    kind: "logical",
    connector: "AND",
    negated: false,
    children: targets.map((field, index) => ({
      kind: "comparison",
      operator: "=",
      left: columnNode(alias, field),
      right: {
        kind: "parameter",
        slot: right.slot,
        prepare: (value) => {
          const key = pick(value);
          const parts = isInstance(key) ? key.pk : key;
          if (!Array.isArray(parts) || parts.length !== targets.length)
            throw new QueryError(`${where}: a key is a list of ${targets.length} values.`);
          return field.coerceLookup(parts[index]);
        },
        output: field,
        cast: false,
      },
    })),
  });
  if (lookup === "exact") return equal((value) => value);
  const keys = right.value;
  if (!Array.isArray(keys)) throw new QueryError(`${where} takes a list of keys.`);
  if (keys.length === 0) return { kind: "never" };
  // lists up to a power of two share a plan; of a longer one the fingerprint says only that it is long
  const length = paddedLength(keys) ?? keys.length;
  return {
    kind: "logical",
    connector: "OR",
    negated: false,
    children: Array.from({ length }, (_, index) =>
      equal((value) => {
        const list = value as readonly unknown[];
        if (list.length > length) throw new QueryError(`${where}: at most ${length} composite keys fit this plan.`);
        return list[Math.min(index, list.length - 1)];
      }),
    ),
  };
}
