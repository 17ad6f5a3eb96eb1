import { FieldError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import type { PathRelation } from "../models/relations.js";
import type { Node, TableAlias } from "../sql/nodes.js";
import { childrenOf } from "../sql/traverse.js";
import { didYouMean } from "../suggestions.js";
import type { ResolveContext } from "./expression.js";
import { columnAliases, setupJoins, trimJoins } from "./joins.js";
import { findTransform, lookupNames } from "./lookups/registry.js";
import type { Operand } from "./operand.js";
import { noSuchField, resolvePath } from "./paths.js";
import { fieldOf, type Query } from "./query.js";

export function columnNode(alias: TableAlias, field: FieldDefinition): Node {
  return { kind: "column", alias, name: field.column, output: field };
}

/**
 * What a name in an expression refers to: an annotation, or a column reached through relations.
 *
 * @throws FieldError for a name that does not exist, and for joins where none are allowed
 */
export function resolveReference(context: ResolveContext, path: string): Node {
  const { query } = context;
  const named = context.named?.get(path);
  if (named) return named;
  const whole = query.annotations.get(path);
  if (whole) {
    if (!context.allowJoins) {
      for (const alias of columnAliases(whole.node, childrenOf)) if (query.joins.has(alias)) throw joinRefused(path);
    }
    if (context.summarize && !whole.selected)
      throw new FieldError(`"${path}" is an alias() and cannot be aggregated over. Use annotate() to promote it.`);
    return context.summarize ? { kind: "selected", name: path, of: whole.node, output: fieldOf(whole.node) } : whole.node;
  }
  const names = path.split("__");
  const [head = "", ...tail] = names;
  const annotation = query.annotations.get(head);
  if (annotation) return transformed({ node: annotation.node, field: fieldOf(annotation.node), path }, tail, path).node;
  const resolved = resolvePath(query.meta, names, query.filteredRelations);
  const aliases = setupJoins(query, resolved.steps, context.reuse);
  const trimmed = trimJoins(query, resolved.targets, aliases, resolved.steps);
  if (!context.allowJoins && trimmed.aliases.length > 1) throw joinRefused(path);
  const [target] = trimmed.targets;
  if (target === undefined || (trimmed.targets.length > 1 && !context.anyKeyColumn))
    throw new FieldError(`${path}: an expression cannot refer to a composite key; name its fields.`);
  if (context.reuse) for (const alias of trimmed.aliases) context.reuse.add(alias);
  return transformed({ node: columnNode(trimmed.alias, target), field: target, path }, resolved.rest, path, resolved.relation).node;
}

function joinRefused(path: string): FieldError {
  return new FieldError(`"${path}" goes through a relation, which is not possible here. Use Subquery(…) instead.`);
}

/** @throws FieldError for a name that is no transform */
export function transformed(operand: Operand, names: readonly string[], path: string, relation: PathRelation | null = null): Operand {
  let current = operand;
  for (const name of names) {
    const transform = findTransform(current.field?.lookupFamily ?? null, name);
    if (!transform) {
      if (relation && current === operand) throw noSuchField(relation.target, name, path);
      throw new FieldError(
        `${path}: "${name}" is no transform of a ${current.field?.kind ?? "value"}, and no field behind it. ${didYouMean(name, lookupNames(current.field?.lookupFamily ?? null))}`.trim(),
      );
    }
    current = transform(current);
  }
  return current;
}

/** A context that resolves names in a query which is being made, sharing every join. */
export function referenceContext(query: Query, slots: ResolveContext["slots"], changes: Partial<ResolveContext> = {}): ResolveContext {
  return { query, slots, allowJoins: true, reuse: null, summarize: false, ...changes };
}
