import { awaitSync, Count, F, FilteredRelation, Max, Prefetch, Q, Sum, sql, Upper, Value } from "../../src/index.js";
import type { Deferred, Ref } from "../../src/types/deferred.js";
import type { QuerySet } from "../../src/types/queryset.js";
import { exactly } from "./equal.js";
import { Author, Book, type Country, Post, Profile, Publisher, type Review, Sample, type SamplePrice, Tag } from "./schema.js";

export async function rows(): Promise<void> {
  exactly<Author[]>()(await Author.objects.all());
  exactly<Author>()(await Author.objects.get({ pk: 3 }));
  exactly<Author>()(Author.objects.getSync({ pk: 3 }));
  exactly<Author>()(await Author.objects.get());
  exactly<Author>()(await Author.objects.get(Q({ age: 3 }), { name: "x" }));
  exactly<Author | null>()(await Author.objects.getOrNone({ pk: 3 }));
  exactly<Author | null>()(Author.objects.getOrNoneSync({ pk: 3 }));
  exactly<Author | null>()(await Author.objects.first());
  exactly<Author | null>()(Author.objects.firstSync());
  exactly<Author | null>()(await Author.objects.last());
  exactly<Author | null>()(Author.objects.lastSync());
  exactly<Author>()(await Author.objects.earliest("joined", "-id"));
  exactly<Author>()(Author.objects.earliestSync());
  exactly<Author>()(await Author.objects.latest("joined"));
  exactly<Author>()(Author.objects.latestSync(F("joined").asc()));
  exactly<number>()(await Author.objects.count());
  exactly<number>()(Author.objects.countSync());
  exactly<boolean>()(await Author.objects.exists());
  exactly<boolean>()(Author.objects.existsSync());
  exactly<boolean>()(await Author.objects.contains(new Author()));
  exactly<boolean>()(Author.objects.containsSync(new Author()));
  exactly<Map<number, Author>>()(await Author.objects.inBulk([1, 2]));
  exactly<Map<number, Author>>()(Author.objects.inBulkSync());
  exactly<Map<string, Publisher>>()(await Publisher.objects.inBulk(["a"], { fieldName: "name" }));
  exactly<Map<string, Publisher>>()(Publisher.objects.inBulkSync(new Set(["a"])));
  exactly<string>()(await Author.objects.explain({ analyze: true, format: "json" }));
  exactly<string>()(Author.objects.explainSync());
  exactly<string | null>()((await Author.objects.cursorPaginate({ orderBy: "-age", pageSize: 10, after: null })).nextCursor);
  exactly<Author[]>()(Author.objects.cursorPaginateSync().items);
  exactly<boolean>()(Author.objects.all().ordered);
  for await (const row of Author.objects.iterator({ chunkSize: 10 })) exactly<Author>()(row);
  for (const row of Author.objects.iterator()) exactly<Author>()(row);
  for await (const row of Author.objects.all()) exactly<Author>()(row);
  for (const row of Author.objects.all()) exactly<Author>()(row);
  exactly<Author[]>()([...Author.objects.all()]);
  exactly<Author[]>()(await Author.objects.raw("SELECT 1", [1]));
  exactly<(Author & { n: number })[]>()(await Author.objects.raw<{ n: number }>(sql`SELECT ${1}`));
  // @ts-expect-error no such field
  await Author.objects.earliest("nope");
  // @ts-expect-error no such field
  Author.objects.latestSync("-nope");
  // @ts-expect-error no such field
  await Author.objects.latest(F("nope"));
  // @ts-expect-error another model
  await Author.objects.contains(new Tag());
  // @ts-expect-error a key is a number
  await Author.objects.inBulk(["a"]);
  // @ts-expect-error no such field
  await Author.objects.inBulk(["a"], { fieldName: "nope" });
  // @ts-expect-error values of that field
  await Author.objects.inBulk([true], { fieldName: "name" });
  // @ts-expect-error no such format
  await Author.objects.explain({ format: "html" });
  // @ts-expect-error a manager is no list
  for (const row of Author.objects) void row;
  // @ts-expect-error no such field
  await Author.objects.cursorPaginate({ orderBy: "nope" });
}

