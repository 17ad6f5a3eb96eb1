import { ImproperlyConfigured } from "../errors.js";
import type { ColumnStorage } from "../sql/codec.js";
import { didYouMean, unknownOption } from "../suggestions.js";
import type { Backward, CommonOptions, CompositeKey, Flag, HasDefault, LookupFamily, ToMany, ToOne } from "../types/field.js";
import { checkIdentifier } from "./column-name.js";
import { describe } from "./describe-value.js";
import { FieldDefinition, publish } from "./field.js";

/** What becomes of rows whose foreign key names a row that is deleted. */
export type OnDelete = "CASCADE" | "PROTECT" | "RESTRICT" | "SET_NULL" | "SET_DEFAULT" | "DO_NOTHING";

/**
 * They are deleted too.
 *
 * @example
 * class Loan extends Model<Loan>("library.Loan")({ author: ForeignKey(() => Author, { onDelete: CASCADE, relatedName: "+" }) }) {}
 * await createTables([Loan]);
 * await Loan.objects.create({ author: 1 });
 * await Author.objects.filter({ pk: 1 }).delete();
 * console.log(await Loan.objects.count()); // → 0
 */
export const CASCADE = "CASCADE";
/**
 * The deletion is refused with `ProtectedError`.
 *
 * @example
 * class Loan extends Model<Loan>("library.Loan")({ author: ForeignKey(() => Author, { onDelete: PROTECT, relatedName: "+" }) }) {}
 * await createTables([Loan]);
 * await Loan.objects.create({ author: 1 });
 * await Author.objects.filter({ pk: 1 }).delete().catch((error: Error) => console.log(error.name)); // → ProtectedError
 */
export const PROTECT = "PROTECT";
/**
 * The deletion is refused with `RestrictedError`, unless they go away in the same deletion by another way.
 *
 * @example
 * class Loan extends Model<Loan>("library.Loan")({ author: ForeignKey(() => Author, { onDelete: RESTRICT, relatedName: "+" }) }) {}
 * await createTables([Loan]);
 * await Loan.objects.create({ author: 1 });
 * await Author.objects.filter({ pk: 1 }).delete().catch((error: Error) => console.log(error.name)); // → RestrictedError
 */
export const RESTRICT = "RESTRICT";
/**
 * Their key becomes NULL.
 *
 * @example
 * class Loan extends Model<Loan>("library.Loan")({ author: ForeignKey(() => Author, { onDelete: SET_NULL, null: true, relatedName: "+" }) }) {}
 * await createTables([Loan]);
 * const loan = await Loan.objects.create({ author: 1 });
 * await Author.objects.filter({ pk: 1 }).delete();
 * console.log(loan.authorId, (await Loan.objects.get({ pk: loan.pk })).authorId); // → 1 null
 */
export const SET_NULL = "SET_NULL";
/**
 * Their key gets the field's default.
 *
 * @example
 * class Loan extends Model<Loan>("library.Loan")({ author: ForeignKey(() => Author, { onDelete: SET_DEFAULT, default: 1, relatedName: "+" }) }) {}
 * await createTables([Loan]);
 * const loan = await Loan.objects.create({ author: 2 });
 * await Author.objects.filter({ pk: 2 }).delete();
 * console.log((await Loan.objects.get({ pk: loan.pk })).authorId); // → 1
 */
export const SET_DEFAULT = "SET_DEFAULT";
/**
 * Nothing here: the database decides.
 *
 * @example
 * class Loan extends Model<Loan>("library.Loan")({ author: ForeignKey(() => Author, { onDelete: DO_NOTHING, relatedName: "+" }) }) {}
 * await createTables([Loan]);
 * await Loan.objects.create({ author: 1 });
 * await Author.objects.filter({ pk: 1 }).delete().catch((error: Error) => console.log(error.name)); // → ForeignKeyViolation
 */
export const DO_NOTHING = "DO_NOTHING";

const ON_DELETE: readonly OnDelete[] = [CASCADE, PROTECT, RESTRICT, SET_NULL, SET_DEFAULT, DO_NOTHING];

/** A model class by a function, as it may not be defined yet; in migrations by its label. */
export type TargetThunk = (() => unknown) | string;

