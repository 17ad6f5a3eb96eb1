import {
  AbstractModel,
  Avg,
  CASCADE,
  CharField,
  CheckConstraint,
  ExclusionConstraint,
  F,
  ForeignKey,
  GreaterThan,
  Index,
  IntegerField,
  Model,
  Prefetch,
  Q,
  StdDev,
  Sum,
  UniqueConstraint,
  Upper,
} from "../../src/index.js";
import { Author, Book, OrderNote, Publisher, Review, Sample, Tag } from "./schema.js";

export async function sums(): Promise<void> {
  await Author.objects.aggregate({ all: Sum("age"), mean: Avg("books__pages"), double: Sum(F("age").mul(2)), keys: Sum("books") });
  await Sample.objects.aggregate({ price: Sum("price"), span: Sum("span"), big: Avg("big"), member: Sum("data__a") });
  // @ts-expect-error a text has no sum
  await Author.objects.aggregate({ all: Sum("name") });
  // @ts-expect-error a text has no mean, over a relation neither
  await Author.objects.annotate({ mean: Avg("books__title") });
  // @ts-expect-error nor has what a function makes a text
  await Author.objects.annotate({ all: Sum(Upper("name")) });
  // @ts-expect-error moments have no deviation
  await Author.objects.annotate({ spread: StdDev("joined") });
}

export async function dates(): Promise<void> {
  await Author.objects.dates("joined", "year");
  await Sample.objects.dates("day", "year");
  await Book.objects.dates("author__joined", "month");
  await Sample.objects.datetimes("ended", "hour");
  // @ts-expect-error a text
  await Author.objects.dates("name", "year");
  // @ts-expect-error a text
  await Author.objects.datetimes("name", "year");
  // @ts-expect-error a time of day has no year
  await Sample.objects.dates("clock", "year");
  // @ts-expect-error a relation
  await Book.objects.dates("author", "year");
}

export async function querysetsOfRelations(): Promise<void> {
  await Book.objects.filter({ author__in: Author.objects.filter({ age: 3 }), author: Author.objects.slice(0, 1) });
  await Book.objects.filter({ author__in: Author.objects.only("name"), tags__in: Tag.objects.defer("name") });
  await Book.objects.filter({ author__mentor__in: Author.objects.selectRelated("publisher").annotate({ pages: Sum("books__pages") }) });
  await Book.objects.filter({ author__in: Tag.objects.values("id"), tags__in: Tag.objects.valuesList("id", { flat: true }) });
  await Author.objects.filter({ pk__in: Book.objects.valuesList("author") });
  // @ts-expect-error tags are no authors
  await Book.objects.filter({ author__in: Tag.objects.all() });
  // @ts-expect-error tags are no authors
  await Book.objects.filter({ author: Tag.objects.filter({ name: "x" }) });
  // @ts-expect-error nor is a tag an author for create; of two models with the same fields the compiler cannot tell
  await Book.objects.create({ title: "x", author: new Tag() });
}

export async function prefetches(): Promise<void> {
  await Book.objects.prefetchRelated(Prefetch("reviews", { queryset: Review.objects.filter({ stars: 3 }) }), Prefetch("author__books"));
  await Author.objects.prefetchRelated(Prefetch("books__tags", { queryset: Tag.objects.only("name"), toAttr: "labels" }));
  // @ts-expect-error tags are no reviews
  await Book.objects.prefetchRelated(Prefetch("reviews", { queryset: Tag.objects.all() }));
  // @ts-expect-error authors are no books, under another name neither
  await Author.objects.prefetchRelated(Prefetch("books", { queryset: Author.objects.all(), toAttr: "written" }));
  // @ts-expect-error books are no tags
  await Author.objects.prefetchRelated(Prefetch("books__tags", { queryset: Book.objects.all() }));
}

const computed: string[] = ["age"];
export class Person extends Model<Person>("lab.Person")(
  {
    name: CharField(),
    age: IntegerField(),
    get friend() {
      return ForeignKey(() => Person, { onDelete: CASCADE, null: true });
    },
  },
  {
    ordering: ["-id", "friend__name"],
    indexes: [
      Index({ fields: ["-age", "friend"], include: ["name"], condition: Q({ age__gte: 3, friend: 3 }), name: "one" }),
      Index({ expressions: [Upper("name")], name: "two" }),
      Index({ fields: computed }),
    ],
    constraints: [
      UniqueConstraint({ fields: ["name"], condition: Q({ friendId__isnull: true }).or(Q({ pk: 3 })), name: "three" }),
      CheckConstraint({ check: Q({ age__gte: 3 }).and(Q({ name: F("name") }).not()), name: "four" }),
      CheckConstraint({ check: GreaterThan("age", 3), name: "five" }),
      ExclusionConstraint({ fields: ["age"], operators: ["="], name: "six" }),
    ],
  },
) {}
export class Stamp extends AbstractModel<Stamp>()({ at: IntegerField() }, { indexes: [Index({ fields: ["at"] })] }) {}
export class Letter extends Stamp.extend<Letter>("lab.Letter")({ to: CharField() }, { indexes: [Index({ fields: ["at", "to"] })] }) {}