export async function chains(qs: QuerySet<Author>, abort: AbortSignal): Promise<void> {
  exactly<QuerySet<Author>>()(
    qs
      .filter({ age: 3 })
      .exclude({ age: 4 })
      .orderBy("-age", "?", F("name").asc({ nullsLast: true }), Upper("name"), Count("books").desc()),
  );
  exactly<QuerySet<Author>>()(
    qs.orderBy("-publisher__name", "pk", "joined__year", "books__title").reverse().distinct().distinct("name", "publisher__name"),
  );
  exactly<QuerySet<Author>>()(qs.slice(1, 3).slice(3).limit(3).offset(3).all().none());
  exactly<QuerySet<Author>>()(qs.union(qs).union(qs, qs, { all: true }).intersection(qs).difference(qs, qs));
  exactly<QuerySet<Author>>()(
    qs
      .and(qs)
      .or(qs)
      .xor(Author.objects.filter({ age: 3 })),
  );
  exactly<QuerySet<Author>>()(
    qs
      .using("replica", { sticky: false })
      .selectForUpdate({ skipLocked: true, of: ["self"] })
      .signal(abort)
      .fetchMode("one"),
  );
  exactly<QuerySet<Author>>()(qs.withCte({ recent: qs.filter({ age: 3 }) }));
  exactly<QuerySet<Author>>()(Author.objects.filter({ age: 3 }));
  exactly<QuerySet<Author>>()(Author.objects.using("replica"));
  exactly<QuerySet<Author>>()(Author.objects.getQueryset());
  // @ts-expect-error no such field
  qs.orderBy("nope");
  // @ts-expect-error no such field behind the relation
  qs.orderBy("-publisher__nope");
  // @ts-expect-error text has no year
  qs.orderBy("name__year");
  // @ts-expect-error no such field
  qs.orderBy(F("nope").desc());
  // @ts-expect-error no such field
  qs.distinct("nope");
  // @ts-expect-error a number
  qs.slice("1");
  // @ts-expect-error a number
  qs.limit("1");
  // @ts-expect-error not a queryset
  qs.union([1]);
  // @ts-expect-error another model
  qs.or(Tag.objects.all());
  // @ts-expect-error no such mode
  qs.fetchMode("many");
  // @ts-expect-error no such option
  qs.selectForUpdate({ nowait: true });
  // @ts-expect-error a signal
  qs.signal("abort");
}

export async function values(): Promise<void> {
  exactly<{ name: string; publisher__name: string | null }[]>()(await Author.objects.values("name", "publisher__name"));
  exactly<{ title: string; author: number; author__publisher: string | null }[]>()(
    await Book.objects.values("title", "author", "author__publisher"),
  );
  exactly<{ authorId: number; pk: number; author__pk: number }[]>()(await Book.objects.values("authorId", "pk", "author__pk"));
  exactly<{ id: number; title: string; pages: number; published: boolean; authorId: number }[]>()(await Book.objects.values());
  exactly<{ name: string; up: string; twice: number }[]>()(
    await Author.objects.values("name", { up: Upper("name"), twice: F("age").mul(2) }),
  );
  exactly<{ joined__year: number; publisher__authors__joined__month: number | null; books__title: string | null; books: number | null }>()(
    (await Author.objects.values("joined__year", "publisher__authors__joined__month", "books__title", "books").first())!,
  );
  exactly<{
    at__date: string;
    ended__year: number | null;
    data__a: number;
    data__deep__b__0: string | null;
    anything__x: unknown;
    tags__len: number;
    tags__0: string;
  }>()(
    (await Sample.objects.values("at__date", "ended__year", "data__a", "data__deep__b__0", "anything__x", "tags__len", "tags__0").first())!,
  );
  exactly<{ author__name: string; n: number }[]>()(
    await Book.objects
      .values("author__name")
      .annotate({ n: Count("id") })
      .filter({ n__gt: 3 })
      .orderBy("-n"),
  );
  exactly<{ minutes: number; n: number }[]>()(
    await Book.objects
      .values({ minutes: F("pages").div(60) })
      .annotate({ n: Count("id") })
      .filter({ minutes__lt: 5 }),
  );
  exactly<{ n: number; name: string }[]>()(await Author.objects.annotate({ n: Count("books") }).values("n", "name"));
  exactly<string>()((await Author.objects.annotate({ up: Upper("name") }).values())[0]!.up);
  exactly<string[]>()(await Author.objects.valuesList("name", { flat: true }));
  exactly<(string | null)[]>()(await Author.objects.valuesList("publisher__name", { flat: true }));
  exactly<[string, number, string | null][]>()(await Author.objects.valuesList("name", "age", "bio"));
  exactly<[string, string][]>()(await Author.objects.valuesList("name", Upper("name")));
  exactly<([string, number] & { readonly name: string; readonly age: number })[]>()(
    await Author.objects.valuesList("name", "age", { named: true }),
  );
  exactly<[string, number][]>()(await Author.objects.valuesList("name").annotate({ n: Count("books") }));
  exactly<string>()(await Author.objects.valuesList("name", { flat: true }).get({ pk: 3 }));
  exactly<string[]>()(await Author.objects.dates("joined", "month", { order: "DESC" }));
  exactly<Date[]>()(await Author.objects.datetimes("joined", "hour"));
  // @ts-expect-error no such field
  Author.objects.values("nope");
  // @ts-expect-error no such field behind the relation
  Author.objects.values("publisher__nope");
  // @ts-expect-error no such part
  Author.objects.values("joined__yeer");
  // @ts-expect-error no such field in an expression
  Author.objects.values({ up: Upper("nme") });
  // @ts-expect-error no such field
  Author.objects.valuesList("nope", { flat: true });
  // @ts-expect-error no such field
  Author.objects.valuesList("name", "nope");
  // @ts-expect-error flat takes one
  Author.objects.valuesList("name", "age", { flat: true });
  // @ts-expect-error neither a date nor a moment
  Author.objects.dates("age", "month");
  // @ts-expect-error no such field
  Author.objects.dates("nope", "month");
  // @ts-expect-error no such unit
  Author.objects.dates("joined", "hour");
  // @ts-expect-error no such unit
  Author.objects.datetimes("joined", "decade");
}

