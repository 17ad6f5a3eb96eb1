import {
  CASCADE,
  CharField,
  ForeignKey,
  IntegerField,
  JSONField,
  ManyToManyField,
  Model,
  ReverseRelation,
  TextField,
} from "../../src/index.js";

export class Author extends Model<Author>("helpers.Author")({
  name: CharField({ maxLength: 100, unique: true }),
  age: IntegerField({ null: true }),
  notes: JSONField<{ tags: string[] }>({ default: () => ({ tags: [] }) }),
  bio: TextField({ default: "" }),
  get books() {
    return ReverseRelation(() => Book, "author");
  },
}) {}

export class Tag extends Model<Tag>("helpers.Tag")({ name: CharField({ maxLength: 50 }) }) {}

export class Book extends Model<Book>("helpers.Book")({
  title: CharField({ maxLength: 100 }),
  author: ForeignKey(() => Author, { onDelete: CASCADE, relatedName: "books" }),
  tags: ManyToManyField(() => Tag),
}) {}
