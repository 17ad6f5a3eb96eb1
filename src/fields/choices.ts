import type { Choices } from "../types/field.js";

/** One allowed value and the label that people see. */
export type Choice = readonly [value: unknown, label: string];

function addMember(member: unknown, into: Choice[]): void {
  if (!Array.isArray(member) || member.length !== 2) {
    into.push([member, String(member)]);
    return;
  }
  const [head, tail]: unknown[] = member;
  if (Array.isArray(tail)) for (const inner of tail) addMember(inner, into);
  else into.push([head, String(tail)]);
}

/**
 * The allowed values, one after the other, whatever form they were given in.
 *
 * @param choices - values, pairs, groups, or an object whose keys are the labels (a TypeScript enum too)
 * @returns pairs of value and label, groups opened
 * @example flatChoices([["Metals", ["gold", "tin"]]]) // [["gold", "gold"], ["tin", "tin"]]
 */
export function flatChoices(choices: Choices): readonly Choice[] {
  const flat: Choice[] = [];
  if (Array.isArray(choices)) for (const member of choices) addMember(member, flat);
  else for (const [label, value] of Object.entries(choices)) if (!isReverseMapping(choices, label, value)) flat.push([value, label]);
  return flat;
}

/** A numeric TypeScript enum also maps its numbers back to the names: `{ 0: "Low", Low: 0 }`. */
function isReverseMapping(choices: object, label: string, value: unknown): boolean {
  return typeof value === "string" && /^-?\d+$/.test(label) && Reflect.get(choices, value) === Number(label);
}
