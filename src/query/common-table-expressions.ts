import { QueryError } from "../errors.js";
import type { Node } from "../sql/nodes.js";
import { isQuerySet, QUERYSET, relocate } from "./embed.js";
import { Expression } from "./expression.js";
import type { Query, WithClause } from "./query.js";
import { referenceContext } from "./references.js";
import { printState, type QuerySetState, takeStep } from "./state.js";

type Step = Pick<QuerySetState, "shape" | "query" | "values">;

/**
 * Names queries for raw SQL inside this one: `WITH name AS (…)`.
 *
 * @param given - querysets, and SQL by RawSQL; SQL that speaks of its own name is recursive
 * @throws QueryError for a name that is none or is taken, and for anything but querysets and SQL
 */
export function withCteStep(state: QuerySetState, given: Readonly<Record<string, unknown>>): Step {
  const entries = Object.entries(given);
  for (const [name, source] of entries) check(state.query, name, source);
  if (entries.length === 0) return state;
  return takeStep(
    state,
    ".withCte",
    (print) => {
      for (const [name, source] of entries) {
        print.token(`=${name}`);
        if (isQuerySet(source)) printState(print, source[QUERYSET]);
        else if (source instanceof Expression) source.fingerprint(print);
      }
    },
    (query, slots) => {
      const clauses = entries.map(([name, source]): WithClause => {
        if (isQuerySet(source)) {
          const { query: inner, values } = source[QUERYSET];
          return { name, query: relocate(inner, slots.block(values.length)), recursive: false };
        }
        // check() has let nothing else through
        const node = withoutParentheses((source as Expression).resolve(referenceContext(query, slots, { allowJoins: false })));
        return { name, query: node, recursive: speaksOf(node, name) };
      });
      query.with = [...query.with, ...clauses];
    },
  );
}

function check(query: Query, name: string, source: unknown): void {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new QueryError(`withCte(): "${name}" is not a name: use letters, digits and _.`);
  if (query.with.some((clause) => clause.name === name)) throw new QueryError(`withCte(): there is a "${name}" already.`);
  if (name.toLowerCase() === query.meta.table.toLowerCase())
    throw new QueryError(`withCte(): "${name}" is the table of ${query.meta.label}, which it would hide. Choose another name.`);
  if (isQuerySet(source)) {
    if (source[QUERYSET].query.empty) throw new QueryError(`withCte({ ${name} }): none() is no query. Leave it out.`);
    return;
  }
  const isSql = source instanceof Expression && "sql" in source;
  if (!isSql) throw new QueryError(`withCte({ ${name} }) takes a queryset, or SQL: RawSQL("SELECT … UNION ALL SELECT …", [params]).`);
}

/** RawSQL is a value, in parentheses; here it is a statement, which has none on SQLite. */
function withoutParentheses(node: Node): Node {
  if (node.kind !== "raw" || node.parts[0] !== "(" || node.parts.at(-1) !== ")") return node;
  return { ...node, parts: node.parts.slice(1, -1) };
}

function speaksOf(node: Node, name: string): boolean {
  const word = new RegExp(`\\b${name}\\b`, "i");
  return node.kind === "raw" && node.parts.some((part) => typeof part === "string" && word.test(part));
}
