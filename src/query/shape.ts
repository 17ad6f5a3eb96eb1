import { QueryError } from "../errors.js";
import { isInstance } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { registry } from "../models/registry.js";
import { Decimal } from "../values/decimal.js";
import { isDuration } from "../values/duration.js";
import { isBeyond64Bits } from "../values/integer-bits.js";
import type { Plan } from "./plan.js";
import type { Query } from "./query.js";

/** Shapes kept before all are dropped; each is a few hundred bytes, a plan a few thousand. */
const MAX_SHAPES = 50_000;

/**
 * One step in the description of a query, in a trie that all queries of a model share. Two queries that differ only
 * in their values end in the same node, which keeps what was worked out for that structure: the resolved query and
 * the plans for each dialect.
 */
export class Shape {
  readonly id: number;
  #children: Map<string, Shape> | null = null;
  /** Under which {@link generation} the children were made. */
  #generation = 0;
  /** The query that this step resolved to; absent for a step inside a condition. */
  query: Query | undefined;
  /** Plans by what is wanted of the query and in which dialect. */
  readonly plans = new Map<string, Plan>();

  constructor() {
    this.id = nextId++;
  }

  child(token: string): Shape {
    const known = this.#generation === generation ? this.#children?.get(token) : undefined;
    if (known !== undefined) return known;
    // here too, as a queryset that a program keeps grows without ever beginning at a root
    dropWhenFull();
    if (this.#children === null || this.#generation !== generation) this.#children = new Map();
    this.#generation = generation;
    const child = new Shape();
    this.#children.set(token, child);
    return child;
  }
}

let nextId = 1;
let droppedAt = 0;
/** Goes up when shapes are forgotten. */
let generation = 0;
let roots = new WeakMap<ModelMeta, Shape>();
let registryVersion = registry.version;

/**
 * Forgets every shape and plan. Querysets that exist keep theirs, and forget what was built on them.
 *
 * @example
 * await Author.objects.count();
 * clearPlanCache(); // the next query is compiled anew
 * console.log(await Author.objects.count()); // → 2
 */
export function clearPlanCache(): void {
  roots = new WeakMap();
  droppedAt = nextId;
  generation++;
}

function dropWhenFull(): void {
  if (nextId - droppedAt > MAX_SHAPES) clearPlanCache();
}

/** Where the queries of a model begin. */
export function rootShape(meta: ModelMeta): Shape {
  dropWhenFull();
  if (registryVersion !== registry.version) {
    registryVersion = registry.version;
    clearPlanCache();
  }
  let root = roots.get(meta);
  if (root === undefined) {
    root = new Shape();
    roots.set(meta, root);
  }
  return root;
}

/** What can be put into a query besides plain values: it writes its structure and hands over its values. */
export interface Fingerprinted {
  fingerprint(print: Fingerprint): void;
}

export const FINGERPRINT: unique symbol = Symbol.for("dorm.query.fingerprint") as never;

function isFingerprinted(value: object): value is Fingerprinted {
  return FINGERPRINT in value;
}

/** Lists up to this length have a shape for each power of two; longer ones share one. */
const MAX_PADDED_LIST = 32;

/** Walks down the trie while a query is described, and collects the values on the way. */
export class Fingerprint {
  shape: Shape;
  readonly values: unknown[];

  constructor(shape: Shape, values: readonly unknown[]) {
    this.shape = shape;
    this.values = values.slice();
  }

  token(token: string): void {
    this.shape = this.shape.child(token);
  }

  /**
   * A value of the query. Only its kind becomes part of the structure.
   *
   * @throws QueryError for `undefined`, which never means "match everything"
   */
  value(value: unknown, where: string): void {
    switch (typeof value) {
      case "number":
        this.token(Number.isInteger(value) ? integerToken(value, "integer") : "float");
        break;
      case "string":
        // a relation refuses the empty text when the query is described
        this.token(value === "" ? "empty" : "string");
        break;
      case "boolean":
        this.token(value ? "true" : "false");
        break;
      case "bigint":
        this.token(integerToken(value, "bigint"));
        break;
      case "undefined":
        throw new QueryError(`${where} is undefined. Leave it out, or use null for SQL's NULL.`);
      case "object":
        this.#object(value, where);
        return;
      default:
        throw new QueryError(`${where}: a ${typeof value} is not a value for a query.`);
    }
    this.values.push(value);
  }