type TargetResolver = (field: ForeignKeyDefinition) => FieldDefinition;
let resolveTarget: TargetResolver | undefined;

/** The models, a floor above, say which column a foreign key refers to. */
export function installTargetResolver(resolver: TargetResolver): void {
  resolveTarget = resolver;
}

/** A class in the place of the function that gives it would only fail when the relation is first used. */
function refuseClass(factory: string, to: TargetThunk): void {
  if (typeof to !== "function" || !/^class\b/.test(Function.prototype.toString.call(to))) return;
  throw new ImproperlyConfigured(
    `${factory}: give a function, as the model may not be defined yet: ${factory}(() => ${to.name || "Author"}, …).`,
  );
}

/** A column that holds the key of another model's row. */
export class ForeignKeyDefinition extends FieldDefinition {
  readonly to: TargetThunk;
  readonly onDelete: OnDelete;
  readonly relatedName: string | null;
  readonly toField: string | null;
  readonly dbConstraint: boolean;

  constructor(kind: "ForeignKey" | "OneToOneField", to: TargetThunk, options: object) {
    super(kind, kind === "OneToOneField" ? { unique: true, ...options } : options, {
      dbIndex: true,
      onDelete: undefined,
      relatedName: undefined,
      toField: undefined,
      dbConstraint: true,
    });
    if (typeof to !== "function" && typeof to !== "string") {
      throw new ImproperlyConfigured(
        `${kind}: the first argument is a function that gives the model, as in ${kind}(() => Author, { onDelete: CASCADE }).`,
      );
    }
    refuseClass(kind, to);
    this.to = to;
    const onDelete = this.text("onDelete");
    if (!(ON_DELETE as readonly (string | null)[]).includes(onDelete)) {
      throw new ImproperlyConfigured(
        `${kind}: onDelete must be one of ${ON_DELETE.join(", ")}. ${onDelete === null ? "" : didYouMean(onDelete, ON_DELETE)}`.trim(),
      );
    }
    // just found in the list
    this.onDelete = onDelete as OnDelete;
    this.relatedName = this.text("relatedName");
    this.toField = this.text("toField");
    this.dbConstraint = this.flag("dbConstraint");
  }

  override bind(name: string, modelLabel: string): this {
    const where = `${modelLabel}.${name}`;
    if (this.relatedName !== null && !this.relatedName.endsWith("+")) checkIdentifier(this.relatedName, `${where}: relatedName`);
    if (this.onDelete === SET_NULL && !this.null) {
      throw new ImproperlyConfigured(`${where}: onDelete SET_NULL needs a column that may be null; add null: true.`);
    }
    if (this.onDelete === SET_DEFAULT && !this.hasDefault()) {
      throw new ImproperlyConfigured(`${where}: onDelete SET_DEFAULT needs a default.`);
    }
    return super.bind(name, modelLabel);
  }

  /** The column that it refers to. */
  get targetField(): FieldDefinition {
    // installed by models/ when the package is loaded
    if (!resolveTarget) throw new ImproperlyConfigured("import models from the package's entry");
    return resolveTarget(this);
  }

  get storage(): ColumnStorage {
    return this.targetField.storage;
  }

  get lookupFamily(): LookupFamily {
    return this.targetField.lookupFamily;
  }

  protected override attnameFor(name: string): string {
    return `${name}Id`;
  }

  /** A string default cannot be checked before the target is known. */
  override hasDefault(): boolean {
    return Object.hasOwn(this.options, "default");
  }

  protected convert(input: unknown): unknown {
    if (this.name === "") return input;
    try {
      return this.targetField.coerce(input);
    } catch (cause) {
      throw this.invalid(`${describeKey(input)} is not a key of ${this.targetField.modelLabel}`, cause);
    }
  }

  override coerceLookup(input: unknown): unknown {
    return this.targetField.coerceLookup(input);
  }

  override prepareForSave(value: unknown): unknown {
    return this.targetField.prepareForSave(value);
  }

  override equals(left: unknown, right: unknown): boolean {
    return this.targetField.equals(left, right);
  }

