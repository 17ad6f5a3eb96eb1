import { CharField, F, Model, Value } from "../../src/index.js";
import type { Deferred, Ref } from "../../src/types/deferred.js";
import type { ModelErrorClass } from "../../src/types/model.js";
import type { RelatedManager, RemovableManager } from "../../src/types/related-manager.js";
import { exactly } from "./equal.js";
import {
  Author,
  Book,
  Order,
  OrderLine,
  type OrderNote,
  Post,
  type Profile,
  Publisher,
  Sample,
  type SamplePrice,
  type SampleRange,
  Secret,
  type Tag,
} from "./schema.js";

export async function columns(author: Author, sample: Sample): Promise<void> {
  exactly<string>()(author.name);
  exactly<number>()(author.age);
  exactly<string | null>()(author.bio);
  exactly<"gold" | "tin">()(author.level);
  exactly<Date>()(author.joined);
  exactly<number>()(author.id);
  exactly<number>()(author.pk);
  exactly<string>()(author.shout);
  exactly<number>()(sample.key);
  exactly<number>()(sample.pk);
  exactly<bigint>()(sample.big);
  exactly<SamplePrice>()(sample.price);
  exactly<boolean>()(sample.flag);
  exactly<Date | null>()(sample.ended);
  exactly<string>()(sample.day);
  exactly<number>()(sample.span);
  exactly<{ a: number; deep: { b: string[] } }>()(sample.data);
  exactly<unknown>()(sample.anything);
  exactly<Uint8Array>()(sample.bytes);
  exactly<string[]>()(sample.tags);
  exactly<Record<string, string | null>>()(sample.labels);
  exactly<SampleRange>()(sample.years);
  exactly<string>()(sample.slug);
  author.name = "x";
  // @ts-expect-error the level is one of the choices
  author.level = "silver";
  // @ts-expect-error not nullable
  author.name = null;
  // @ts-expect-error the key is read under its own name
  author.pk = 3;
  // @ts-expect-error no such field
  author.nme;
}

export async function relations(author: Author, book: Book, tag: Tag, profile: Profile, note: OrderNote): Promise<void> {
  exactly<Author | Ref<Author>>()(book.author);
  exactly<number>()(book.authorId);
  exactly<string | null>()(author.publisherId);
  exactly<Publisher | Ref<Publisher> | null>()(author.publisher);
  exactly<Author>()(await book.author);
  exactly<Publisher | null>()(await author.publisher);
  exactly<number>()(book.author.pk);
  exactly<Profile | Deferred<Profile | null> | null>()(author.profile);
  exactly<Profile | null>()(await author.profile);
  exactly<RelatedManager<Book, "author">>()(author.books);
  exactly<RemovableManager<Author, "mentor">>()(author.students);
  exactly<RemovableManager<Tag, never>>()(book.tags);
  exactly<RemovableManager<Book, never>>()(tag.books);
  exactly<number>()(note.pk);
  exactly<number>()(note.orderId);
  exactly<Author | Ref<Author>>()(profile.author);
  book.author = author;
  book.author = Author.ref(3);
  book.authorId = 4;
  exactly<Ref<Publisher>>()(Publisher.ref("uid"));
  // @ts-expect-error not loaded
  book.author.name;
  // @ts-expect-error the author is required
  book.author = null;
  // @ts-expect-error a key goes to authorId, or to set()
  book.author = 3;
  // @ts-expect-error a publisher's key is a string
  Publisher.ref(3);
  // @ts-expect-error another model
  book.author = tag;
  // @ts-expect-error lists are changed by their manager
  author.books = [];
}

export async function composite(line: OrderLine): Promise<void> {
  exactly<[number, number]>()(line.pk);
  exactly<number>()(line.lineNo);
  exactly<number>()(line.orderId);
  await OrderLine.objects.get({ pk: [1, 2] });
  await OrderLine.objects.filter({ pk__in: [[1, 2]], order__code: "x" });
  OrderLine.ref([1, 2]);
  // @ts-expect-error both parts
  await OrderLine.objects.get({ pk: [1] });
  // @ts-expect-error a tuple
  await OrderLine.objects.get({ pk: 1 });
}

