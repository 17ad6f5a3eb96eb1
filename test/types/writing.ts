import { CASCADE, CharField, Concat, F, ForeignKey, Lower, Manager, Now, OuterRef, Q, Subquery, Upper, Value } from "../../src/index.js";
import { exactly } from "./equal.js";
import { Author, Book, BookQuerySet, Order, OrderLine, Post, Publisher, Sample, Tag } from "./schema.js";

export async function create(author: Author): Promise<void> {
  exactly<Author>()(await Author.objects.create({ name: "x", age: 3 }));
  exactly<Author>()(Author.objects.createSync({ name: "x", age: 3, publisher: "uid", mentorId: null }));
  await Author.objects.create({ name: Lower(Value("X")), age: 3, joined: Now(), level: "gold", bio: undefined, pk: 3, id: 4 });
  await Book.objects.create({ title: "x", author });
  await Book.objects.create({ title: "x", author: 3 });
  await Book.objects.create({ title: "x", author: Author.ref(3) });
  await Book.objects.create({ title: "x", authorId: 3 });
  await Author.objects.filter({ age: 3 }).create({ name: "x", age: 3 });
  await OrderLine.objects.create({ orderId: 3, lineNo: 1, amount: 3 });
  await Post.objects.create({ title: "x", authorId: 3, createdAt: "2026-11-20" });
  await Publisher.objects.create({ name: "x" });
  await Sample.objects.create({
    text: "x",
    whole: 3,
    big: 3,
    price: "1.50",
    flag: true,
    at: "2026-11-20",
    day: new Date(),
    clock: "12:00",
    span: "1 02:03:04",
    bytes: new Uint8Array(),
    tags: ["a"],
    counts: [1, 2n],
    labels: { a: null },
    years: [1, 2],
    data: { a: 1, deep: { b: [] } },
  });
  // @ts-expect-error age is missing
  await Author.objects.create({ name: "x" });
  // @ts-expect-error the author is missing
  await Book.objects.create({ title: "x" });
  // @ts-expect-error no such field
  await Author.objects.create({ name: "x", age: 3, nme: 3 });
  // @ts-expect-error no such level
  await Author.objects.create({ name: "x", age: 3, level: "silver" });
  // @ts-expect-error a number
  await Author.objects.create({ name: "x", age: "3" });
  // @ts-expect-error a publisher's key is a string
  await Author.objects.create({ name: "x", age: 3, publisher: 3 });
  // @ts-expect-error another model
  await Book.objects.create({ title: "x", author: new Tag() });
  // @ts-expect-error never null
  await Book.objects.create({ title: "x", author: null });
  // @ts-expect-error the author is missing, also without waiting
  Post.objects.createSync({ title: "x" });
  // @ts-expect-error what the database computes
  await Sample.objects.update({ slug: "x" });
}

export async function many(authors: Author[]): Promise<void> {
  exactly<Author[]>()(await Author.objects.bulkCreate(authors, { batchSize: 10, ignoreConflicts: true }));
  exactly<Author[]>()(
    Author.objects.bulkCreateSync(new Set(authors), {
      updateConflicts: true,
      updateFields: ["age"],
      uniqueFields: ["name"],
      returning: ["id"],
    }),
  );
  exactly<number>()(await Author.objects.bulkUpdate(authors, ["age", "publisher"], { batchSize: 10 }));
  exactly<number>()(Author.objects.bulkUpdateSync(authors, ["age"]));
  exactly<Author[]>()(await Author.objects.upsert(authors, { uniqueFields: ["name"], updateFields: ["age"] }));
  exactly<Author[]>()(Author.objects.upsertSync(authors, { uniqueFields: ["name"] }));
  exactly<number>()(await Author.objects.bulkUpdateWhen([[Q({ age: 3 }), { age: 4 }]], { default: { age: 5 } }));
  exactly<number>()(Author.objects.bulkUpdateWhenSync([[Q({ age: 3 }), { age: 4 }]]));
  // @ts-expect-error another model
  await Author.objects.bulkCreate([new Tag()]);
  // @ts-expect-error no such field
  await Author.objects.bulkCreate(authors, { updateFields: ["nope"] });
  // @ts-expect-error no such field
  await Author.objects.bulkUpdate(authors, ["nope"]);
  // @ts-expect-error a list is no column
  await Author.objects.bulkUpdate(authors, ["books"]);
  // @ts-expect-error no such field
  await Author.objects.upsert(authors, { uniqueFields: ["nope"] });
  // @ts-expect-error a number
  await Author.objects.bulkUpdateWhen([[Q({ age: 3 }), { age: "4" }]]);
}