export async function annotated(): Promise<void> {
  const rich = (await Author.objects
    .annotate({ n: Count("books"), oldest: Max("joined"), mean: F("age").div(2), kind: Value("x") })
    .first())!;
  exactly<number>()(rich.n);
  exactly<Date | null>()(rich.oldest);
  exactly<string>()(rich.kind);
  exactly<string>()(rich.shout);
  const asAuthor: Author = rich;
  void asAuthor;
  const twice = (await Author.objects
    .annotate({ n: Count("books") })
    .annotate({ m: F("n").add(1), o: F("n") })
    .first())!;
  exactly<number>()(twice.m);
  exactly<number>()(twice.o);
  exactly<{ total: number | null; money: SamplePrice | null; half: SamplePrice | null }>()(
    await Sample.objects.aggregate({ total: Sum("whole"), money: Sum("price"), half: F("money").div(2) }),
  );
  exactly<{ n: number }>()(Author.objects.aggregateSync({ n: Count("*") }));
  const hidden = (await Author.objects
    .alias({ n: Count("books") })
    .filter({ n__gt: 3 })
    .orderBy("n")
    .first())!;
  exactly<Author>()(hidden);
  const joined = (await Author.objects
    .annotate({ live: FilteredRelation("books", { condition: Q({ books__published: true }) }), n: Count("live") })
    .first())!;
  exactly<number>()(joined.n);
  // @ts-expect-error a relation under another name is not in the row
  joined.live;
  // @ts-expect-error an alias is not in the row
  hidden.n;
  // @ts-expect-error no such relation
  Author.objects.annotate({ n: Count("bookz") });
  // @ts-expect-error the name of a field
  Author.objects.annotate({ age: Count("books") });
  // @ts-expect-error no such field
  Author.objects.alias({ n: F("nope") });
  // @ts-expect-error no such field
  await Author.objects.aggregate({ n: Sum("nope") });
  // @ts-expect-error no such field in a filter
  await Author.objects.aggregate({ n: Count("*", { filter: Q({ nope: 3 }) }) });
  // @ts-expect-error not an expression
  Author.objects.annotate({ n: 3 });
}

