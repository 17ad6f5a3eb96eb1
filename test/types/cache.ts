import {
  type CacheBackend,
  configure,
  invalidateModel,
  invalidateModelSync,
  invalidateTag,
  LocMemCache,
  RedisCache,
} from "../../src/index.js";
import { exactly } from "./equal.js";
import { Author, Publisher } from "./schema.js";

export async function cached(): Promise<void> {
  exactly<Author[]>()(await Author.objects.cache());
  exactly<Author[]>()(
    await Author.objects
      .filter({ age: 3 })
      .cache({ timeout: 60, using: "shared", tags: ["front"] })
      .orderBy("name"),
  );
  exactly<string[]>()(await Author.objects.cache({ timeout: null }).valuesList("name", { flat: true }));
  exactly<{ name: string; age: number }[]>()(await Author.objects.values("name", "age").cache());
  exactly<Publisher | null>()((await Author.objects.cache().selectRelated("publisher"))[0]?.publisher ?? null);
  // @ts-expect-error seconds are a number
  Author.objects.cache({ timeout: "60" });
  // @ts-expect-error there is no such option
  Author.objects.cache({ ttl: 60 });
  // @ts-expect-error tags are a list
  Author.objects.cache({ tags: "front" });
}

export async function rows(): Promise<void> {
  exactly<Author>()(await Author.objects.cacheGet(3));
  exactly<Author>()(Author.objects.cacheGetSync(3, { timeout: 60 }));
  exactly<Map<number, Author>>()(await Author.objects.cacheGetMany([1, 2]));
  exactly<Map<number, Author>>()(Author.objects.cacheGetManySync(new Set([1]), { tags: ["front"] }));
  exactly<Publisher>()(await Publisher.objects.all().cacheGet("press"));
  // @ts-expect-error the key of an author is a number
  Author.objects.cacheGet("three");
  // @ts-expect-error keys come in a list
  Author.objects.cacheGetMany(3);
  // @ts-expect-error there is no such option
  Author.objects.cacheGet(3, { ttl: 60 });
}

export async function invalidating(): Promise<void> {
  exactly<Promise<void>>()(invalidateModel(Author));
  exactly<void>()(invalidateModelSync(Author));
  exactly<Promise<void>>()(invalidateTag("front"));
  // @ts-expect-error an instance is no model
  invalidateModel(new Author());
  // @ts-expect-error a tag is a name
  invalidateTag(["front"]);
}

export function settings(own: CacheBackend): void {
  configure({ caches: { default: new LocMemCache({ maxEntries: 10, timeout: 60 }), shared: new RedisCache("redis://host"), own } });
  configure({ cacheSigningKey: "key", secretKey: "key", cacheRequireSigningKey: true });
  // @ts-expect-error a URL is no cache
  configure({ caches: { default: "redis://host" } });
  // @ts-expect-error it is called maxEntries
  new LocMemCache({ maxSize: 10 });
  // @ts-expect-error the URL comes first
  new RedisCache({ prefix: "x" });
}
