import {
  Count,
  Exists,
  F,
  FilteredRelation,
  GreaterThan,
  Now,
  OuterRef,
  Q,
  RawSQL,
  Subquery,
  TruncMonth,
  Upper,
  Value,
} from "../../src/index.js";
import { Author, Book, OrderNote, Post, Publisher, Sample, Tag } from "./schema.js";

export async function relations(author: Author, tag: Tag): Promise<void> {
  await Book.objects.filter({ author, author__isnull: false, author__in: [author, 3, Author.ref(4)] });
  await Book.objects.filter({ author: 3, authorId: 3, authorId__in: [1, 2], authorId__gte: 3, author__gt: 3, pk__in: [1] });
  await Book.objects.filter({ author__publisher__name__icontains: "x", author__publisher: "uid", author__publisherId: "uid" });
  await Book.objects.filter({ author__in: Author.objects.filter({ age: 3 }), tags: tag, tags__name__in: new Set(["a"]) });
  await Author.objects.filter({ books__tags__books__author__name: "x", profile__site__startswith: "http", profile__isnull: true });
  await Author.objects.filter({ mentor__mentor__mentor__students__books__title: "x" });
  await Author.objects.filter({ publisher: null, mentor: null, bio: null, pk: null, books__title: null, books: null });
  await OrderNote.objects.filter({ pk: 3, order: 3, order__code: "x", pk__in: [1] });
  await Post.objects.filter({ createdAt__year: 3, title__contains: "x", author__name: "q", parent__parent__title: "t" });
  // @ts-expect-error no such field
  await Book.objects.filter({ author__nme: "x" });
  // @ts-expect-error a publisher's key is a string
  await Book.objects.filter({ author__publisher: 3 });
  // @ts-expect-error another model
  await Book.objects.filter({ author: tag });
  // @ts-expect-error another model
  await Book.objects.filter({ author__in: [tag] });
  // @ts-expect-error a list
  await Book.objects.filter({ author__in: 3 });
  // @ts-expect-error the author is required
  await Book.objects.filter({ author: null });
  // @ts-expect-error true or false
  await Book.objects.filter({ author__isnull: "yes" });
  // @ts-expect-error no such lookup
  await Book.objects.filter({ author__contains: "x" });
}

export async function text(): Promise<void> {
  await Author.objects.filter({
    name: "x",
    name__exact: "x",
    name__iexact: "x",
    name__contains: "x",
    name__icontains: "x",
    name__startswith: "x",
    name__istartswith: "x",
    name__endswith: "x",
    name__iendswith: "x",
    name__regex: "x",
    name__iregex: "x",
    name__gt: "x",
    name__range: ["a", "b"],
    name__in: ["a", null],
    name__isnull: false,
    name__search: "x",
    name__trigramSimilar: "x",
    name__unaccent__icontains: "x",
  });
  await Author.objects.filter({ level: "gold", level__in: ["tin"], name__in: Tag.objects.values("name") });
  // @ts-expect-error no such level
  await Author.objects.filter({ level: "silver" });
  // @ts-expect-error a string is a list of letters, not of names
  await Author.objects.filter({ name__in: "abc" });
  // @ts-expect-error a string
  await Author.objects.filter({ name__icontains: 3 });
  // @ts-expect-error never null
  await Author.objects.filter({ name: null });
  // @ts-expect-error no such lookup
  await Author.objects.filter({ name__hasKey: "x" });
  // @ts-expect-error undefined never means "any"
  await Author.objects.filter({ name: undefined });
  // @ts-expect-error two values
  await Author.objects.filter({ name__range: ["a"] });
}

