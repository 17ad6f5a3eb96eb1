import { isJSONNull } from "./json-null.js";

const LONGEST_PLACE = 120;

/** What is wrong with a value that JSON cannot say, and where in it. */
export class JsonProblem extends Error {
  private readonly problem: string;
  private place = "";

  constructor(problem: string) {
    super(problem);
    this.problem = problem;
  }

  /** Called on the way out, from the inner key to the outer. */
  within(key: string | number): this {
    const step = typeof key === "number" ? `[${key}]` : key;
    this.place = this.place === "" || this.place.startsWith("[") ? step + this.place : `${step}.${this.place}`;
    this.message = `${this.problem} (at ${this.place.length > LONGEST_PLACE ? `${this.place.slice(0, LONGEST_PLACE)}…` : this.place})`;
    return this;
  }
}

/** As deep as SQLite reads JSON, and Python writes it; the stack would end soon after. */
const MAX_DEPTH = 1000;

/** Whether text is made of whole characters: a lone half of a surrogate pair has no UTF-8 form, and drivers would replace it. */
export function isWellFormed(text: string): boolean {
  // Node has it since 20; the ES2023 library that we compile against does not name it.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
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
  return write(value, "", []);
}

function write(given: unknown, key: string | number, parents: object[]): string {
  const value = typeof given === "object" && given !== null ? resolve(given, key) : given;
  switch (typeof value) {
    case "string":
      if (!isWellFormed(value)) throw new JsonProblem("a string with a lone surrogate is not text");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new JsonProblem(`JSON has no ${value}`);
      return value === 0 ? "0" : String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null || isJSONNull(value) ? "null" : writeNested(value, parents);
    default:
      throw new JsonProblem(`JSON has no ${typeof value}`);
  }
}

function writeNested(value: object, parents: object[]): string {
  if (parents.includes(value)) throw new JsonProblem("the value contains itself");
  if (parents.length >= MAX_DEPTH) throw new JsonProblem(`it is nested more than ${MAX_DEPTH} levels deep`);
  parents.push(value);
  const text = Array.isArray(value) ? writeList(value, parents) : writeObject(value, parents);
  parents.pop();
  return text;
}

function writeList(list: readonly unknown[], parents: object[]): string {
  let text = "[";
  for (let index = 0; index < list.length; index++) {
    try {
      text += (index === 0 ? "" : ",") + write(list[index], index, parents);
    } catch (error) {
      throw error instanceof JsonProblem ? error.within(index) : error;
    }
  }
  return `${text}]`;
}

function writeObject(object: object, parents: object[]): string {
  if (object instanceof Map || object instanceof Set || ArrayBuffer.isView(object) || object instanceof ArrayBuffer) {
    throw new JsonProblem(`JSON has no ${object.constructor.name}; give a plain object or a list`);
  }
  let text = "{";
  for (const key of Object.keys(object).sort()) {
    const value: unknown = Reflect.get(object, key);
    if (value === undefined) continue;
    if (!isWellFormed(key)) throw new JsonProblem("a key with a lone surrogate is not text");
    try {
      text += `${text === "{" ? "" : ","}${JSON.stringify(key)}:${write(value, key, parents)}`;
    } catch (error) {
      throw error instanceof JsonProblem ? error.within(key) : error;
    }
  }
  return `${text}}`;
}

/** What JSON.stringify would see: the result of `toJSON`, and the primitive of a wrapper object. */
function resolve(value: object, key: string | number): unknown {
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
  const toJSON: unknown = Reflect.get(value, "toJSON");
  return typeof toJSON === "function" ? (toJSON.call(value, String(key)) as unknown) : value;
}
