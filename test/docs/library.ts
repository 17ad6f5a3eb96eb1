import {
  BooleanField,
  CASCADE,
  CharField,
  DateField,
  DateTimeField,
  DecimalField,
  FloatField,
  ForeignKey,
  IntegerField,
  ManyToManyField,
  Model,
  ReverseRelation,
  SET_NULL,
  TextField,
} from "dorm";

/* The models that the examples of doc comments may use without defining them, and the rows that are there when one runs. */

export class Publisher extends Model<Publisher>("library.Publisher")({
  name: CharField({ maxLength: 50 }),
  country: CharField({ maxLength: 50 }),
}) {}

export class Author extends Model<Author>("library.Author")({
  name: CharField({ maxLength: 100 }),
  email: CharField({ maxLength: 100, unique: true }),
  age: IntegerField(),
  bio: TextField({ default: "" }),
  joined: DateTimeField(),
  get books() {
    return ReverseRelation(() => Book, "author");
  },
}) {}

export class Tag extends Model<Tag>("library.Tag")({ name: CharField({ maxLength: 30 }) }) {}

export class Book extends Model<Book>("library.Book")({
  title: CharField({ maxLength: 200 }),
  pages: IntegerField({ default: 0 }),
  price: DecimalField({ maxDigits: 8, decimalPlaces: 2, default: "9.99" }),
  rating: FloatField({ default: 0 }),
  published: DateField({ null: true }),
  inStock: BooleanField({ default: true }),
  author: ForeignKey(() => Author, { onDelete: CASCADE, relatedName: "books" }),
  publisher: ForeignKey(() => Publisher, { onDelete: SET_NULL, null: true }),
  tags: ManyToManyField(() => Tag),
}) {}

export class Job extends Model<Job>("library.Job")({
  status: CharField({ maxLength: 20, default: "waiting" }),
  attempts: IntegerField({ default: 0 }),
}) {}

export class Point extends Model<Point>("library.Point")({ x: FloatField(), y: FloatField() }) {}

export const models = [Publisher, Author, Tag, Book, Job, Point];

/** Adds the rows, in tables that are empty. */
export async function addRows(): Promise<void> {
  const harper = await Publisher.objects.create({ name: "Harper & Row", country: "USA" });
  const heinemann = await Publisher.objects.create({ name: "Heinemann", country: "UK" });
  const ursula = await Author.objects.create({
    name: "Ursula",
    email: "ursula@example.com",
    age: 88,
    joined: new Date("2024-02-29T13:45:30Z"),
  });
  const douglas = await Author.objects.create({
    name: "Douglas",
    email: "douglas@example.com",
    age: 49,
    joined: new Date("2025-05-11T08:00:00Z"),
  });
  const dispossessed = await Book.objects.create({
    title: "The Dispossessed",
    pages: 341,
    price: "12.50",
    rating: 4.5,
    published: "1974-05-01",
    author: ursula,
    publisher: harper,
  });
  const lathe = await Book.objects.create({
    title: "The Lathe of Heaven",
    pages: 184,
    price: "8.00",
    rating: 4.1,
    published: "1971-03-15",
    inStock: false,
    author: ursula,
  });
  const harmless = await Book.objects.create({
    title: "Mostly Harmless",
    pages: 229,
    price: "8.00",
    rating: 3.9,
    published: "1992-10-12",
    author: douglas,
    publisher: heinemann,
  });
  const [utopia, dreams, humour] = await Tag.objects.bulkCreate(["utopia", "dreams", "humour"].map((name) => new Tag({ name })));
  if (utopia === undefined || dreams === undefined || humour === undefined) throw new Error("bulkCreate gives back its instances");
  await dispossessed.tags.add(utopia);
  await lathe.tags.add(utopia, dreams);
  await harmless.tags.add(humour);
  await Job.objects.bulkCreate([new Job({}), new Job({}), new Job({ status: "done", attempts: 1 })]);
  await Point.objects.create({ x: 3, y: 4 });
}
