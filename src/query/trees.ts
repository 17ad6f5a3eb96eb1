import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import type { ForeignKeyDefinition } from "../fields/relations.js";
import type { ModelMeta } from "../models/meta.js";
import { type Node, TableAlias } from "../sql/nodes.js";
import { checkOptions, didYouMean } from "../suggestions.js";
import { prepareFor } from "./lookups/right-side.js";
import { Query } from "./query.js";
import { QuerySource } from "./query-source.js";
import { columnNode } from "./references.js";
import { type QuerySetState, takeStep } from "./state.js";
import { refuseCombined, refuseSliced } from "./steps.js";

export interface TreeOptions {
  /** The foreign key to the model itself; the only one unless given. */
  readonly by?: string;
  /** Whether the row that is asked about is among the rows; default false. */
  readonly includeSelf?: boolean;
}

/**
 * Keeps the rows above or below one row of a tree: `pk IN (WITH RECURSIVE …)`, one query however deep the tree is.
 * Rows that lead round in a circle are found once.
 *
 * @param of - the row: an instance, a Ref or a key
 */
export function treeStep(
  state: QuerySetState,
  method: "ancestors" | "descendants",
  of: unknown,
  options: TreeOptions = {},
): Pick<QuerySetState, "shape" | "query" | "values"> {
  checkOptions(`${method}()`, options, ["by", "includeSelf"]);
  refuseCombined(state, method);
  refuseSliced(state, method);
  const { meta } = state;
  if (of === undefined || of === null) throw new QueryError(`${method}() takes a ${meta.label}, a Ref or a key, not ${String(of)}.`);
  const parent = parentField(meta, options.by, method);
  const includeSelf = options.includeSelf ?? false;
  return takeStep(
    state,
    `.${method}:${parent.name}:${includeSelf}`,
    (print) => print.value(of, method),
    (query, slots) => {
      const key = meta.singleKey(`${method}()`);
      const { slot } = slots.next();
      const start: Node = { kind: "parameter", slot, prepare: prepareFor(key, `${method}()`), output: key, cast: false };
      const left = columnNode(query.root, key);
      const rows = new QuerySource(treeQuery(meta, key, parent, method, start, includeSelf));
      query.where.push({ kind: "in", left, right: { kind: "subquery", source: rows, output: key } });
      if (!includeSelf) query.where.push({ kind: "comparison", operator: "<>", left, right: start });
    },
  );
}

function parentField(meta: ModelMeta, by: string | undefined, method: string): ForeignKeyDefinition {
  const key = meta.singleKey(`${method}()`);
  const own = meta.foreignKeys.filter((field) => field.targetField === key);
  const names = own.map((field) => field.name);
  if (by === undefined) {
    const [only] = own;
    if (only && own.length === 1) return only;
    throw new QueryError(
      own.length === 0
        ? `${method}(): ${meta.label} has no foreign key to itself.`
        : `${method}(): ${meta.label} has several foreign keys to itself; say which one: ${method}(…, { by: "${names[0]}" }).`,
    );
  }
  const found = own.find((field) => field.name === by);
  if (!found)
    throw new FieldError(`${method}({ by: "${by}" }): this is no foreign key of ${meta.label} to itself. ${didYouMean(by, names)}`.trim());
  return found;
}

/** SELECT key FROM tree, with tree as the rows to begin with and, again and again, those next to them. */
function treeQuery(
  meta: ModelMeta,
  key: FieldDefinition,
  parent: FieldDefinition,
  method: "ancestors" | "descendants",
  start: Node,
  includeSelf: boolean,
): Query {
  const name = `${meta.table}_tree`;
  const up = method === "ancestors";
  const first = new Query(meta);
  first.where = [{ kind: "comparison", operator: "=", left: columnNode(first.root, up || includeSelf ? key : parent), right: start }];
  select(first, key, up && !includeSelf ? parent : key);
  const next = new Query(meta);
  const tree = new TableAlias({ kind: "cte", name });
  // going up, a row of the tree is the child whose parent is wanted; going down, it is the parent
  const columns = [[up ? key : parent, key]] as const;
  const step = { from: meta, to: meta, columns, multiple: true, nullable: false, direct: false };
  next.joins.set(tree, { parent: next.root, step, type: "INNER", nullable: false, filtered: null });
  next.reference(tree);
  select(next, key, up ? parent : key);
  const both = new Query(meta);
  both.order = [];
  both.combination = { operator: "UNION", parts: [first, next] };
  const whole = new Query(meta, new TableAlias({ kind: "cte", name }));
  whole.with = [{ name, query: both, recursive: true }];
  select(whole, key, key);
  return whole;
}

function select(query: Query, key: FieldDefinition, column: FieldDefinition): void {
  const node = columnNode(query.root, column);
  query.columns = new Map([[key.column, node]]);
  query.shape = { kind: "flat", names: [key.column] };
  query.order = [];
  if (column !== key) query.where.push({ kind: "isNull", operand: node, negated: true });
}