export async function methods(author: Author, post: Post): Promise<void> {
  exactly<void>()(await author.save());
  await author.save({ updateFields: ["name", "publisher"], using: "replica", forceInsert: false, forceUpdate: true });
  author.saveSync({ updateFields: ["name"] });
  exactly<[count: number, countByModel: Record<string, number>]>()(await author.delete({ using: "replica" }));
  exactly<[count: number, countByModel: Record<string, number>]>()(author.deleteSync());
  await author.refreshFromDb({ fields: ["name"], using: "x" });
  author.refreshFromDbSync();
  await author.fullClean({ exclude: ["age"], validateUnique: false });
  author.fullCleanSync();
  author.cleanFields({ exclude: ["age"] });
  await author.validateUnique();
  author.validateUniqueSync();
  await author.clean();
  exactly<Author>()(author.copy());
  exactly<Author>()(author.set({ name: "x", age: F("age").add(1), publisher: "uid", mentorId: 3 }));
  exactly<boolean>()(author.equals(post));
  exactly<Set<string>>()(author.getDeferredFields());
  exactly<Record<string, unknown>>()(author.toJSON({ relations: true }));
  JSON.stringify(author);
  // @ts-expect-error no such field
  await author.save({ updateFields: ["nme"] });
  // @ts-expect-error no such field
  await author.refreshFromDb({ fields: ["nme"] });
  // @ts-expect-error no such field
  await author.fullClean({ exclude: ["nme"] });
  // @ts-expect-error wrong type
  author.set({ age: "3" });
  // @ts-expect-error no such field
  author.set({ nme: 3 });
  // @ts-expect-error no such field
  await post.save({ updateFields: ["titel"] });
  // @ts-expect-error no such option
  await author.delete({ alias: "x" });
}

export function construction(author: Author): void {
  new Author();
  new Author({ name: "x", age: 3 });
  new Author({ name: "x", age: 3, publisher: null, mentor: author, bio: undefined });
  new Author({ name: "x", age: 3, publisherId: "uid", level: "gold", joined: "2026-11-20" });
  new Book({ title: "x", author });
  new Book({ title: "x", authorId: 3 });
  new Order({ code: "x", pk: 3 });
  exactly<Author>()(new Author({ name: "x", age: 3 }));
  exactly<ModelErrorClass<"DoesNotExist">>()(Author.DoesNotExist);
  exactly<ModelErrorClass<"MultipleObjectsReturned">>()(Author.MultipleObjectsReturned);
  // @ts-expect-error age is missing
  new Author({ name: "x" });
  // @ts-expect-error no such field
  new Author({ name: "x", age: 3, nme: 3 });
  // @ts-expect-error no such level
  new Author({ name: "x", age: 3, level: "silver" });
  // @ts-expect-error the database computes it
  new Sample({ slug: "x" });
  // @ts-expect-error undefined is not a name
  new Author({ name: undefined, age: 3 });
  new Author({ name: Value("x"), age: 3 });
}

export async function privateMembers(): Promise<void> {
  const secret = (await Secret.objects
    .selectRelated("owner")
    .annotate({ n: F("id") })
    .first())!;
  const whole: Secret = secret;
  exactly<string>()(whole.reveal());
  exactly<string>()(secret.owner.name);
}

export function definitions(): void {
  // @ts-expect-error a name that every instance has
  Model<Author>("x")({ save: CharField() });
  // @ts-expect-error two underscores separate the steps of a path
  Model<Author>("x")({ first__name: CharField() });
  // @ts-expect-error no such field
  Model<Author>("x")({ name: CharField() }, { ordering: ["nme"] });
  // @ts-expect-error no such field
  Model<Author>("x")({ name: CharField() }, { ordering: ["-nme__x"] });
  // @ts-expect-error no such field
  Model<Author>("x")({ name: CharField() }, { getLatestBy: "nme" });
  // @ts-expect-error no such field
  Model<Author>("x")({ name: CharField() }, { uniqueTogether: [["name", "nme"]] });
  // @ts-expect-error no such option
  Model<Author>("x")({ name: CharField() }, { tableName: "x" });
  Model<Author>("x")({ name: CharField() }, { ordering: ["?", F("name").desc(), "-pk"], dbTable: "authors" });
  // @ts-expect-error the class itself is missing: Model<X>
  class Nameless extends Model("x")({ name: CharField() }) {}
  class Other extends Model<Author>("x")({ name: CharField() }) {}
  // @ts-expect-error the class in brackets is another one
  Other.objects.all();
  class Taken extends Model<Taken>("x")({
    get author() {
      return Post.prototype && ForeignKeyToAuthor();
    },
    authorId: CharField(),
  }) {}
  // @ts-expect-error authorId is the key of author
  Taken.objects.all();
  void Nameless;
}

import { CASCADE, ForeignKey } from "../../src/index.js";

function ForeignKeyToAuthor() {
  return ForeignKey(() => Author, { onDelete: CASCADE });
}