export async function kinds(data: Uint8Array): Promise<void> {
  await Sample.objects.filter({ whole: 3, whole__gte: 3, whole__lt: 3n, whole__in: [1, 2n], whole__range: [1, 2], whole__contains: "3" });
  await Sample.objects.filter({ big: 3n, big__gte: 3, big__in: [1n, 2] });
  await Sample.objects.filter({ price: "9.99", price__lt: 3, price__in: ["1", 2], price__range: ["1", 2] });
  await Sample.objects.filter({ flag: true, flag__in: [true], flag__isnull: false });
  await Sample.objects.filter({
    at: new Date(),
    at__gte: "2026-01-01",
    at__year: 2026,
    at__year__gte: 2020,
    at__year__in: [1],
    at__date: "2026-01-01",
  });
  await Sample.objects.filter({
    at__date__month: 3,
    at__date__gte: new Date(),
    at__time__hour__lt: 3,
    at__isoYear: 3,
    at__weekDay: 1,
    at__quarter__range: [1, 2],
  });
  await Sample.objects.filter({
    ended: null,
    ended__isnull: true,
    day: "2026-01-01",
    day__gte: new Date(),
    day__year: 3,
    clock__hour: 3,
    clock__lt: "12:00",
  });
  await Sample.objects.filter({
    span__gt: 1000,
    span: "1 02:03:04",
    token: "x",
    token__startswith: "x",
    bytes: data,
    address: "::1",
    address__isnull: true,
  });
  await Sample.objects.filter({
    data: { a: 1, deep: { b: [] } },
    data__a: 3,
    data__a__gt: 3,
    data__deep__b__0: "x",
    data__deep__b__contains: ["x"],
    data__hasKey: "a",
  });
  await Sample.objects.filter({
    anything__a__b__icontains: "x",
    anything__hasKeys: ["a"],
    anything__hasAnyKeys: ["a"],
    anything__a__isnull: true,
    anything: 3,
  });
  await Sample.objects.filter({
    tags: ["a"],
    tags__contains: ["a"],
    tags__containedBy: ["a"],
    tags__overlap: ["a"],
    tags__len: 3,
    tags__len__gte: 3,
    tags__0: "a",
    tags__0_2: ["a"],
    tags__0__icontains: "a",
    counts__0: 3,
  });
  await Sample.objects.filter({
    labels: { a: "b" },
    labels__a: "b",
    labels__hasKey: "a",
    labels__contains: { a: null },
    labels__keys: ["a"],
    labels__a__icontains: "x",
  });
  await Sample.objects.filter({
    years: [1, 2],
    years__contains: 3,
    years__overlap: [1, 2, "[]"],
    years__startswith: 1,
    years__startswith__gte: 1,
    years__isempty: false,
    years__fullyLt: [1, null],
  });
  await Sample.objects.filter({ slug: "x", slug__startswith: "x", pk: 3, key: 3 });
  // @ts-expect-error a number
  await Sample.objects.filter({ whole__gte: "3" });
  // @ts-expect-error a number
  await Sample.objects.filter({ whole__in: ["3"] });
  // @ts-expect-error a boolean
  await Sample.objects.filter({ flag: 1 });
  // @ts-expect-error booleans have no order
  await Sample.objects.filter({ flag__gt: true });
  // @ts-expect-error a part of a date is a number
  await Sample.objects.filter({ at__year: "2026" });
  // @ts-expect-error no such part
  await Sample.objects.filter({ at__yeer: 2026 });
  // @ts-expect-error a date has no hours
  await Sample.objects.filter({ day__hour: 3 });
  // @ts-expect-error a number has no parts
  await Sample.objects.filter({ whole__year: 3 });
  // @ts-expect-error a moment
  await Sample.objects.filter({ at__gte: 3 });
  // @ts-expect-error not a boolean
  await Sample.objects.filter({ price: true });
  // @ts-expect-error a list of strings
  await Sample.objects.filter({ tags__contains: [3] });
  // @ts-expect-error a list
  await Sample.objects.filter({ tags__overlap: "a" });
  // @ts-expect-error a number
  await Sample.objects.filter({ tags__len: "3" });
  // @ts-expect-error bounds are numbers
  await Sample.objects.filter({ years__contains: "3" });
  // @ts-expect-error a name
  await Sample.objects.filter({ data__hasKey: true });
  // @ts-expect-error bytes
  await Sample.objects.filter({ bytes: "x" });
}