const person = { name: CharField(), age: IntegerField() };
/* Of a path the first step is checked: what is behind it would resolve the getters of the shape too early. */
// @ts-expect-error no such field
export class WrongOrder extends Model<WrongOrder>("lab.WrongOrder")(person, { ordering: ["nme"] }) {}
// @ts-expect-error no such field
export class WrongLatest extends Model<WrongLatest>("lab.WrongLatest")(person, { getLatestBy: "-agee" }) {}
// @ts-expect-error no such field
export class WrongIndex extends Model<WrongIndex>("lab.WrongIndex")(person, { indexes: [Index({ fields: ["agee"] })] }) {}
const constraint = "lab";
export class WrongUnique extends Model<WrongUnique>("lab.WrongUnique")(person, {
  // @ts-expect-error no such field
  constraints: [UniqueConstraint({ fields: ["name", "nme"], name: constraint })],
}) {}
export class WrongCondition extends Model<WrongCondition>("lab.WrongCondition")(person, {
  // @ts-expect-error no such field
  constraints: [UniqueConstraint({ fields: ["name"], condition: Q({ agee__gt: 3 }), name: constraint })],
}) {}
export class WrongCheck extends Model<WrongCheck>("lab.WrongCheck")(person, {
  // @ts-expect-error no such field
  constraints: [CheckConstraint({ check: Q({ age: 3 }).or(Q({ agee__gt: 3 })), name: constraint })],
}) {}
export class WrongOperand extends Model<WrongOperand>("lab.WrongOperand")(person, {
  // @ts-expect-error no such field
  constraints: [CheckConstraint({ check: Q({ age__gt: F("agee") }), name: constraint })],
}) {}

const sizes = { small: "s", large: "l" } as const;
export const chosen = [
  CharField({ choices: ["gold", "tin"], default: "tin" }),
  CharField({ choices: sizes, default: "s" }),
  CharField({ choices: [["Metals", [["g", "Gold"]]]], default: "g" }),
  CharField({ choices: ["gold"], default: () => "gold" }),
  CharField({ choices: ["gold"], null: true, default: null }),
  CharField({ choices: ["gold"], blank: true, default: "" }),
  CharField({ choices: computed, default: "x" }),
  IntegerField({ choices: [1, 2], default: 2 }),
  // @ts-expect-error no such choice
  CharField({ choices: ["gold", "tin"], default: "silver" }),
  // @ts-expect-error no such choice
  IntegerField({ choices: [1, 2], default: 3 }),
  // @ts-expect-error a label, not a choice
  CharField({ choices: [["g", "Gold"]], default: "Gold" }),
];

export async function neededToCreate(author: Author): Promise<void> {
  await Book.objects.getOrCreate({ title: "x", author });
  await Book.objects.getOrCreate({ title: "x", authorId: 3 });
  await Book.objects.getOrCreate({ title__iexact: "x" }, { defaults: { title: "x", author: () => author } });
  await Book.objects.updateOrCreate({ title: "x" }, { defaults: { pages: 3, authorId: 3 } });
  await Book.objects.updateOrCreate({ title: "x" }, { defaults: { pages: 3 }, createDefaults: { author } });
  await author.books.getOrCreate({ title: "x" });
  await OrderNote.objects.getOrCreate({ pk: 3, order: 3 }, { defaults: { text: "x" } });
  await Publisher.objects.updateOrCreate({ pk: "uid" }, { defaults: { name: "x" } });
  // @ts-expect-error the author is missing
  await Book.objects.getOrCreate({ title: "x" });
  // @ts-expect-error the author is missing
  Book.objects.getOrCreateSync({ title: "x" }, { defaults: { pages: 3 } });
  // @ts-expect-error a lookup is no title
  await Book.objects.getOrCreate({ title__iexact: "x" }, { defaults: { author } });
  // @ts-expect-error a path through the author is no author
  await Book.objects.getOrCreate({ title: "x", author__name: "x" });
  // @ts-expect-error with createDefaults the defaults are for rows that are there
  await Book.objects.updateOrCreate({ title: "x" }, { defaults: { author }, createDefaults: { pages: 3 } });
  // @ts-expect-error the author is missing
  Book.objects.updateOrCreateSync({ title: "x" }, { defaults: { pages: 3 } });
  // @ts-expect-error no such field, beside one that there is
  await Author.objects.getOrCreate({ name: "x" }, { defaults: { age: 3, nope: 4 } });
  // @ts-expect-error the title is missing
  await author.books.getOrCreate({ pages: 3 });
}
