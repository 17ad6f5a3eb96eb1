import { Count, Max } from "../../src/index.js";
import { Book, Film, type Note, Photo, TaggedItem } from "../contrib/contenttypes-models.js";
import { exactly } from "./equal.js";

export async function reading(item: TaggedItem, note: Note, book: Book): Promise<void> {
  exactly<Book | Film | null>()(await item.contentObject);
  const about = await note.about;
  exactly<unknown>()(about?.pk);
  item.contentObject = book;
  note.about = new Photo({ file: "x" });
  note.about = null;
  exactly<TaggedItem[]>()(await book.tags.filter({ tag__startswith: "a" }));
  exactly<TaggedItem>()(await book.tags.create({ tag: "x" }));
  await book.tags.add(item, 3);
  await book.tags.set([item]);
  await book.tags.remove(item);
  // @ts-expect-error not one of its models
  item.contentObject = new Photo({ file: "x" });
  // @ts-expect-error another model
  await book.tags.add(book);
  // @ts-expect-error the tag is missing
  await book.tags.create({ weight: 3 });
  // @ts-expect-error no such field
  await book.tags.filter({ tga: "a" });
}

export async function creating(book: Book): Promise<void> {
  await TaggedItem.objects.create({ tag: "x", contentObject: book });
  await TaggedItem.objects.create({ tag: "x", contentTypeId: 3, objectId: 3 });
  // @ts-expect-error neither the object nor its columns
  await TaggedItem.objects.create({ tag: "x" });
  // @ts-expect-error the key is missing
  await TaggedItem.objects.create({ tag: "x", contentType: 3 });
  // @ts-expect-error not one of its models
  await TaggedItem.objects.create({ tag: "x", contentObject: new Photo({ file: "x" }) });
  // @ts-expect-error a relation to many is not given
  await Film.objects.create({ title: "x", tags: [] });
}

export async function querying(): Promise<void> {
  await TaggedItem.objects.prefetchRelated("contentObject");
  await Book.objects.prefetchRelated("tags__contentObject");
  await TaggedItem.objects.filter({ contentType__model: "book", objectId__in: [1, 2] });
  // @ts-expect-error it has no column
  await TaggedItem.objects.filter({ contentObject: 3 });
  // @ts-expect-error it has no column
  await TaggedItem.objects.values("contentObject");
  await Book.objects.filter({ tags__tag: "x", tags__weight__gte: 1, tags__isnull: false }).exclude({ tags__contentType__model: "book" });
  await Book.objects.filter({ tags: 3 }).orderBy("-tags__weight");
  exactly<{ title: string; tags__tag: string | null; tags: number | null }[]>()(await Book.objects.values("title", "tags__tag", "tags"));
  exactly<{ n: number; most: number | null }>()(await Book.objects.aggregate({ n: Count("tags"), most: Max("tags__weight") }));
  // @ts-expect-error no such field behind
  await Book.objects.filter({ tags__nope: "x" });
  // @ts-expect-error the column is a text
  await Book.objects.filter({ tags__tag: 3 });
  // @ts-expect-error no such field behind
  await Book.objects.annotate({ n: Count("tags__nope") });
  // @ts-expect-error a relation to many
  await Book.objects.selectRelated("tags");
  // @ts-expect-error it is no column
  await Book.objects.update({ tags: 3 });
  // @ts-expect-error there is nothing to join
  await TaggedItem.objects.selectRelated("contentObject");
  // @ts-expect-error no such relation
  await Book.objects.prefetchRelated("tga");
}