export async function conditions(): Promise<void> {
  await Author.objects.filter(Q({ age__lt: 18 }).or(Q({ age__gt: 65 }), { name: "x" }), Q({ name: "Admin" }).not(), { age: 3 });
  await Author.objects.filter(Q.and(Q({ age: 1 }), { name: "x" }), Q.or({ age: 1 }, { age: 2 }), Q.xor(Q({ age: 1 }), Q({ age: 2 })));
  await Author.objects.filter(Q(Q({ age: 1 }), { name: "x" }).and(Exists(Book.objects.filter({ author: OuterRef("pk") }))));
  await Author.objects.filter(
    Exists(Book.objects.filter({ author: OuterRef("pk") })).not(),
    GreaterThan("age", 3),
    GreaterThan(F("age"), F("mentor__age")),
  );
  await Author.objects.filter(Exists(Book.objects.filter(Exists(Book.objects.filter({ author: OuterRef(OuterRef("pk")) })))));
  OuterRef(OuterRef(OuterRef("pk")));
  // @ts-expect-error neither a name nor an OuterRef
  OuterRef(F("pk"));
  // @ts-expect-error computed from an OuterRef, and none itself
  OuterRef(OuterRef("pk").add(1));
  // @ts-expect-error no name
  OuterRef(3);
  await Author.objects.filter(Q.untyped({ [`age__${"gte"}`]: 3 }));
  await Author.objects.filter({
    age__lt: F("mentor__age"),
    joined__lte: Now(),
    name: Upper("name"),
    age: Subquery(Book.objects.values("pages").slice(0, 1)),
  });
  await Author.objects.filter({
    age: Book.objects.values("pages").slice(0, 1),
    age__gt: RawSQL("1 + %s", [1]),
    name__startswith: Value("x"),
  });
  await Author.objects.filter();
  await Author.objects
    .filter({})
    .exclude({ books__title: "x" })
    .exclude(Q({ age: 3 }));
  // @ts-expect-error no such field inside Q
  await Author.objects.filter(Q({ name: "x" }).or(Q({ agee: 3 })));
  // @ts-expect-error no such field beside Q
  await Author.objects.filter(Q({ name: "x" }), { nope: 3 });
  // @ts-expect-error a wrong value inside Q
  await Author.objects.filter(Q({ age: "3" }));
  // @ts-expect-error a wrong value inside a nested Q
  await Author.objects.filter(Q.or(Q(Q({ age__in: ["3"] })), { name: "x" }));
  // @ts-expect-error no such field
  await Author.objects.filter({ age__lt: F("nope") });
  // @ts-expect-error no such field in an expression inside Q
  await Author.objects.filter(Q({ age__lt: F("mentor__nope") }));
  // @ts-expect-error no such field
  await Author.objects.filter({ name: Upper("nme") });
  // @ts-expect-error no such field
  await Author.objects.filter(GreaterThan("agee", 3));
  // @ts-expect-error a text is no condition
  await Author.objects.filter("age = 3");
  // @ts-expect-error no such field
  await Author.objects.exclude({ nope: 3 });
  // @ts-expect-error no such field
  await Publisher.objects.get({ nope: 3 });
  // @ts-expect-error a pattern is a string
  await Publisher.objects.getOrNone({ name__contains: 3 });
}

export async function annotations(): Promise<void> {
  const counted = Author.objects.annotate({ n: Count("books"), up: Upper("name"), month: TruncMonth("joined"), half: F("age").div(2) });
  await counted.filter({
    n: 3,
    n__gte: 3,
    n__in: [1],
    up__startswith: "x",
    up: "x",
    month__year: 2026,
    month: "2026-11-01",
    half__lt: 3,
    n__isnull: false,
  });
  await counted.filter({ n__gt: F("age"), age__lt: F("n") }, Q({ n: 3 }));
  const live = Author.objects.annotate({ live: FilteredRelation("books", { condition: Q({ books__published: true }) }) });
  await live.filter({ live__title: "x", live__isnull: false, live__author__age: 3 }).orderBy("live__title").values("live__title");
  // @ts-expect-error a number
  await counted.filter({ n__gte: "3" });
  // @ts-expect-error no such annotation
  await counted.filter({ m: 3 });
  // @ts-expect-error a text
  await counted.filter({ up: 3 });
  // @ts-expect-error no such field behind the relation
  await live.filter({ live__titel: "x" });
  // @ts-expect-error no such relation
  Author.objects.annotate({ live: FilteredRelation("bookz", { condition: Q({ books__published: true }) }) });
  // @ts-expect-error no such field in the condition
  Author.objects.annotate({ live: FilteredRelation("books", { condition: Q({ books__publishd: true }) }) });
}