  override deconstruct(): { kind: string; args: readonly unknown[]; options: Readonly<Record<string, unknown>> } {
    const { options } = super.deconstruct();
    const { unique: _unique, ...rest } = options;
    return { kind: this.kind, args: [this.to], options: this.kind === "OneToOneField" ? rest : options };
  }
}

function describeKey(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : describe(value);
}

const MANY_TO_MANY_OPTIONS = [
  "relatedName",
  "through",
  "throughFields",
  "symmetrical",
  "dbTable",
  "dbConstraint",
  "blank",
  "verboseName",
  "helpText",
] as const;

export interface ManyToManyOptions {
  readonly relatedName?: string;
  /** The junction, where it has columns of its own; else dorm makes one. */
  readonly through?: TargetThunk;
  /** The junction's keys to this model and to the other, where it has several. */
  readonly throughFields?: readonly [near: string, far: string];
  /** A relation to the model itself that holds both ways; true for those unless given. */
  readonly symmetrical?: boolean;
  /** The table of the junction that dorm makes. */
  readonly dbTable?: string;
  readonly dbConstraint?: boolean;
  readonly blank?: boolean;
  readonly verboseName?: string;
  readonly helpText?: string;
}

/** Rows of two models joined by a junction table. */
export class ManyToManyDefinition {
  readonly kind = "ManyToManyField";
  readonly to: TargetThunk;
  readonly options: ManyToManyOptions;
  readonly name: string;
  readonly modelLabel: string;

  constructor(to: TargetThunk, options: ManyToManyOptions, name = "", modelLabel = "") {
    if (typeof to !== "function" && typeof to !== "string") {
      throw new ImproperlyConfigured(
        "ManyToManyField: the first argument is a function that gives the model, as in ManyToManyField(() => Tag).",
      );
    }
    for (const option of Object.keys(options)) {
      if (!(MANY_TO_MANY_OPTIONS as readonly string[]).includes(option)) {
        throw new ImproperlyConfigured(unknownOption("ManyToManyField", option, MANY_TO_MANY_OPTIONS));
      }
    }
    refuseClass("ManyToManyField", to);
    this.to = to;
    this.options = options;
    this.name = name;
    this.modelLabel = modelLabel;
    Object.freeze(this);
  }

  bind(name: string, modelLabel: string): ManyToManyDefinition {
    checkIdentifier(name, `field ${modelLabel}.${name}`);
    return new ManyToManyDefinition(this.to, this.options, name, modelLabel);
  }
}

/** The other side of a foreign key or of a many-to-many field, named where it is used. */
export class ReverseRelationDefinition {
  readonly kind = "ReverseRelation";
  readonly to: TargetThunk;
  readonly via: string;

  constructor(to: TargetThunk, via: string) {
    refuseClass("ReverseRelation", to);
    if (typeof to !== "function" && typeof to !== "string") {
      throw new ImproperlyConfigured(
        'ReverseRelation: the first argument is a function that gives the model, as in ReverseRelation(() => Book, "author").',
      );
    }
    if (typeof via !== "string" || via === "") {
      throw new ImproperlyConfigured(
        'ReverseRelation: the second argument is the name of the field on the other side, as in ReverseRelation(() => Book, "author").',
      );
    }
    this.to = to;
    this.via = via;
    Object.freeze(this);
  }
}

/** The fields that are the primary key together. */
export class CompositePrimaryKeyDefinition {
  readonly kind = "CompositePrimaryKey";
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    if (names.length < 2)
      throw new ImproperlyConfigured("CompositePrimaryKey: name at least two fields; for one, write primaryKey: true on it.");
    this.names = Object.freeze([...names]);
    Object.freeze(this);
  }
}

/** The options of {@link ForeignKey} and {@link OneToOneField}. */
export interface ToOneOptions extends CommonOptions<unknown, never> {
  readonly onDelete: OnDelete;
  /** The name of the other side; checked against the target's `ReverseRelation`. */
  readonly relatedName?: string;
  /** The column referred to, where it is not the primary key. */
  readonly toField?: string;
  /** False: no FOREIGN KEY in the database. */
  readonly dbConstraint?: boolean;
}

type Target<M> = () => { readonly prototype: M };

