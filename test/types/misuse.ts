import { Avg, F, Prefetch, StdDev, Sum, Upper } from "../../src/index.js";
import { Author, Book, Review, Sample, Tag } from "./schema.js";

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
