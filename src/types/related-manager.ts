import type { BuildingMethods } from "./building.js";
import type { Ref } from "./deferred.js";
import type { CreateInput, PkInput } from "./input.js";
import type { CHAIN } from "./markers.js";
import type { QuerySet } from "./queryset.js";
import type { ReadingMethods } from "./reading.js";
import type { ShapeOf } from "./shape.js";
import type { ChangingMethods, CheckedCreate, CreatingMethods } from "./writing.js";

/** What can be added to a relation: an object, a reference to one, or a key. */
export type RelatedItem<M> = M | Ref<M> | PkInput<M>;
/** What a many-to-many relation writes beside the two keys. */
export interface ThroughOptions {
  /** Values for the other columns of the table between. */
  readonly throughDefaults?: Readonly<Record<string, unknown>>;
}
/** How related rows are written. */
export interface BulkOptions {
  /** False: save each object, with its signals, instead of one UPDATE for all. */
  readonly bulk?: boolean;
}
/** What `add` of a related manager takes. */
export interface AddOptions extends BulkOptions, ThroughOptions {}
/** What `set` of a related manager takes. */
export interface SetOptions extends AddOptions {
  /** Remove all first instead of what differs. */
  readonly clear?: boolean;
}

/**
 * The objects on the other side of a relation: `author.books`. It has the methods of a queryset, on those objects only.
 *
 * @typeParam M - the model on the other side
 * @typeParam Implied - the relation that its `create` fills in
 */
export interface RelatedManager<M, Implied = never>
  extends BuildingMethods<M, M, unknown>,
    ReadingMethods<M, M, unknown>,
    ChangingMethods<M, M, unknown>,
    CreatingMethods<M, M, unknown, Implied> {
  readonly [CHAIN]: QuerySet<M>;
  /**
   * Adds objects; what is there already stays as it is.
   *
   * @example
   * const book = await Book.objects.get({ title: "Mostly Harmless" });
   * await book.tags.add(1, 2);
   * console.log(await book.tags.count()); // → 3
   */
  add(...items: RelatedItem<M>[]): Promise<void>;
  add(...items: [...RelatedItem<M>[], AddOptions]): Promise<void>;
  /** As `add`, without waiting. */
  addSync(...items: RelatedItem<M>[]): void;
  addSync(...items: [...RelatedItem<M>[], AddOptions]): void;
  /**
   * Makes these the objects of the relation.
   *
   * @example
   * const book = await Book.objects.get({ title: "Mostly Harmless" });
   * await book.tags.set([1]);
   * console.log(await book.tags.valuesList("name", { flat: true })); // → [ 'utopia' ]
   */
  set(items: Iterable<RelatedItem<M>>, options?: SetOptions): Promise<void>;
  /** As `set`, without waiting. */
  setSync(items: Iterable<RelatedItem<M>>, options?: SetOptions): void;
  /**
   * Makes an object and adds it.
   *
   * @example
   * const ursula = await Author.objects.get({ name: "Ursula" });
   * const book = await ursula.books.create({ title: "Rocannon's World" });
   * console.log(book.authorId === ursula.pk); // → true
   */
  create<V extends CreateInput<ShapeOf<M>>>(values: CheckedCreate<M, Implied, V>, options?: ThroughOptions): Promise<M>;
  /** As `create`, without waiting. */
  createSync<V extends CreateInput<ShapeOf<M>>>(values: CheckedCreate<M, Implied, V>, options?: ThroughOptions): M;
}

/** A related manager that can let objects go: of many-to-many relations, and of foreign keys that may be null. */
export interface RemovableManager<M, Implied = never> extends RelatedManager<M, Implied> {
  /**
   * Takes objects out of the relation.
   *
   * @example
   * const book = await Book.objects.get({ title: "The Lathe of Heaven" });
   * await book.tags.remove(1);
   * console.log(await book.tags.valuesList("name", { flat: true })); // → [ 'dreams' ]
   */
  remove(...items: RelatedItem<M>[]): Promise<void>;
  remove(...items: [...RelatedItem<M>[], BulkOptions]): Promise<void>;
  /** As `remove`, without waiting. */
  removeSync(...items: RelatedItem<M>[]): void;
  removeSync(...items: [...RelatedItem<M>[], BulkOptions]): void;
  /**
   * Takes all objects out of the relation.
   *
   * @example
   * const book = await Book.objects.get({ title: "The Lathe of Heaven" });
   * await book.tags.clear();
   * console.log(await book.tags.count()); // → 0
   */
  clear(options?: BulkOptions): Promise<void>;
  /** As `clear`, without waiting. */
  clearSync(options?: BulkOptions): void;
}