/**
 * A many-to-one relation: a column that holds the key of a row of another model.
 *
 * @param to - a function that gives the model
 * @param options - `onDelete` is required
 * @throws ImproperlyConfigured for an option that cannot be
 * @example
 * class Review extends Model<Review>("library.Review")({ book: ForeignKey(() => Book, { onDelete: CASCADE, relatedName: "+" }), stars: IntegerField() }) {}
 * await createTables([Review]);
 * const review = await Review.objects.create({ book: 1, stars: 5 });
 * console.log(review.book.pk, (await review.book).title); // → 1 The Dispossessed
 */
export function ForeignKey<M, const O extends ToOneOptions>(
  to: Target<M> | string,
  options: O,
): ToOne<M, Flag<O, "null">, HasDefault<O>, "fk", Flag<O, "primaryKey">> {
  return publish(new ForeignKeyDefinition("ForeignKey", to, { ...options }));
}

/**
 * A one-to-one relation: a foreign key that no two rows share.
 *
 * @example
 * class Profile extends Model<Profile>("library.Profile")({ author: OneToOneField(() => Author, { onDelete: CASCADE, relatedName: "+" }) }) {}
 * await createTables([Profile]);
 * await Profile.objects.create({ author: 1 });
 * console.log(await Profile.objects.filter({ author__name: "Ursula" }).count()); // → 1
 */
export function OneToOneField<M, const O extends ToOneOptions>(
  to: Target<M> | string,
  options: O,
): ToOne<M, Flag<O, "null">, HasDefault<O>, "o2o", Flag<O, "primaryKey">> {
  return publish(new ForeignKeyDefinition("OneToOneField", to, { ...options }));
}

/**
 * A many-to-many relation by a junction table.
 *
 * @example
 * class Shelf extends Model<Shelf>("library.Shelf")({ name: CharField({ maxLength: 20 }), books: ManyToManyField(() => Book, { relatedName: "+" }) }) {}
 * await createTables([Shelf]);
 * const shelf = await Shelf.objects.create({ name: "B2" });
 * await shelf.books.add(1, 3);
 * console.log(await shelf.books.count()); // → 2
 */
export function ManyToManyField<M>(to: Target<M> | string, options: ManyToManyOptions = {}): ToMany<M> {
  // phantom members only, as for fields
  return new ManyToManyDefinition(to, options) as unknown as ToMany<M>;
}

/**
 * The other side of a relation: `author.books` for `Book.author`.
 *
 * @param to - a function that gives the model that has the foreign key or the many-to-many field
 * @param via - the name of that field
 * @example
 * class Series extends Model<Series>("library.Series")({
 *   name: CharField({ maxLength: 50 }),
 *   get parts() {
 *     return ReverseRelation(() => Part, "series");
 *   },
 * }) {}
 * class Part extends Model<Part>("library.Part")({ series: ForeignKey(() => Series, { onDelete: CASCADE, relatedName: "parts" }) }) {}
 * await createTables([Series, Part]);
 * const series = await Series.objects.create({ name: "Hainish Cycle" });
 * await series.parts.create({});
 * console.log(await Series.objects.filter({ parts__isnull: false }).count()); // → 1
 */
export function ReverseRelation<M, const Via extends string>(to: Target<M> | string, via: Via): Backward<M, Via> {
  // phantom members only, as for fields
  return new ReverseRelationDefinition(to, via) as unknown as Backward<M, Via>;
}

/**
 * A primary key of several columns: `pk: CompositePrimaryKey("order", "lineNo")` in the shape. `pk` of an instance is
 * then a list of their values.
 *
 * @param names - the fields, in the key's order
 * @throws ImproperlyConfigured for fewer than two
 * @example
 * class Line extends Model<Line>("library.Line")({
 *   pk: CompositePrimaryKey("order", "number"),
 *   order: IntegerField(),
 *   number: IntegerField(),
 * }) {}
 * await createTables([Line]);
 * const line = await Line.objects.create({ order: 7, number: 1 });
 * console.log(line.pk); // → [ 7, 1 ]
 */
export function CompositePrimaryKey<const Parts extends readonly string[]>(...names: Parts): CompositeKey<Parts> {
  // phantom members only, as for fields
  return new CompositePrimaryKeyDefinition(names) as unknown as CompositeKey<Parts>;
}
