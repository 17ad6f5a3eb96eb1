import { MigrationError } from "../../errors.js";
import { isField } from "../../fields/field.js";
import { ManyToManyDefinition } from "../../fields/relations.js";
import type { StateField } from "../state/model-state.js";
import { layOut } from "./code.js";
import { Imports } from "./imports.js";
import { literalResult } from "./literal-function.js";
import { Serializer } from "./serializer.js";

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identityOf(value: object): number {
  let identity = identities.get(value);
  if (identity === undefined) {
    lastIdentity++;
    identity = lastIdentity;
    identities.set(value, identity);
  }
  return identity;
}

/** Functions compare by their source, as the same one may have been loaded twice; those of a literal by what they give. */
function functionKey(value: unknown): { module: string; name: string } | undefined {
  if (typeof value !== "function" || literalResult(value) !== null) return undefined;
  return { module: "", name: `function ${value.name} ${String(value)}` };
}

/**
 * A text that two values have in common exactly when a migration would write them alike. What cannot be written has a
 * text of its own, so that it never counts as equal to another object.
 */
export function canonical(value: unknown): string {
  try {
    return layOut(new Serializer(new Imports(), functionKey).code(sorted(value), "value"));
  } catch (error) {
    if (!(error instanceof MigrationError) || typeof value !== "object" || value === null) throw error;
    return `object ${identityOf(value)}`;
  }
}

/** The options of a plain object in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype || Object.isFrozen(value))
    return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}

/** Whether two values would be written alike. */
export function sameWritten(left: unknown, right: unknown): boolean {
  return left === right || canonical(left) === canonical(right);
}

/**
 * A field's text for comparison: its options in one order, so that it does not matter how they were written.
 *
 * @param field - of a state
 * @param without - options that do not count
 */
export function fieldText(field: StateField, without: readonly string[] = []): string {
  const parts = deconstructed(field);
  const options = Object.entries(parts.options).filter(([name, value]) => value !== undefined && !without.includes(name));
  options.sort(([left], [right]) => (left < right ? -1 : 1));
  return [parts.kind, ...parts.args.map(canonical), ...options.map(([name, value]) => `${name}=${canonical(value)}`)].join("\n");
}

function deconstructed(field: StateField): { kind: string; args: readonly unknown[]; options: object } {
  if (isField(field)) return field.deconstruct();
  if (field instanceof ManyToManyDefinition) return { kind: field.kind, args: [field.to], options: field.options };
  return { kind: field.kind, args: field.names, options: {} };
}
