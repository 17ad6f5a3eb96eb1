import type { PkValue } from "./shape.js";

declare const LOADED: unique symbol;

export type { LOADED };

/**
 * What is not loaded: awaiting it loads it, for all peers of the same result in one query.
 *
 * @example
 * const author = await Author.objects.defer("bio").get({ pk: 1 });
 * const bio: string = await author.bio; // loaded now, with a query
 * console.log(bio === ""); // → true
 */
export interface Deferred<Value> extends PromiseLike<Value> {
  /* An instance has true here: so an intersection of the two is empty, and `selectRelated` removes it from a union. */
  readonly [LOADED]: false;
  /** The same without waiting, on databases with synchronous access. */
  getSync(): Value;
}

/**
 * A related object that is not loaded, known by its key.
 *
 * @example
 * const book = await Book.objects.get({ pk: 1 });
 * console.log(book.author.pk, (await book.author).name); // → 1 Ursula
 */
export interface Ref<M> extends Deferred<M> {
  /** The key, without a query. */
  readonly pk: PkValue<M>;
}

/** Anything that is not loaded. */
export interface NotLoaded {
  readonly [LOADED]: false;
}

/** The value of what may not be loaded. */
export type LoadedValue<T> = T extends Deferred<infer Value> ? Value : T;