export async function loading(): Promise<void> {
  const book = (await Book.objects.selectRelated("author").first())!;
  exactly<Author>()(book.author);
  const asBook: Book = book;
  await asBook.save();
  await book.save();
  const deep = (await Book.objects.selectRelated("author__publisher", "author__profile__country").first())!;
  exactly<string>()(deep.author.name);
  exactly<string | undefined>()(deep.author.publisher?.name);
  exactly<string | undefined>()(deep.author.profile?.country.name);
  exactly<Profile | null>()((await Author.objects.selectRelated("profile").first())!.profile);
  exactly<Publisher | null>()((await Author.objects.selectRelated("publisher").selectRelated("mentor").first())!.publisher);
  exactly<Author>()((await Book.objects.selectRelated().first())!.author);
  exactly<Country>()((await Profile.objects.selectRelated().first())!.country);
  exactly<Author | Ref<Author>>()((await Book.objects.selectRelated(null).first())!.author);
  // @ts-expect-error to many
  Author.objects.selectRelated("books");
  // @ts-expect-error to many behind
  Book.objects.selectRelated("author__books");
  // @ts-expect-error no such relation
  Book.objects.selectRelated("nope");
  // @ts-expect-error a column
  Book.objects.selectRelated("title");

  const prefetched = (await Author.objects
    .prefetchRelated(
      "books",
      "publisher",
      "books__reviews",
      Prefetch("students", { queryset: Author.objects.annotate({ n: Count("books") }), toAttr: "top" }),
    )
    .first())!;
  exactly<Publisher | null>()(prefetched.publisher);
  exactly<number>()(prefetched.top[0]!.n);
  exactly<string>()(prefetched.top[0]!.shout);
  const counted = (await Author.objects
    .prefetchRelated(Prefetch("books", { queryset: Book.objects.annotate({ n: Count("tags") }) }))
    .first())!;
  exactly<number>()((await counted.books.all())[0]!.n);
  exactly<number>()(await counted.books.count());
  const nested = (await Author.objects.prefetchRelated("books__author", Prefetch("books__reviews", { toAttr: "rs" })).first())!;
  exactly<Author>()((await nested.books.all())[0]!.author);
  exactly<Review[]>()((await nested.books.all())[0]!.rs);
  exactly<Profile | null>()((await Author.objects.prefetchRelated(Prefetch("profile", { toAttr: "home" })).first())!.home);
  exactly<Author[]>()(await Author.objects.prefetchRelated(null));
  // @ts-expect-error no such relation
  Author.objects.prefetchRelated("bookz");
  // @ts-expect-error a column
  Author.objects.prefetchRelated("name");
  // @ts-expect-error no such relation behind
  Author.objects.prefetchRelated("books__reviewz");
  // @ts-expect-error no such relation
  Author.objects.prefetchRelated(Prefetch("bookz", { toAttr: "x" }));
}

export async function partial(): Promise<void> {
  const part = (await Author.objects.only("name").first())!;
  exactly<string>()(part.name);
  exactly<number>()(part.id);
  exactly<number>()(part.pk);
  exactly<Deferred<number>>()(part.age);
  exactly<number>()(await part.age);
  exactly<number>()(part.age.getSync());
  exactly<number>()(awaitSync(part.age));
  exactly<string>()(awaitSync(part.name));
  exactly<Publisher | null>()(awaitSync(part.publisher));
  exactly<Publisher | null>()(awaitSync((await Author.objects.get({ pk: 3 })).publisher));
  exactly<Deferred<string | null>>()(part.publisherId);
  exactly<Deferred<Publisher | null>>()(part.publisher);
  exactly<string>()(part.shout);
  exactly<number>()(await part.books.count());
  exactly<string | null>()((await Author.objects.only("publisher").first())!.publisherId);
  exactly<string | null>()((await Author.objects.only("publisherId").first())!.publisherId);
  exactly<number>()((await Author.objects.only("name").only("age").first())!.age);
  exactly<Deferred<string>>()((await Author.objects.only("name").only("age").first())!.name);
  const deferred = (await Author.objects.defer("bio", "publisher").first())!;
  exactly<Deferred<string | null>>()(deferred.bio);
  exactly<Deferred<string | null>>()(deferred.publisherId);
  exactly<number>()(deferred.age);
  exactly<string | null>()((await Author.objects.defer("bio").filter({ age: 3 }).defer(null).get()).bio);
  const narrowed = (await Book.objects.selectRelated("author").only("title", "author__name").first())!;
  exactly<string>()(narrowed.author.name);
  exactly<Deferred<number>>()(narrowed.author.age);
  exactly<Deferred<string | null>>()((await Book.objects.selectRelated("author").defer("author__bio").first())!.author.bio);
  // @ts-expect-error not loaded: awaited
  const age: number = part.age;
  // @ts-expect-error a partial author is no author
  const author: Author = part;
  // @ts-expect-error no such field
  Author.objects.only("nope");
  // @ts-expect-error no such field
  Author.objects.defer("nope");
  void [age, author];
}

export async function abstractBase(post: Post): Promise<void> {
  exactly<Date>()(post.createdAt);
  exactly<Date>()(post.changedAt);
  exactly<string>()(post.loud);
  exactly<number>()(post.ageMs());
  exactly<number>()(post.id);
  exactly<number>()(post.authorId);
  exactly<Post | null>()(await post.parent);
  exactly<Post[]>()(await Post.recentObjects.all());
  exactly<Post[]>()(await Post.recentObjects.filter({ title: "x" }));
  exactly<string>()((await Post.objects.selectRelated("author").get({ pk: 3 })).author.name);
  // @ts-expect-error no such field
  await Post.recentObjects.filter({ titel: "x" });
}
