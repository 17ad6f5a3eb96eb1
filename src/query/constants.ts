import type { Node } from "../sql/nodes.js";
import { mapNode } from "../sql/traverse.js";
import type { Condition } from "./condition.js";
import type { Expression } from "./expression.js";
import { conditionNode } from "./filters.js";
import type { Query } from "./query.js";
import { referenceContext } from "./references.js";
import { Fingerprint, Shape, Slots } from "./shape.js";

/** An expression whose values belong to the structure: in Meta options, constraints, DDL. */
export function resolveConstant(expression: Expression, query: Query): Node {
  return fixed(expression, (slots) => expression.resolve(referenceContext(query, slots)));
}

/** The same for a condition, without joins. */
export function resolveConstantCondition(condition: Condition, query: Query): Node {
  return fixed(condition, (slots) => conditionNode(referenceContext(query, slots, { allowJoins: false }), condition));
}

function fixed(source: Expression | Condition, resolve: (slots: Slots) => Node): Node {
  const print = new Fingerprint(new Shape(), []);
  source.fingerprint(print);
  const node = resolve(new Slots(print.values, 0));
  return mapNode(node, (each): Node => {
    if (each.kind === "parameter") {
      const value = print.values[each.slot];
      return { kind: "constant", value: each.prepare ? each.prepare(value) : value, output: each.output, cast: each.cast };
    }
    if (each.kind === "parameterList") {
      const { prepare, output } = each;
      // the fingerprint admits only arrays to a list's slot
      const items = (print.values[each.slot] as readonly unknown[]).filter((item) => item !== null);
      return { kind: "tuple", items: items.map((item) => ({ kind: "constant", value: prepare ? prepare(item) : item, output })) };
    }
    return each;
  });
}
