import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { type EmbeddableQuery, embed, isQuerySet } from "../embed.js";
import { Expression, type ResolveContext } from "../expression.js";
import { fieldOf, type Query } from "../query.js";
import { QuerySource } from "../query-source.js";
import { columnNode } from "../references.js";
import type { Fingerprint, Fingerprinted } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { BooleanExpression } from "./boolean-expression.js";
import { fieldToken, outputFieldOf } from "./references.js";

function requireQuerySet(given: unknown, where: string): EmbeddableQuery & Fingerprinted {
  if (!isQuerySet(given)) throw new QueryError(`${where} takes a queryset, not ${String(given)}.`);
  // querysets write fingerprints
  return given as EmbeddableQuery & Fingerprinted;
}

/** One value of another query, for each row. */
export class SubqueryExpression extends Expression {
  readonly queryset: EmbeddableQuery & Fingerprinted;
  readonly outputField: FieldDefinition | null;

  constructor(queryset: unknown, outputField: FieldDefinition | null) {
    super();
    this.queryset = requireQuerySet(queryset, "Subquery");
    this.outputField = outputField;
  }

  fingerprint(print: Fingerprint): void {
    print.token("Subquery");
    if (this.outputField) print.token(fieldToken(this.outputField));
    this.queryset.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const query = embed(this.queryset, context);
    const columns = query.columns;
    if (columns === null && !query.combination)
      query.columns = new Map([[query.meta.singleKey("Subquery").name, columnNode(query.root, query.meta.singleKey("Subquery"))]]);
    if (query.columns && query.columns.size !== 1)
      throw new QueryError(`Subquery needs one column; values(${[...query.columns.keys()].join(", ")}) gives ${query.columns.size}.`);
    const [only] = query.columns?.values() ?? [];
    return { kind: "subquery", source: new QuerySource(query), output: this.outputField ?? (only ? fieldOf(only) : null) };
  }
}

/** Whether another query has a row. */
export class ExistsExpression extends BooleanExpression {
  readonly queryset: EmbeddableQuery & Fingerprinted;
  readonly negated: boolean;

  constructor(queryset: unknown, negated = false) {
    super();
    this.queryset = requireQuerySet(queryset, "Exists");
    this.negated = negated;
  }

  override not(): ExistsExpression {
    return new ExistsExpression(this.queryset, !this.negated);
  }

  fingerprint(print: Fingerprint): void {
    print.token(this.negated ? "NotExists" : "Exists");
    this.queryset.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const exists: Node = {
      kind: "exists",
      subquery: { kind: "subquery", source: new QuerySource(onlyExistence(embed(this.queryset, context))), output: OUTPUT.boolean },
    };
    return this.negated ? { kind: "logical", connector: "AND", negated: true, children: [exists] } : exists;
  }
}

/** A query of which only matters whether it has a row: its columns and its order are left out. */
export function onlyExistence(query: Query): Query {
  const copy = query.clone();
  if (copy.combination) return copy;
  if (!copy.distinct || !copy.isSliced) {
    if (copy.groupBy === "all") copy.groupBy = copy.meta.keyFields.map((field) => columnNode(copy.root, field));
    copy.distinct = false;
    copy.columns = new Map([["a", { kind: "raw", parts: ["1"], output: OUTPUT.integer }]]);
    copy.shape = { kind: "flat", names: ["a"] };
    copy.selectRelated = null;
    copy.mask = null;
  }
  if (!copy.isSliced) copy.order = [];
  return copy;
}

export function Subquery(queryset: unknown, options?: { readonly outputField?: unknown }): SubqueryExpression {
  return new SubqueryExpression(queryset, outputFieldOf(options));
}

export function Exists(queryset: unknown): ExistsExpression {
  return new ExistsExpression(queryset);
}
