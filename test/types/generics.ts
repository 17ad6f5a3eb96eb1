import { CASCADE, CharField, Count, F, ForeignKey, Model, Q } from "../../src/index.js";
import type { ToOne } from "../../src/types/field.js";
import type { Manager } from "../../src/types/manager.js";
import type { QuerySet } from "../../src/types/queryset.js";
import { exactly } from "./equal.js";
import { Author, Book } from "./schema.js";

/** A model that is only known at run time, as in a migration: nothing is checked. */
// biome-ignore lint/suspicious/noExplicitAny: the subject of the test
export async function unknownModel(rows: QuerySet<any>): Promise<void> {
  await rows
    .filter({ whatever: 3, x__y: F("z") })
    .exclude(Q({ a: 3 }))
    .orderBy("x", "-y")
    .first();
  await rows.values("x", "y");
  await rows.create({ x: 3 });
  await rows.update({ x: 3 });
  await rows.annotate({ n: Count("x") }).filter({ n: 3, m: 3 });
  await rows.selectRelated("x").only("y").prefetchRelated("z");
}

/** Code over any model takes its conditions unchecked. */
export async function byKey<M>(manager: Manager<M>, pk: number): Promise<M | null> {
  return manager.filter(Q.untyped({ pk })).first();
}
async function count(rows: QuerySet<Author>): Promise<number> {
  return rows.count();
}

const owned = {
  get owner(): ToOne<Author, false, false, "fk"> {
    return ForeignKey(() => Author, { onDelete: CASCADE });
  },
  name: CharField(),
};
class Thing extends Model<Thing>("lab.Thing")({ ...owned, code: CharField() }) {}
class Other extends Model<Other>("lab.Other")({ ...owned }) {}

export async function use(options: { age?: number }, record: Record<string, unknown>): Promise<void> {
  exactly<Author | null>()(await byKey(Author.objects, 3));
  await count(Author.objects.annotate({ n: Count("books") }));
  await count(Author.objects.selectRelated("publisher"));
  exactly<string>()((await Thing.objects.selectRelated("owner").get({ owner__age__gte: 3 })).owner.name);
  await Other.objects.create({ name: "x", ownerId: 3 });
  await Author.objects.filter(options);
  await Author.objects.filter(Q.untyped(record));
  // @ts-expect-error keys that are not known: Q.untyped
  await Author.objects.filter(record);
  // @ts-expect-error another model
  await count(Book.objects.all());
  // @ts-expect-error a manager is no queryset
  await count(Author.objects);
  // @ts-expect-error rows of values are no authors
  await count(Author.objects.values("name"));
}
