import { FieldError, QueryError } from "../../errors.js";
import { TableAlias } from "../../sql/nodes.js";
import { childrenOf } from "../../sql/traverse.js";
import { type Condition, toCondition } from "../condition.js";
import { conditionNode } from "../filters.js";
import { columnAliases } from "../joins.js";
import { type PathStep, resolvePath } from "../paths.js";
import type { FilteredJoin, Query } from "../query.js";
import { referenceContext } from "../references.js";
import type { Fingerprint, Slots } from "../shape.js";
import type { FilteredRelationLike } from "../steps.js";

/** A relation that is joined with a condition of its own; rows without a match stay. */
export class FilteredRelationExpression implements FilteredRelationLike {
  readonly relationPath: string;
  readonly condition: Condition;

  constructor(relationPath: string, condition: Condition) {
    if (typeof relationPath !== "string" || relationPath === "") throw new QueryError("FilteredRelation takes the path of a relation.");
    if (condition.isEmpty) throw new QueryError("FilteredRelation needs a condition: { condition: Q({ … }) }.");
    this.relationPath = relationPath;
    this.condition = condition;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`FilteredRelation:${this.relationPath}`);
    this.condition.fingerprint(print);
  }

  /** Makes the join, which only what refers to it brings into the SQL, and resolves the condition on it. */
  apply(query: Query, name: string, slots: Slots): void {
    const { relationPath } = this;
    const resolved = resolvePath(query.meta, relationPath.split("__"), query.filteredRelations);
    if (!resolved.relation || resolved.rest.length > 0) {
      throw new FieldError(`FilteredRelation("${relationPath}"): this is no relation of ${query.meta.label}.`);
    }
    const last = resolved.steps.at(-1);
    if (!last) throw new FieldError(`FilteredRelation("${relationPath}"): this is no relation of ${query.meta.label}.`);
    const join = this.#join(query, name, last, slots);
    query.filteredRelations.set(name, { relationPath, join });
  }

  #join(query: Query, name: string, { step }: PathStep, slots: Slots): FilteredJoin {
    // the condition is resolved on a copy: what it joins and refers to must not stay in the query
    const scratch = query.clone();
    const alias = new TableAlias({ kind: "table", table: step.to.table });
    const placeholder: FilteredJoin = { name, alias, condition: { kind: "always" } };
    scratch.joins = new Map();
    scratch.annotations = new Map();
    scratch.filteredRelations = new Map([[this.relationPath, { relationPath: this.relationPath, join: placeholder }]]);
    const condition = conditionNode(referenceContext(scratch, slots), this.condition);
    const own = [...scratch.joins].find(([, { filtered }]) => filtered === placeholder)?.[0] ?? alias;
    for (const used of columnAliases(condition, childrenOf)) {
      if (used !== own && used !== query.root) {
        throw new FieldError(
          `FilteredRelation("${this.relationPath}"): the condition can only name fields of the model and of this relation's target.`,
        );
      }
    }
    return { name, alias: own, condition };
  }
}

export function FilteredRelation(relation: string, options: { readonly condition?: unknown } = {}): FilteredRelationExpression {
  if (options.condition === undefined) throw new QueryError("FilteredRelation needs a condition: { condition: Q({ … }) }.");
  return new FilteredRelationExpression(relation, toCondition(options.condition));
}
