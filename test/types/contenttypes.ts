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
  // @ts-expect-error there is nothing to join
  await Book.objects.filter({ tags__tag: "x" });
  // @ts-expect-error there is nothing to join
  await TaggedItem.objects.selectRelated("contentObject");
  // @ts-expect-error no such relation
  await Book.objects.prefetchRelated("tga");
}
