import { ContentType, GenericForeignKey, GenericRelation } from "../../src/contrib/contenttypes/index.js";
import {
  CASCADE,
  CharField,
  ForeignKey,
  IntegerField,
  Model,
  PositiveIntegerField,
  ReverseRelation,
  UUIDField,
  uuid4,
} from "../../src/index.js";

export class Author extends Model<Author>("generic.Author")({
  name: CharField({ maxLength: 50 }),
  get books() {
    return ReverseRelation(() => Book, "author");
  },
}) {}

export class Book extends Model<Book>("generic.Book")({
  title: CharField({ maxLength: 50 }),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
  get tags() {
    return GenericRelation(() => TaggedItem);
  },
  get notes() {
    return GenericRelation(() => Note, { contentType: "kind", objectId: "key" });
  },
}) {}

/** A key that is no number: notes, whose column is text, can refer to it. */
export class Photo extends Model<Photo>("generic.Photo")({
  uid: UUIDField({ primaryKey: true, default: uuid4 }),
  file: CharField({ maxLength: 50 }),
  get notes() {
    return GenericRelation(() => Note, { contentType: "kind", objectId: "key" });
  },
}) {}

export class Film extends Model<Film>("generic.Film")({
  title: CharField({ maxLength: 50 }),
  get tags() {
    return GenericRelation(() => TaggedItem);
  },
}) {}

export class TaggedItem extends Model<TaggedItem>("generic.TaggedItem")(
  {
    tag: CharField({ maxLength: 50 }),
    weight: IntegerField({ default: 1 }),
    contentType: ForeignKey(() => ContentType, { onDelete: CASCADE }),
    objectId: PositiveIntegerField(),
    get contentObject() {
      return GenericForeignKey<Book | Film>({ contentType: "contentType", objectId: "objectId" });
    },
  },
  { ordering: ["pk"] },
) {}

export class Note extends Model<Note>("generic.Note")({
  text: CharField({ maxLength: 50 }),
  kind: ForeignKey(() => ContentType, { onDelete: CASCADE, null: true }),
  key: CharField({ maxLength: 50, null: true }),
  about: GenericForeignKey({ contentType: "kind", objectId: "key" }),
}) {}

export const models = [ContentType, Author, Book, Photo, Film, TaggedItem, Note];
