import {
  AbstractModel,
  BooleanField,
  CASCADE,
  CharField,
  Count,
  DateTimeField,
  F,
  ForeignKey,
  IntegerField,
  JSONField,
  ManyToManyField,
  Max,
  Model,
  OneToOneField,
  Q,
  type QuerySet,
  ReverseRelation,
  Sum,
  TextField,
  Upper,
  UUIDField,
} from "./declared.js";
export class Publisher extends Model<Publisher>("Publisher")({
  uid: UUIDField({ primaryKey: true, default: () => "x" }),
  name: CharField({ maxLength: 10 }),
  get authors() {
    return ReverseRelation(() => Author, "publisher");
  },
}) {}
export class Author extends Model<Author>("Author")(
  {
    name: CharField({ maxLength: 100 }),
    age: IntegerField(),
    bio: TextField({ null: true }),
    level: CharField({ maxLength: 5, choices: ["gold", "tin"], default: "tin" }),
    joined: DateTimeField({ autoNowAdd: true }),
    publisher: ForeignKey(() => Publisher, { onDelete: CASCADE, null: true }),
    get mentor() {
      return ForeignKey(() => Author, { onDelete: CASCADE, null: true });
    },
    get books() {
      return ReverseRelation(() => Book, "author");
    },
    get profile() {
      return ReverseRelation(() => Profile, "author");
    },
  },
  { ordering: ["name", "-age"] },
) {
  get shout() {
    return this.name.toUpperCase();
  }
}
export class Profile extends Model<Profile>("Profile")({ site: TextField(), author: OneToOneField(() => Author, { onDelete: CASCADE }) }) {}
export class Tag extends Model<Tag>("Tag")({ name: CharField({ maxLength: 10 }) }) {}
export class Book extends Model<Book>("Book")({
  title: CharField({ maxLength: 200 }),
  pages: IntegerField({ default: 0 }),
  published: BooleanField({ default: false }),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
  tags: ManyToManyField(() => Tag, { relatedName: "books" }),
}) {}

export async function t(authorsByName: QuerySet<Author>) {
  const a = await Author.objects.create({ name: "x", age: 3, publisherId: "u" });
  const a1 = Author.objects.createSync({ name: "x", age: 3, publisher: "u" });
  const s: string = a.shout;
  const bio: string | null = a.bio;
  const lvl: "gold" | "tin" = a.level;
  const pid: string | null = a.publisherId;
  const ppk: string | undefined = a.publisher?.pk;
  const p: Publisher | null = await a.publisher;
  const pr: Profile | null = await a.profile;
  const bs: Book[] = await a.books.filter({ title__contains: "x" });
  const b0 = bs[0]!;
  const an: string = (await b0.author).name;
  const bid: number = b0.authorId;
  b0.author = a;
  b0.author = Author.ref(3);
  // @ts-expect-error not loaded
  b0.author.name;
  const b1 = (await Book.objects.selectRelated("author").first())!;
  const n1: string = b1.author.name;
  const asBook: Book = b1;
  await b1.save();
  const b2 = (await Book.objects.selectRelated("author__publisher").first())!;
  const n2: string | undefined = b2.author.publisher?.name;
  await Book.objects
    .filter({ author__publisher__name__icontains: "x", pages__gte: 3, author__mentor__isnull: true, tags__name__in: ["a"], author: a })
    .orderBy("-author__name", "id");
  await Book.objects.filter({
    author: 3,
    authorId: 3,
    authorId__in: [1, 2],
    author__in: [a, 3],
    pk__in: [1],
    author__publisher: "uid",
    author__in2: 3,
  } as never);
  await Book.objects.filter(Q({ title: "x" }).or(Q({ author__age__gte: 3 })));
  // @ts-expect-error bad key inside Q
  await Book.objects.filter(Q({ title: "x" }).or(Q({ author__agee__gte: 3 })));
  const v = await Book.objects.values("title", "author__publisher__name");
  const v0: string | null = v[0]!.author__publisher__name;
  const v1: string = v[0]!.title;
  const names: string[] = await Author.objects.valuesList("name", { flat: true });
  const tup: [string, number][] = await Author.objects.valuesList("name", "age");
  const qn = Author.objects
    .annotate({ n: Count("books"), up: Upper("name"), oldest: Max("joined"), twice: F("age") })
    .filter({ n__gte: 3, up__startswith: "A", age__lt: F("mentor__age") })
    .orderBy("-n");
  const an2 = (await qn.first())!;
  const cnt: number = an2.n;
  const up: string = an2.up;
  const sh: string = an2.shout;
  const od: Date | null = an2.oldest;
  const tw: number = an2.twice;
  const gb = await Book.objects.values("author__name").annotate({ n: Count("id") });
  const gn: number = gb[0]!.n;
  const ga: string = gb[0]!.author__name;
  const agg = await Author.objects.aggregate({ total: Sum(F("age").mul(F("books__pages"))) });
  const tt: number | null = agg.total;
  await Author.objects.filter({ joined__year: 2024, joined__year__gte: 2020 });
  await Author.objects.filter({ pk__in: authorsByName });
  await Author.objects.update({ age: F("age").add(1), bio: null });
  const part = (await Author.objects.only("name").first())!;
  const pn: string = part.name;
  // @ts-expect-error deferred
  const notLoaded: number = part.age;
  // @ts-expect-error the relation's column was not loaded either
  const noId: string | null = part.publisherId;
  const pubId: string | null = await part.publisherId;
  const partPub: Publisher | null = await part.publisher;
  const ageNow: number = part.age.getSync();
  const withPub = (await Author.objects.only("publisher").first())!;
  const wpid: string | null = withPub.publisherId;
  const loaded: number = await part.age;
  const pid2: number = part.pk;
  const pid3: number = part.id;
  new Author({ name: "q", age: 4 });
  for await (const q of Author.objects.filter({ pk: 3 })) q.shout;
  for (const q of Author.objects.filter({ pk: 3 })) q.shout;
  // @ts-expect-error missing age
  await Author.objects.create({ name: "x" });
  // @ts-expect-error
  await Book.objects.filter({ pages__gte: "3" });
  // @ts-expect-error
  await Book.objects.filter({ pagez: 3 });
  // @ts-expect-error
  await Book.objects.filter({ author__nme: "3" });
  // @ts-expect-error
  await Book.objects.filter({ pages__lt: F("nope") });
  // @ts-expect-error
  await Book.objects.orderBy("-author__nme");
  // @ts-expect-error
  await Book.objects.values("nope");
  // @ts-expect-error
  await Author.objects.annotate({ n: Count("bookz") });
  // @ts-expect-error
  await Book.objects.selectRelated("tags");
  // @ts-expect-error
  await Author.objects.update({ agee: 3 });
  // @ts-expect-error wrong choice
  await Author.objects.create({ name: "x", age: 3, level: "silver" });
}

