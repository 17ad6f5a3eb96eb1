import {
  CASCADE,
  CharField,
  DateTimeField,
  DecimalField,
  ForeignKey,
  getConnection,
  IntegerField,
  ManyToManyField,
  Model,
  OneToOneField,
  QuerySet,
  ReverseRelation,
  SET_NULL,
  TextField,
} from "../../src/index.js";

/* The models that the tests of queries share. */

export class Publisher extends Model<Publisher>("query.Publisher")({
  name: CharField({ maxLength: 50 }),
  get authors() {
    return ReverseRelation(() => Author, "publisher");
  },
}) {}

export class Author extends Model<Author>("query.Author")(
  {
    name: CharField({ maxLength: 100 }),
    age: IntegerField(),
    bio: TextField({ null: true }),
    publisher: ForeignKey(() => Publisher, { onDelete: SET_NULL, null: true }),
    get mentor() {
      return ForeignKey(() => Author, { onDelete: SET_NULL, null: true });
    },
    get students() {
      return ReverseRelation(() => Author, "mentor");
    },
    get books() {
      return ReverseRelation(() => Book, "author");
    },
    get profile() {
      return ReverseRelation(() => Profile, "author");
    },
  },
  { ordering: ["name"] },
) {
  get shout(): string {
    return this.name.toUpperCase();
  }
}

export class Profile extends Model<Profile>("query.Profile")({
  site: TextField(),
  author: OneToOneField(() => Author, { onDelete: CASCADE }),
}) {}

export class Tag extends Model<Tag>("query.Tag")({
  name: CharField({ maxLength: 20, unique: true }),
  get books() {
    return ReverseRelation(() => Book, "tags");
  },
}) {}

export class BookQuerySet extends QuerySet<Book> {
  long() {
    return this.filter({ pages__gte: 300 });
  }
}

export class Book extends Model<Book>("query.Book")({
  title: CharField({ maxLength: 200 }),
  pages: IntegerField({ default: 0 }),
  price: DecimalField({ maxDigits: 8, decimalPlaces: 2, null: true }),
  published: DateTimeField({ null: true }),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
  tags: ManyToManyField(() => Tag),
}) {
  static override objects = BookQuerySet.asManager(() => Book);
}

export const models = [Publisher, Author, Profile, Tag, Book];

/** Gives a book its tags, by SQL: these tests are of reading, and must not depend on the managers that write. */
export async function tie(book: Book | undefined, ...tags: readonly (Tag | undefined)[]): Promise<void> {
  for (const tag of tags)
    await getConnection().execute("INSERT INTO query_book_tags (book_id, tag_id) VALUES (%s, %s)", [book?.pk, tag?.pk]);
}

/** Three authors, one without a publisher, one without books; four books with tags. */
export async function fill(): Promise<{ ann: Author; bob: Author; cleo: Author }> {
  const press = await Publisher.objects.create({ name: "Press" });
  const ann = await Author.objects.create({ name: "Ann", age: 30, bio: "writes", publisher: press });
  const bob = await Author.objects.create({ name: "Bob", age: 20, mentor: ann });
  const cleo = await Author.objects.create({ name: "Cleo", age: 60, bio: "", publisher: press, mentor: ann });
  await Profile.objects.create({ site: "ann.example", author: ann });
  const [sql, art] = await Tag.objects.bulkCreate([{ name: "sql" }, { name: "art" }].map((values) => new Tag(values)));
  const books = await Book.objects.bulkCreate([
    new Book({ title: "Alpha", pages: 100, price: "9.99", author: ann }),
    new Book({ title: "Beta", pages: 300, price: "19.50", author: ann }),
    new Book({ title: "Gamma", pages: 500, author: bob }),
  ]);
  await tie(books[0], sql, art);
  await tie(books[1], sql);
  return { ann, bob, cleo };
}
