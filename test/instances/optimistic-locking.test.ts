import { beforeAll, expect, it } from "vitest";
import {
  CharField,
  createTables,
  F,
  ImproperlyConfigured,
  IntegerField,
  Model,
  OperationalError,
  OptimisticLockError,
} from "../../src/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";

class Document extends Model<Document>("locking.Document")(
  { title: CharField({ maxLength: 50 }), views: IntegerField({ default: 0 }), version: IntegerField({ default: 0 }) },
  { versionField: "version" },
) {}

describeEachBackend("optimistic locking", () => {
  beforeAll(() => createTables([Document]));

  it("counts every save up, with one statement", async () => {
    const document = await Document.objects.create({ title: "a" });
    expect(document.version).toBe(0);
    document.title = "b";
    const queries = await captureQueries(() => document.save());
    expect(queries).toHaveLength(1);
    expect(document.version).toBe(1);
    await document.save({ updateFields: ["title"] });
    expect((await Document.objects.get({ pk: document.pk })).version).toBe(2);
  });

  it("does not overwrite what somebody else has saved, and changes nothing", async () => {
    const { pk } = await Document.objects.create({ title: "first" });
    const mine = await Document.objects.get({ pk });
    const theirs = await Document.objects.get({ pk });
    theirs.title = "theirs";
    await theirs.save();
    mine.title = "mine";
    const error = await mine.save().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OptimisticLockError);
    expect(error).toBeInstanceOf(OperationalError);
    expect(error).toMatchObject({ code: "stale_object", message: expect.stringContaining("changed by somebody else") });
    expect(mine.version).toBe(0);
    expect((await Document.objects.get({ pk })).title).toBe("theirs");
    await mine.refreshFromDb();
    mine.title = "mine";
    await mine.save();
    expect((await Document.objects.get({ pk })).title).toBe("mine");
  });

  it("guards expressions too", async () => {
    const { pk } = await Document.objects.create({ title: "counted" });
    const mine = await Document.objects.get({ pk });
    const theirs = await Document.objects.get({ pk });
    theirs.set({ views: F("views").add(1) });
    await theirs.save();
    expect(theirs.views).toBe(1);
    mine.set({ views: F("views").add(1) });
    await expect(mine.save()).rejects.toBeInstanceOf(OptimisticLockError);
    expect((await Document.objects.get({ pk })).views).toBe(1);
  });

  it("inserts a row that was deleted meanwhile, as save does without it", async () => {
    const document = await Document.objects.create({ title: "gone" });
    await Document.objects.filter({ pk: document.pk }).delete();
    await document.save();
    expect(await Document.objects.filter({ pk: document.pk }).exists()).toBe(true);
  });
});

it("takes a column of whole numbers only", () => {
  const define = (options: object) => () =>
    Model<never>("locking.Wrong")({ title: CharField({ maxLength: 5 }), count: IntegerField({ null: true }) }, options);
  expect(define({ versionField: "nope" })).toThrow(ImproperlyConfigured);
  expect(define({ versionField: "title" })).toThrow("must hold whole numbers");
  expect(define({ versionField: "count" })).toThrow("must hold whole numbers");
});
