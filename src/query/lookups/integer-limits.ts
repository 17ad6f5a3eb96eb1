import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import { ForeignKeyDefinition } from "../../fields/relations.js";
import { GREATEST_64, isBeyond64Bits, LEAST_64 } from "../../values/integer-bits.js";
import type { Operand, RightSide } from "../operand.js";

const INTEGER_KINDS = new Set(["smallint", "integer", "bigint"]);
const LEAST_32 = -2_147_483_648;
const GREATEST_32 = 2_147_483_647;

/** A column of whole numbers, or the key of one. */
export function isIntegerField(field: FieldDefinition | null): boolean {
  if (field instanceof ForeignKeyDefinition) return isIntegerField(field.targetField);
  return field !== null && INTEGER_KINDS.has(field.storage.kind);
}

/**
 * Whether an integer lies beyond what the column can hold, so that the comparison is decided before it is sent. The size of
 * a value is part of the query's structure, so what holds for this one holds for every value of its slot.
 */
export function sideOutsideLimits({ node, field }: Operand, right: RightSide): "above" | "below" | null {
  if (right.kind !== "value" || field === null || !isIntegerField(field)) return null;
  const { value } = right;
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isInteger(value))) return null;
  // what an expression gives may be wider than its type says
  const wide = node.kind !== "column" || field.storage.kind === "bigint";
  if (value > (wide ? GREATEST_64 : GREATEST_32)) return "above";
  if (value < (wide ? LEAST_64 : LEAST_32)) return "below";
  return null;
}

/**
 * Whether the database must be told that a value is a 64-bit integer: where it may be beyond the column, which would be an
 * error on PostgreSQL and should match nothing.
 */
export function needsWideInteger(field: FieldDefinition | null, value: unknown): boolean {
  if (field === null || !isIntegerField(field)) return false;
  if (typeof value === "string") return true;
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  return field.storage.kind === "smallint" || value > GREATEST_32 || value < LEAST_32;
}

/** An item of a list that a column of integers may hold; what is beyond 64 bits is left out of the list, as in Django. */
export function fitsIntegerColumn(item: unknown): boolean {
  return !isBeyond64Bits(item);
}

/** A value that is compared with 64 bits: what is beyond them is beyond every column. */
export function within64Bits(
  field: FieldDefinition | null,
  prepare: ((value: unknown) => unknown) | null,
  where: string,
): (value: unknown) => unknown {
  return (given) => {
    const value = prepare ? prepare(given) : given;
    if (!isBeyond64Bits(value)) return value;
    // a text in a list, whose size is not part of the query's structure
    if (field?.storage.kind === "bigint")
      throw new QueryError(`${where}: ${value} is beyond 64 bits, which no column holds; give it as a bigint or leave it out.`);
    return (value as number | bigint) > 0 ? GREATEST_64 : LEAST_64;
  };
}