class Timestamped extends AbstractModel<Timestamped>()({ createdAt: DateTimeField({ autoNowAdd: true }) }) {
  ageMs(): number {
    return +this.createdAt;
  }
}
class Post extends Timestamped.extend<Post>("Post")(
  {
    title: CharField({ maxLength: 3 }),
    author: ForeignKey(() => Author, { onDelete: CASCADE }),
    get parent() {
      return ForeignKey(() => Post, { onDelete: CASCADE, null: true });
    },
  },
  { ordering: ["-createdAt", "title"] },
) {
  get loud() {
    return this.title + this.ageMs();
  }
}
export async function t2() {
  const p = (await Post.objects
    .filter({ createdAt__year: 3, title__contains: "x", author__name: "q", parent__parent__title: "t" })
    .first())!;
  const l: string = p.loud;
  const n: number = p.ageMs();
  const d: Date = p.createdAt;
  const aid: number = p.authorId;
  const id: number = p.id;
  await Post.objects.create({ title: "x", authorId: 3 });
  // @ts-expect-error
  await Post.objects.create({ authorId: 3 });
  const q: Post | null = await p.parent;
}

export class Event extends Model<Event>("Event")({
  at: DateTimeField(),
  ended: DateTimeField({ null: true }),
  data: JSONField<{ a: number }>(),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
}) {}
export async function t3() {
  await Event.objects
    .filter(Q({ at__year: 2024 }), {
      ended__isnull: true,
      at__year__in: [2024, 2025],
      at__date: "2024-01-01",
      at__gte: "2024-01-01T00:00:00Z",
    })
    .exclude({ data__a__gt: 3 });
  const v = await Event.objects.values("at__year", "ended__month", "author__joined__year");
  const y: number = v[0]!.at__year;
  const m: number | null = v[0]!.ended__month;
  const jy: number = v[0]!.author__joined__year;
  const all = (await Event.objects.values())[0]!;
  const at: Date = all.at;
  const aid: number = all.authorId;
  await Event.objects.orderBy("-at__year", "author__joined__month").filter({ at__year: F("author__joined__year") });
  // @ts-expect-error
  await Event.objects.filter(Q({ at__year: 2024 }), { nope: 3 });
  // @ts-expect-error
  await Event.objects.filter({ at: "2024-01-01" }, Q({ atx: 3 }));
  // @ts-expect-error
  await Event.objects.values("at__yeer");
  // @ts-expect-error
  await Event.objects.filter({ at__year__nope: 3 });
  // @ts-expect-error
  await Event.objects.orderBy("author__name__year");
}
