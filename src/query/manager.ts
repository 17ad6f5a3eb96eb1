import { type ModelMeta, metaOf } from "../models/meta.js";
import { QUERYSET } from "./embed.js";
import { managerOf, QuerySetBase, type QuerySetClass } from "./queryset.js";
import { FINGERPRINT, type Fingerprint } from "./shape.js";
import type { QuerySetState } from "./state.js";

/** Members of querysets that a manager does not pass on: it is no rows, and deletes nothing by itself. */
const NOT_PASSED_ON = new Set([
  "constructor",
  "then",
  "delete",
  "deleteSync",
  "fingerprint",
  "toString",
  "resultCache",
  "isManager",
  "getQueryset",
  "dbManager",
]);

/**
 * Where queries of a model start, to be extended by a class that starts elsewhere than from all rows: every method is
 * that of the queryset which `getQueryset()` gives.
 */
export class ManagerBase {
  static readonly useInMigrations: boolean = false;
  declare readonly [FINGERPRINT]: true;
  readonly #model: () => unknown;
  #alias: string | null = null;

  static {
    Object.defineProperty(this.prototype, FINGERPRINT, { value: true });
    passOn(this.prototype, QuerySetBase);
  }

  constructor(model: () => unknown) {
    this.#model = model;
  }

  /** A class of managers with the methods of a class of querysets. */
  static fromQueryset(Class: QuerySetClass): new (model: () => unknown) => ManagerBase {
    const FromQueryset = class extends ManagerBase {
      override get querySetClass(): QuerySetClass {
        return Class;
      }
    };
    passOn(FromQueryset.prototype, Class);
    return FromQueryset;
  }

  /** The class of the querysets that it gives. */
  get querySetClass(): QuerySetClass {
    return QuerySetBase;
  }

  get meta(): ModelMeta {
    return metaOf(this.#model());
  }

  getQueryset(): QuerySetBase {
    const queryset = managerOf(this.meta, this.querySetClass).all();
    return this.#alias === null ? queryset : queryset.using(this.#alias);
  }

  dbManager(alias: string): this {
    // the class takes a model and nothing else, as its type says
    const copy = new (this.constructor as new (model: () => unknown) => this)(this.#model);
    copy.#alias = alias;
    return copy;
  }

  get [QUERYSET](): QuerySetState {
    return this.getQueryset()[QUERYSET];
  }

  fingerprint(print: Fingerprint): void {
    this.getQueryset().fingerprint(print);
  }

  toString(): string {
    return `${this.constructor.name} of ${this.meta.label}`;
  }
}

/** Gives a manager the methods of a class of querysets. */
function passOn(prototype: object, Class: QuerySetClass): void {
  for (
    let source: object | null = Class.prototype;
    source !== null && source !== Object.prototype;
    source = Object.getPrototypeOf(source) as object | null
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(source))) {
      if (typeof value !== "function" || NOT_PASSED_ON.has(name) || Object.hasOwn(prototype, name)) continue;
      Object.defineProperty(prototype, name, {
        configurable: true,
        writable: true,
        value(this: ManagerBase, ...args: unknown[]) {
          const queryset = this.getQueryset();
          // the name is one of the queryset's own methods
          return (Reflect.get(queryset, name) as (...args: unknown[]) => unknown).apply(queryset, args);
        },
      });
    }
  }
}

/** The class of the querysets that a manager of either kind gives. */
export function querySetClassOf(manager: unknown): QuerySetClass {
  if (manager instanceof ManagerBase) return manager.querySetClass;
  // a queryset's constructor is its class
  return manager instanceof QuerySetBase ? (manager.constructor as QuerySetClass) : QuerySetBase;
}
