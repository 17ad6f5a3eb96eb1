import type { ManyToManyRelation, Relation } from "../models/relations.js";
import type { Node, TableAlias } from "../sql/nodes.js";
import { installedMetaOrder } from "./compile.js";
import { setupJoins } from "./joins.js";
import { prepareFor } from "./lookups/right-side.js";
import { orderTerms } from "./ordering.js";
import type { Query } from "./query.js";
import { columnNode } from "./references.js";
import { paddedLength } from "./shape.js";
import { type QuerySetState, takeStep } from "./state.js";
import { OUTPUT } from "./value-output.js";

/** The field whose value on an instance the related rows carry. */
export function sourceField(relation: Relation): { readonly attname: string } {
  if (relation.kind === "forward") return relation.field;
  return relation.kind === "backward" ? relation.forward.targetField : relation.near.targetField;
}

/** The column, in a query of the related model, that holds the key of the instance that they belong to. */
function keyColumn(query: Query, relation: Relation): Node {
  if (relation.kind === "forward") return columnNode(query.root, relation.targetField);
  if (relation.kind === "backward") return columnNode(query.root, relation.forward.field);
  return columnNode(joinThrough(query, relation), relation.near.field);
}

/** From the far model into the junction; always a join of its own, as each belongs to one relation. */
function joinThrough(query: Query, relation: ManyToManyRelation): TableAlias {
  const { far } = relation;
  const step = {
    from: far.target,
    to: far.source,
    columns: [[far.targetField, far.field]] as const,
    multiple: true,
    nullable: false,
    direct: false,
  };
  const aliases = setupJoins(query, [{ step, filtered: null }], new Set());
  return aliases.at(-1) ?? query.root;
}

/**
 * Limits a query of the related model to the rows that belong to some instances.
 *
 * @param keys - the instances' keys, or the one instance's key
 * @param tell - also selects, behind the other columns, whose row it is
 */
export function relatedStep(
  state: QuerySetState,
  relation: Relation,
  keys: readonly unknown[] | { readonly only: unknown },
  tell: boolean,
): Pick<QuerySetState, "shape" | "query" | "values"> {
  const single = "only" in keys;
  const name = `.related:${relation.source.label}.${relation.name}:${relation.kind === "many" && relation.reversed}:${tell}`;
  return takeStep(
    state,
    name,
    (print) => print.value(single ? keys.only : keys, relation.name),
    (query, slots) => {
      const { slot, value } = slots.next();
      const column = keyColumn(query, relation);
      const output =
        relation.kind === "forward" ? relation.targetField : relation.kind === "backward" ? relation.forward.field : relation.near.field;
      const prepare = prepareFor(output, relation.name);
      if (single)
        query.where.push({
          kind: "comparison",
          operator: "=",
          left: column,
          right: { kind: "parameter", slot, prepare, output, cast: false },
        });
      else {
        // the caller gave a list
        const length = paddedLength(value as readonly unknown[]);
        query.where.push(
          length === 0 ? { kind: "never" } : { kind: "in", left: column, right: { kind: "parameterList", slot, length, prepare, output } },
        );
      }
      if (tell) query.extraColumns = [column];
      if (tell && query.isSliced) sliceByKey(query, column);
    },
  );
}

/** A slice of a prefetched queryset is a slice for each parent: rows are numbered within their parent. */
function sliceByKey(query: Query, key: Node): void {
  const order = orderTerms(query, query.order ?? installedMetaOrder(query));
  const number: Node = {
    kind: "window",
    expression: { kind: "call", name: "ROW_NUMBER", args: [], output: OUTPUT.count },
    partitionBy: [key],
    orderBy: order,
    frame: null,
    output: OUTPUT.count,
  };
  // of a sum of two parameters no database knows the type
  const [limit, offset] = [query.limit, query.offset].map((node): Node | null =>
    node?.kind === "parameter" ? { ...node, cast: true } : node,
  );
  if (offset) query.where.push({ kind: "comparison", operator: ">", left: number, right: offset });
  if (limit) {
    const end: Node = offset ? { kind: "arithmetic", operator: "+", left: limit, right: offset, output: OUTPUT.count } : limit;
    query.where.push({ kind: "comparison", operator: "<=", left: number, right: end });
  }
  query.limit = null;
  query.offset = null;
  query.sliced = false;
}
