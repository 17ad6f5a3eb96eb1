import type { FieldDefinition } from "../fields/field.js";
import type { JoinStep } from "../models/relations.js";
import type { Node, TableAlias } from "../sql/nodes.js";
import { toCondition } from "./condition.js";
import { bindNode, moveNode } from "./embed.js";
import { conditionNode } from "./filters.js";
import { Query } from "./query.js";
import { columnNode, referenceContext } from "./references.js";
import { Fingerprint, Shape, Slots } from "./shape.js";

interface StepCondition {
  /** The alias that the condition speaks of. */
  readonly alias: TableAlias;
  readonly node: Node;
}

const conditions = new WeakMap<JoinStep, StepCondition>();

/** The condition of a step, with its values in it: a relation belongs to no query whose values they could be. */
function conditionOf(step: JoinStep): StepCondition {
  let known = conditions.get(step);
  if (!known) {
    const query = new Query(step.to);
    const condition = toCondition(step.where);
    const print = new Fingerprint(new Shape(), []);
    condition.fingerprint(print);
    const node = conditionNode(referenceContext(query, new Slots(print.values, 0), { allowJoins: false }), condition);
    known = { alias: query.root, node: bindNode(node, print.values) };
    conditions.set(step, known);
  }
  return known;
}

const WHOLE_NUMBERS = new Set(["smallint", "integer", "bigint"]);

/** A column as the type of another, which it is joined to: a generic key is a text for models whose keys are numbers. */
function asTypeOf(node: Node, from: FieldDefinition, to: FieldDefinition): Node {
  const [left, right] = [from.storage.kind, to.storage.kind];
  if (left === right || (WHOLE_NUMBERS.has(left) && WHOLE_NUMBERS.has(right))) return node;
  return { kind: "cast", operand: node, output: to };
}

/** What makes a row of a joined table a match. */
export function joinConditions(step: JoinStep, parent: TableAlias, alias: TableAlias): Node[] {
  const nodes: Node[] = step.columns.map(([from, to]) => ({
    kind: "comparison",
    operator: "=",
    left: step.where ? asTypeOf(columnNode(parent, from), from, to) : columnNode(parent, from),
    right: columnNode(alias, to),
  }));
  if (step.where) {
    const condition = conditionOf(step);
    nodes.push(moveNode(condition.node, new Map([[condition.alias, alias]]), 0));
  }
  return nodes;
}
