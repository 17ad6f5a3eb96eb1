/** Marks expressions for every copy of the package in a process. */
export const EXPRESSION: unique symbol = Symbol.for("dorm.query.expression") as never;

/** Something that the database computes, as `F("age").add(1)`. */
export function isExpression(value: unknown): boolean {
  return typeof value === "object" && value !== null && EXPRESSION in value;
}
