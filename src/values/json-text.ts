import { isJSONNull } from "./json-null.js";

/** What is wrong with a value that JSON cannot say, and where in it. */
export class JsonProblem extends Error {
  constructor(problem: string, path: readonly (string | number)[]) {
    super(
      path.length === 0
        ? problem
        : `${problem} (at ${path
            .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
            .join("")
            .replace(/^\./, "")})`,
    );
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether text is made of whole characters: a lone half of a surrogate pair has no UTF-8 form, and drivers would replace it. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/**
 * Writes JSON in its one form: keys sorted, no spaces. So equal documents are equal texts, also where the database
 * compares text; PostgreSQL's jsonb keeps no order of keys either.
 *
 * Unlike JSON.stringify it loses nothing in silence: NaN, infinities, functions, symbols, BigInts, cycles, maps, sets, lone
 * surrogates and holes in lists are refused. A property that is undefined is left out, and `toJSON` methods count.
 *
 * @param value - the document
 * @returns its text
 * @throws JsonProblem that says what and where
 */
export function canonicalJson(value: unknown): string {
  return write(value, [], []);
}

function write(given: unknown, path: (string | number)[], parents: object[]): string {
  const value = resolve(given, path.at(-1) ?? "");
  switch (typeof value) {
    case "string":
      if (!isWellFormed(value)) throw new JsonProblem("a string with a lone surrogate is not text", path);
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new JsonProblem(`JSON has no ${value}`, path);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      throw new JsonProblem(`JSON has no ${typeof value}`, path);
  }
  if (value === null || isJSONNull(value)) return "null";
  if (parents.includes(value)) throw new JsonProblem("the value contains itself", path);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    throw new JsonProblem(`JSON has no ${value.constructor.name}; give a plain object or a list`, path);
  }
  parents.push(value);
  const text = Array.isArray(value) ? writeList(value, path, parents) : writeObject(value, path, parents);
  parents.pop();
  return text;
}

function writeList(list: readonly unknown[], path: (string | number)[], parents: object[]): string {
  const parts: string[] = [];
  for (let index = 0; index < list.length; index++) {
    path.push(index);
    parts.push(write(list[index], path, parents));
    path.pop();
  }
  return `[${parts.join(",")}]`;
}

function writeObject(object: object, path: (string | number)[], parents: object[]): string {
  const parts: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const value: unknown = Reflect.get(object, key);
    if (value === undefined) continue;
    if (!isWellFormed(key)) throw new JsonProblem("a key with a lone surrogate is not text", path);
    path.push(key);
    parts.push(`${JSON.stringify(key)}:${write(value, path, parents)}`);
    path.pop();
  }
  return `{${parts.join(",")}}`;
}

/** What JSON.stringify would see: the result of `toJSON`, and the primitive of a wrapper object. */
function resolve(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
  const toJSON: unknown = Reflect.get(value, "toJSON");
  return typeof toJSON === "function" ? (toJSON.call(value, String(key)) as unknown) : value;
}
