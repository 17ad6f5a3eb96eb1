import { QueryError } from "../errors.js";
import { isField } from "../fields/field.js";
import type { Node } from "../sql/nodes.js";
import type { LookupFamily } from "../types/field.js";
import { defineLookup, defineTransform, type Family, requireFreeName } from "./lookups/registry.js";
import { valueNode } from "./lookups/right-side.js";
import type { Operand } from "./operand.js";
import { definitionOf, OUTPUT } from "./value-output.js";

const FAMILIES: readonly Family[] = [
  "*",
  "text",
  "number",
  "bigint",
  "decimal",
  "bool",
  "datetime",
  "date",
  "time",
  "duration",
  "uuid",
  "json",
  "binary",
  "array",
  "hstore",
  "range",
  "inet",
];

/** The kinds of columns that a lookup or a transform is for: one, several, or `"*"` for every column. */
export type LookupFamilies = LookupFamily | "*" | readonly LookupFamily[];

function familiesOf(given: LookupFamilies): readonly Family[] {
  const families = typeof given === "string" ? [given] : given;
  for (const family of families) {
    if (!FAMILIES.includes(family))
      throw new QueryError(`There is no kind of columns "${String(family)}". There are: ${FAMILIES.join(", ")}.`);
  }
  return families;
}

function checkName(name: string): void {
  if (typeof name !== "string" || !/^[A-Za-z][A-Za-z0-9]*$/.test(name)) {
    throw new QueryError(`A lookup's name is of letters and digits, as "soundsLike", not ${JSON.stringify(name)}.`);
  }
}

/** The texts of a template around its `%(name)s`. */
function templateNode(template: string, values: Readonly<Record<string, Node>>, output: typeof OUTPUT.boolean): Node {
  const parts = template
    .split(/%\((\w+)\)s/)
    .map((piece, index): string | Node => (index % 2 === 0 ? piece.replaceAll("%%", "%") : (values[piece] ?? piece)));
  return { kind: "raw", parts: ["(", ...parts, ")"], output };
}

function checkTemplate(template: unknown, names: readonly string[], where: string): asserts template is string {
  if (typeof template !== "string")
    throw new QueryError(`${where}: sql is a text with ${names.map((name) => `%(${name})s`).join(" and ")}.`);
  for (const name of names) if (!template.includes(`%(${name})s`)) throw new QueryError(`${where}: the SQL has no %(${name})s.`);
  for (const [, name = ""] of template.matchAll(/%\((\w+)\)s/g)) {
    if (!names.includes(name)) throw new QueryError(`${where}: the SQL names %(${name})s; there are ${names.join(" and ")}.`);
  }
}

/** How a lookup of the caller's own is written. */
export interface CustomLookup {
  /** SQL that is true or false, with `%(left)s` for the column and `%(right)s` for the value. */
  readonly sql: string;
  /** Turns what is given to the filter into what is bound; without it the value is one of the column's. */
  readonly prepare?: (value: unknown) => unknown;
}

/**
 * Adds a lookup to a kind of columns, in this process. Declare its type by merging with `CustomLookups`.
 *
 * @param families - the kinds of columns, or `"*"`
 * @param name - behind the `__` of a path
 * @param lookup - its SQL
 * @throws QueryError for a name that is taken, or SQL without its two sides
 * @example
 * declare module "dorm" {
 *   interface CustomLookups {
 *     longerThan: { text: number };
 *   }
 * }
 * registerLookup("text", "longerThan", { sql: "LENGTH(%(left)s) > %(right)s", prepare: Number });
 * console.log(await Author.objects.filter({ name__longerThan: 6 }).valuesList("name", { flat: true })); // → [ 'Douglas' ]
 */
export function registerLookup(families: LookupFamilies, name: string, lookup: CustomLookup): void {
  checkName(name);
  const known = familiesOf(families);
  requireFreeName(known, name);
  checkTemplate(lookup.sql, ["left", "right"], `registerLookup("${name}")`);
  const { sql, prepare } = lookup;
  defineLookup(known, name, (left, right, where) => {
    const bound = valueNode(left, right, where);
    const value: Node = bound.kind === "parameter" && prepare ? { ...bound, prepare } : bound;
    return templateNode(sql, { left: left.node, right: value }, OUTPUT.boolean);
  });
}

/** How a transform of the caller's own is written. */
export interface CustomTransform {
  /** SQL with `%(value)s` for what is transformed. */
  readonly sql: string;
  /** The field of the result, which decides the lookups behind it; the column's own unless given. */
  readonly outputField?: unknown;
  /** Whether the right side of a comparison is transformed too. */
  readonly bilateral?: boolean;
}

/**
 * Adds a transform to a kind of columns, in this process. It works wherever a path does: in filters, `values`, `orderBy`
 * and `F`. Declare its type by merging with `CustomTransforms`.
 *
 * @param families - the kinds of columns, or `"*"`
 * @param name - behind the `__` of a path
 * @param transform - its SQL and what it gives
 * @throws QueryError for a name that is taken, or SQL without its value
 * @example
 * declare module "dorm" {
 *   interface CustomTransforms {
 *     length: { text: { value: number; kind: "number" } };
 *   }
 * }
 * registerTransform("text", "length", { sql: "LENGTH(%(value)s)", outputField: IntegerField() });
 * console.log(await Author.objects.filter({ name__length__gte: 7 }).valuesList("name__length", { flat: true })); // → [ 7 ]
 */
export function registerTransform(families: LookupFamilies, name: string, transform: CustomTransform): void {
  checkName(name);
  const known = familiesOf(families);
  requireFreeName(known, name);
  checkTemplate(transform.sql, ["value"], `registerTransform("${name}")`);
  const { sql, outputField, bilateral = false } = transform;
  if (outputField !== undefined && !isField(outputField))
    throw new QueryError(`registerTransform("${name}"): outputField is a field, as IntegerField().`);
  defineTransform(known, name, ({ node, field, path }): Operand => {
    const output = outputField === undefined ? field : definitionOf(outputField);
    const apply = (value: Node): Node => templateNode(sql, { value }, output ?? OUTPUT.text);
    const transformed = { node: apply(node), field: output, path };
    return bilateral ? { ...transformed, wrapRight: apply } : transformed;
  });
}