  #object(value: object | null, where: string): void {
    if (value === null) {
      this.token("null");
      this.values.push(null);
    } else if (isFingerprinted(value)) value.fingerprint(this);
    else if (Array.isArray(value)) this.#list(value, where);
    else if (value instanceof Date) {
      this.token("date");
      this.values.push(value);
    } else if (isInstance(value)) {
      this.token("instance");
      this.values.push(value);
    } else if (value instanceof Set || isIterator(value)) this.#list([...value], where);
    else {
      this.token(objectToken(value));
      this.values.push(value);
    }
  }

  #list(list: readonly unknown[], where: string): void {
    let present = 0;
    let fitting = 0;
    for (const item of list) {
      if (item === undefined) throw new QueryError(`${where}: the list has an undefined item.`);
      if (item === null) continue;
      present++;
      if (!isBeyond64Bits(item)) fitting++;
      if (typeof item === "object" && isFingerprinted(item)) {
        // expressions in a list are structure
        this.token("items");
        for (const each of list) this.value(each, where);
        this.token("end");
        return;
      }
    }
    // a column of integers leaves the others out
    const token = fitting === present ? listToken(present) : `${listToken(present)}!${listToken(fitting)}`;
    this.token(`${token}${kindOfItems(list)}`);
    // the caller may change the list later
    this.values.push(list.slice());
  }
}

function listToken(length: number): string {
  return length === 0 ? "list0" : length > MAX_PADDED_LIST ? "list" : `list${padded(length)}`;
}

/** The least column that holds an integer: of 32 bits (nothing), of 64, or none. What is beyond a column has conditions of its own. */
function integerToken(value: number | bigint, kind: "integer" | "bigint"): string {
  if (value >= -2_147_483_648 && value <= 2_147_483_647) return kind;
  const sign = value > 0 ? "+" : "-";
  return isBeyond64Bits(value) ? `${kind}${sign}${sign}` : `${kind}${sign}`;
}

/** What the first item tells of the others, where no column says what the items are; nothing for whole numbers. */
function kindOfItems(list: readonly unknown[]): string {
  const sample = list.find((item) => item !== null);
  if (sample === undefined || (typeof sample === "number" && Number.isInteger(sample))) return "";
  if (typeof sample !== "object" || sample === null) return typeof sample;
  return sample instanceof Date ? "date" : isInstance(sample) ? "instance" : objectToken(sample);
}

/** Values that are sent to the database as different types. */
function objectToken(value: object): string {
  if (Decimal.isDecimal(value)) return "decimal";
  if (isDuration(value)) return "duration";
  if (value instanceof Uint8Array) return "binary";
  // JSON, which a relation refuses, and not a Ref, which it takes
  return Object.getPrototypeOf(value) === Object.prototype ? "record" : "object";
}

/** A generator, or an iterator of a Map: anything that is iterated once. Typed arrays and JSON objects are values. */
function isIterator(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && "next" in value;
}

/** The number of placeholders for a list, or null where it goes in one parameter. */
export function paddedLength(list: readonly unknown[]): number | null {
  let present = 0;
  for (const item of list) if (item !== null) present++;
  return present > MAX_PADDED_LIST ? null : present === 0 ? 0 : padded(present);
}

function padded(length: number): number {
  let size = 1;
  while (size < length) size *= 2;
  return size;
}

/** Gives out the values of a fingerprint in the order in which they were written, when the query is resolved. */
export class Slots {
  readonly #values: readonly unknown[];
  #next: number;

  constructor(values: readonly unknown[], start: number) {
    this.#values = values;
    this.#next = start;
  }

  next(): { readonly slot: number; readonly value: unknown } {
    const slot = this.#next++;
    return { slot, value: this.#values[slot] };
  }

  /** The place of a block of values that belong to a query inside this one. */
  block(length: number): number {
    const start = this.#next;
    this.#next += length;
    return start;
  }

  /** Resolving must ask for exactly what the fingerprint wrote; anything else would bind values to the wrong places. */
  finish(): void {
    if (this.#next !== this.#values.length)
      throw new Error(`dorm: ${this.#next} values were used of ${this.#values.length} (a bug in dorm; please report it)`);
  }
}