export async function update(author: Author): Promise<void> {
  exactly<number>()(
    await Author.objects.update({ age: F("age").add(1), bio: null, name: Upper("name"), publisher: "uid", mentor: author }),
  );
  exactly<number>()(Author.objects.filter({ age: 3 }).updateSync({ publisherId: null, joined: Now(), level: "tin" }));
  await Author.objects.update({
    age: Subquery(
      Book.objects
        .filter({ author: OuterRef("pk") })
        .values("pages")
        .slice(0, 1),
    ),
    name: Concat("name", Value("x")),
  });
  await Sample.objects.update({ price: "2.50", big: 3, at: "2026-11-20", span: F("span").mul(2), price2: 3 } as never);
  await Author.objects.update({ age: F("joined__year") });
  exactly<number>()(await Author.objects.filter({ age: 3 }).updateBatched({ age: 3 }, { batchSize: 10 }));
  exactly<number>()(Author.objects.all().updateBatchedSync({ age: 3 }));
  exactly<[count: number, countByModel: Record<string, number>]>()(await Author.objects.filter({ age: 3 }).delete());
  exactly<[count: number, countByModel: Record<string, number>]>()(Author.objects.all().deleteSync());
  exactly<number>()(await Author.objects.all().deleteBatched({ batchSize: 10 }));
  exactly<number>()(Author.objects.all().deleteBatchedSync());
  // @ts-expect-error no such field
  await Author.objects.update({ agee: 3 });
  // @ts-expect-error a number
  await Author.objects.update({ age: "3" });
  // @ts-expect-error never null
  await Author.objects.update({ age: null });
  // @ts-expect-error a text
  await Author.objects.update({ age: F("name") });
  // @ts-expect-error an update has no joins
  await Author.objects.update({ age: F("mentor__age") });
  // @ts-expect-error no such field
  await Author.objects.update({ age: F("nope") });
  // @ts-expect-error lists are changed by their manager
  await Author.objects.update({ books: [] });
  // @ts-expect-error undefined is no value
  await Author.objects.update({ age: undefined });
  // @ts-expect-error a path
  await Author.objects.update({ publisher__name: "x" });
  // @ts-expect-error no such level
  Author.objects.updateSync({ level: "silver" });
  // @ts-expect-error a manager deletes nothing: say all() or filter()
  await Author.objects.delete();
}

export async function getOrCreate(): Promise<void> {
  exactly<[instance: Author, created: boolean]>()(
    await Author.objects.getOrCreate({ name: "x" }, { defaults: { age: 3, publisher: "uid" } }),
  );
  exactly<[instance: Author, created: boolean]>()(
    Author.objects.getOrCreateSync({ name__iexact: "x" }, { defaults: { name: () => "x", age: 3 } }),
  );
  exactly<[instance: Author, created: boolean]>()(
    await Author.objects.updateOrCreate({ name: "x" }, { defaults: { age: F("age").add(1) }, createDefaults: { age: 1 } }),
  );
  exactly<[instance: Author, created: boolean]>()(Author.objects.updateOrCreateSync({ name: "x", age: 3 }));
  // @ts-expect-error no such field
  await Author.objects.getOrCreate({ nope: 3 });
  // @ts-expect-error no such field
  await Author.objects.getOrCreate({ name: "x" }, { defaults: { nope: 3 } });
  // @ts-expect-error a number
  await Author.objects.updateOrCreate({ name: "x" }, { defaults: { age: "3" } });
  // @ts-expect-error a number
  await Author.objects.updateOrCreate({ name: "x" }, { createDefaults: { age: () => "3" } });
}

export async function related(author: Author, book: Book, tag: Tag): Promise<void> {
  exactly<Book>()(await author.books.create({ title: "x" }));
  await author.books.add(book, 3, Book.ref(3));
  await author.books.add(book, { bulk: false });
  author.books.addSync(book);
  await author.books.set([book, 3], { clear: true });
  author.books.setSync([book]);
  exactly<Book[]>()(await author.books.all());
  exactly<Book[]>()(await author.books.filter({ title: "x" }).orderBy("-pages"));
  exactly<number>()(await author.books.count());
  exactly<[instance: Book, created: boolean]>()(await author.books.getOrCreate({ title: "x" }));
  await author.students.remove(author, 3);
  author.students.removeSync(author);
  await author.students.clear();
  await book.tags.add(tag, 7, { throughDefaults: { since: 3 } });
  await book.tags.remove(tag);
  await book.tags.set([]);
  await book.tags.clear();
  book.tags.clearSync();
  exactly<Tag>()(await book.tags.create({ name: "x" }));
  exactly<string[]>()(await tag.books.valuesList("title", { flat: true }));
  await author.books.update({ pages: 3 });
  await author.books.delete();
  // @ts-expect-error a book needs its author, so it cannot be taken out
  await author.books.remove(book);
  // @ts-expect-error a book needs its author
  await author.books.clear();
  // @ts-expect-error another model
  await author.books.add(tag);
  // @ts-expect-error another model
  await book.tags.set([book]);
  // @ts-expect-error no such field
  await author.books.filter({ nope: 3 });
  // @ts-expect-error the title is missing
  await author.books.create({ pages: 3 });
  // @ts-expect-error only a related manager adds
  author.books.all().add(book);
  // @ts-expect-error a manager is no list
  for (const row of author.books) void row;
}

class PublishedManager extends Manager<Book> {
  override getQueryset() {
    return super.getQueryset().filter({ published: true });
  }
}
const LongManager = Manager.fromQueryset(BookQuerySet);
export async function managers(author: Author): Promise<void> {
  exactly<BookQuerySet>()(Book.objects.published());
  exactly<BookQuerySet>()(Book.objects.filter({ pages: 3 }));
  exactly<BookQuerySet>()(Book.objects.longerThan(3).orderBy("title").slice(0, 3).published().distinct().using("x"));
  exactly<Book[]>()(await Book.objects.published());
  exactly<Book>()(await Book.objects.published().get({ title: "x" }));
  exactly<Book>()(await Book.objects.create({ title: "x", author }));
  exactly<{ title: string }[]>()(await Book.objects.published().values("title"));
  exactly<Book[]>()(await new PublishedManager(() => Book).all());
  exactly<BookQuerySet>()(new LongManager(() => Book).dbManager("replica").longerThan(3));
  // @ts-expect-error no such method
  Book.objects.publishd();
  // @ts-expect-error a number
  Book.objects.longerThan("3");
  // @ts-expect-error another model
  BookQuerySet.asManager(() => Author);
  // @ts-expect-error another model
  new LongManager(() => Order);
  // @ts-expect-error a new model needs a label
  class Unlabelled extends Book.extend<Unlabelled>("x")({ name: CharField() }) {}
  void [Unlabelled, CASCADE, ForeignKey];
}
