/** A piece of TypeScript before it is laid out: text, or a bracketed list that is on one line where it fits. */
export type Code = string | CodeGroup;

/** A list between brackets. */
export interface CodeGroup {
  readonly open: string;
  readonly items: readonly Code[];
  readonly close: string;
  /** True for a list that always has one entry a line. */
  readonly tall?: boolean;
}

const WIDTH = 110;
const INDENT = "  ";

/** `key: value` of an object. */
export function entry(key: string, value: Code): Code {
  const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
  return wrapped(`${name}: `, value);
}

/** Code with more text before it and behind it. */
export function wrapped(before: string, code: Code, after = ""): Code {
  return typeof code === "string" ? `${before}${code}${after}` : { ...code, open: `${before}${code.open}`, close: `${code.close}${after}` };
}

/** A call of a function; trailing arguments that are empty are for the caller to leave out. */
export function callCode(name: string, args: readonly Code[], tall = false): Code {
  return args.length === 0 ? `${name}()` : { open: `${name}(`, items: args, close: ")", tall };
}

export function objectCode(entries: readonly Code[], tall = false): Code {
  return entries.length === 0 ? "{}" : { open: "{ ", items: entries, close: " }", tall };
}

export function listCode(items: readonly Code[], tall = false): Code {
  return items.length === 0 ? "[]" : { open: "[", items, close: "]", tall };
}

/** The code on one line; null where a part of it has to be tall. */
export function flat(code: Code): string | null {
  if (typeof code === "string") return code;
  if (code.tall) return null;
  const parts: string[] = [];
  for (const item of code.items) {
    const text = flat(item);
    if (text === null) return null;
    parts.push(text);
  }
  return `${code.open}${parts.join(", ")}${code.close}`;
}

/**
 * Lays code out.
 *
 * @param code - what to print
 * @param depth - how far its first line is indented already
 * @param reserved - characters that follow it on its last line
 */
export function layOut(code: Code, depth = 0, reserved = 1): string {
  const line = flat(code);
  if (line !== null && (typeof code === "string" || depth * INDENT.length + line.length + reserved <= WIDTH)) return line;
  // a piece of text is always flat, so this is a group
  const group = code as CodeGroup;
  const [last] = group.items.slice(-1);
  // a call whose last argument is the long one keeps its brackets together: Name("x", {
  const before = group.items.slice(0, -1).map((item) => (typeof item === "string" ? item : null));
  const hugs = group.open.endsWith("(") && !group.tall && typeof last === "object" && !before.includes(null);
  if (hugs) return `${group.open}${before.map((text) => `${text}, `).join("")}${layOut(last, depth, 2)}${group.close}`;
  const inner = INDENT.repeat(depth + 1);
  const lines = group.items.map((item) => `${inner}${layOut(item, depth + 1)},\n`);
  return `${group.open.trimEnd()}\n${lines.join("")}${INDENT.repeat(depth)}${group.close.trimStart()}`;
}
