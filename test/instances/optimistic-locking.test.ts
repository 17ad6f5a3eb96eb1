import { beforeAll, expect, it } from "vitest";
import {
  CharField,
  createTables,
  F,
  ForeignKey,
  ImproperlyConfigured,
  IntegerField,
  Model,
  OperationalError,
  OptimisticLockError,
  Q,
  ReverseRelation,
  SET_NULL,
} from "../../src/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";

class Document extends Model<Document>("locking.Document")(
  { title: CharField({ maxLength: 50 }), views: IntegerField({ default: 0 }), version: IntegerField({ default: 0 }) },
  { versionField: "version" },
) {}

class Folder extends Model<Folder>("locking.Folder")({
  name: CharField({ maxLength: 20 }),
  get pages() {
    return ReverseRelation(() => Page, "folder");
  },
}) {}

class Page extends Model<Page>("locking.Page")(
  {
    title: CharField({ maxLength: 20 }),
    folder: ForeignKey(() => Folder, { onDelete: SET_NULL, null: true, relatedName: "pages" }),
    version: IntegerField({ default: 0 }),
  },
  { versionField: "version" },
) {}

describeEachBackend("optimistic locking", { only: [...everyBackend, "mariadb"] }, () => {
  beforeAll(() => createTables([Document, Folder, Page]));

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

  it("counts what is changed without save(), so that a stale instance is refused", async () => {
    const change: Readonly<Record<string, (pk: number) => Promise<unknown>>> = {
      update: (pk) => Document.objects.filter({ pk }).update({ views: 5 }),
      updateBatched: (pk) => Document.objects.filter({ pk }).updateBatched({ views: 5 }),
      claim: (pk) => Document.objects.filter({ pk }).claim(1, { views: 5 }),
      bulkUpdate: async (pk) => {
        const other = await Document.objects.get({ pk });
        other.views = 5;
        await Document.objects.bulkUpdate([other], ["views"]);
      },
      "bulkUpdate of a filtered queryset": async (pk) => {
        const other = await Document.objects.get({ pk });
        other.views = 5;
        await Document.objects.filter({ views__lt: 5 }).bulkUpdate([other], ["views"]);
      },
      bulkUpdateWhen: (pk) => Document.objects.filter({ pk }).bulkUpdateWhen([[Q({ views: 0 }), { views: 5 }]]),
    };
    for (const [name, act] of Object.entries(change)) {
      const mine = await Document.objects.create({ title: name });
      await act(mine.pk);
      const row = await Document.objects.get({ pk: mine.pk });
      expect([name, row.views, row.version]).toEqual([name, 5, 1]);
      mine.title = "stale";
      await expect(mine.save(), name).rejects.toBeInstanceOf(OptimisticLockError);
    }
  });

  it("counts the instances that an update was made with", async () => {
    const document = await Document.objects.create({ title: "bulk" });
    await Document.objects.bulkUpdate([document], ["title"]);
    expect(document.version).toBe(1);
    await document.save();
    const [claimed] = await Document.objects.filter({ pk: document.pk }).claim(1, { views: 1 });
    expect(claimed?.version).toBe(3);
    await claimed?.save();
    await Document.objects.filter({ pk: document.pk }).update({ version: 40 });
    expect((await Document.objects.get({ pk: document.pk })).version).toBe(40);
    // a row that the queryset leaves out is not written, and its instance not taken for newer than it is
    const other = await Document.objects.create({ title: "left out" });
    other.title = "new";
    expect(await Document.objects.filter({ title: "none" }).bulkUpdate([other], ["title"])).toBe(0);
    expect(other.version).toBe(0);
  });

  it("counts the rows that an insert has updated, and not those that it has inserted", async () => {
    const writes: Readonly<Record<string, (document: Document) => Promise<unknown>>> = {
      upsert: (document) => Document.objects.upsert([document], { uniqueFields: ["id"] }),
      "upsert of one column": (document) => Document.objects.upsert([document], { uniqueFields: ["id"], updateFields: ["title"] }),
      bulkCreate: (document) => Document.objects.bulkCreate([document], { updateConflicts: true, uniqueFields: ["id"] }),
    };
    for (const [name, write] of Object.entries(writes)) {
      const mine = await Document.objects.create({ title: name });
      const theirs = new Document({ id: mine.id, title: `${name} again` });
      await write(theirs);
      const row = await Document.objects.get({ id: mine.id });
      expect([row.title, row.version, theirs.version]).toEqual([`${name} again`, 1, 1]);
      await expect(mine.save(), name).rejects.toBeInstanceOf(OptimisticLockError);
      await theirs.save();
      const fresh = new Document({ id: mine.id + 1000, title: "new" });
      await write(fresh);
      expect([name, fresh.version]).toEqual([name, 0]);
    }
    const { id } = await Document.objects.create({ title: "told" });
    await Document.objects.upsert([new Document({ id, title: "b", version: 7 })], { uniqueFields: ["id"], updateFields: ["version"] });
    expect((await Document.objects.get({ id })).version).toBe(7);
  });

  it("counts rows that get another owner, or lose theirs", async () => {
    const folder = await Folder.objects.create({ name: "inbox" });
    const page = await Page.objects.create({ title: "a" });
    const stale = await Page.objects.get({ pk: page.pk });
    await folder.pages.add(page);
    expect(page.version).toBe(1);
    await page.save();
    await folder.pages.remove(page);
    expect(page.version).toBe(3);
    await page.save();
    await expect(stale.save()).rejects.toBeInstanceOf(OptimisticLockError);
    await folder.pages.add(page);
    await folder.delete();
    expect(await Page.objects.values("folderId", "version")).toEqual([{ folderId: null, version: 6 }]);
  });
});

it("takes a column of whole numbers only", () => {
  const define = (options: object) => () =>
    Model<never>("locking.Wrong")({ title: CharField({ maxLength: 5 }), count: IntegerField({ null: true }) }, options);
  expect(define({ versionField: "nope" })).toThrow(ImproperlyConfigured);
  expect(define({ versionField: "title" })).toThrow("must hold whole numbers");
  expect(define({ versionField: "count" })).toThrow("must hold whole numbers");
});
