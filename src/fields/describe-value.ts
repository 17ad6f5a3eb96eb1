/** Whether a value is an object as a literal makes it, and no instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** How a message shows a value. */
export function describe(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "bigint") return `${value}`;
  if (value instanceof Date || typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Promise) return "a promise, which has to be awaited first,";
  const shown = Array.isArray(value) || isPlainObject(value) ? safeJson(value) : String(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? "a list" : "an object";
  }
}
