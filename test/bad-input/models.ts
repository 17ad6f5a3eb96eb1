import {
  BooleanField,
  CASCADE,
  CharField,
  DateField,
  DecimalField,
  ForeignKey,
  IntegerField,
  JSONField,
  ManyToManyField,
  Model,
  ReverseRelation,
  UUIDField,
} from "../../src/index.js";

export class Author extends Model<Author>("bad.Author")({
  name: CharField({ maxLength: 10, unique: true }),
  age: IntegerField({ null: true }),
  born: DateField({ null: true }),
  price: DecimalField({ maxDigits: 5, decimalPlaces: 2, null: true }),
  data: JSONField({ null: true }),
  active: BooleanField({ default: true }),
  uid: UUIDField({ version: 4 }),
  get books() {
    return ReverseRelation(() => Book, "author");
  },
}) {}
export class Book extends Model<Book>("bad.Book")({
  title: CharField({ maxLength: 10 }),
  author: ForeignKey(() => Author, { onDelete: CASCADE, relatedName: "books" }),
  tags: ManyToManyField(() => Tag),
}) {}
export class Tag extends Model<Tag>("bad.Tag")({ name: CharField({ maxLength: 10 }) }) {}
