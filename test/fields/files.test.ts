import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FileDefinition } from "../../src/fields/files.js";
import {
  createTables,
  dropTables,
  F,
  FieldFile,
  FileField,
  ImproperlyConfigured,
  IntegrityError,
  Model,
  overrideSettings,
  postSave,
  preSave,
  runFlow,
  StorageError,
  SuspiciousFileOperationError,
  setLogger,
  transaction,
  ValidationError,
} from "../../src/index.js";
import { metaOf } from "../../src/models/meta.js";
import { ContentFile, type File, InMemoryStorage, type Storage } from "../../src/storage/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";
import { Document, Folder, models, Scan } from "./file-models.js";

const year = new Date().getUTCFullYear();
const file = (text: string, name = "a.txt"): ContentFile => new ContentFile(text, name);

/** In memory, and says what it has. */
class Shelf extends InMemoryStorage {
  readonly names = new Set<string>();
  protected override *create(name: string, content: File) {
    const created = yield* super.create(name, content);
    if (created) this.names.add(name);
    return created;
  }
  protected override *remove(name: string) {
    this.names.delete(name);
    yield* super.remove(name);
  }
}
const shelf = new Shelf();
const covers = new Shelf();
const stored = (): string[] => [...shelf.names, ...covers.names].sort();

function useTables(aliases: readonly string[] = ["default"]): void {
  beforeAll(async () => {
    for (const using of aliases) await createTables(models, { using });
  });
  afterAll(async () => {
    for (const using of aliases) await dropTables(models, { using });
  });
  beforeEach(async () => {
    for (const using of aliases) {
      for (const model of [Document, Folder]) await model.objects.using(using).all().delete();
    }
    for (const storage of [shelf, covers]) for (const name of [...storage.names]) await storage.delete(name);
  });
}
const settings = { storages: { default: shelf, covers } };

describeEachBackend("file fields", { only: [...everyBackend, "postgresql-sync", "mariadb"], settings }, (backend) => {
  useTables();

  it("uploads what is given to create(), and reads it from a row", async () => {
    const made = await Document.objects.create({ title: "a", attachment: file("hello"), cover: file("<svg>", "c.svg") });
    expect(made.attachment?.name).toBe(`docs/${year}/a.txt`);
    expect(made.cover.name).toBe("covers/a/c.svg");
    const found = await Document.objects.get({ title: "a" });
    expect(found.attachment).toBeInstanceOf(FieldFile);
    expect(found.attachment).toBe(found.attachment);
    expect(await found.attachment?.text()).toBe("hello");
    expect(await found.attachment?.size()).toBe(5);
    expect(await found.attachment?.url()).toBe(`/media/docs/${year}/a.txt`);
    expect(await found.cover.exists()).toBe(true);
    expect(stored()).toEqual(["covers/a/c.svg", `docs/${year}/a.txt`]);
    expect(JSON.parse(JSON.stringify(found))).toEqual({
      id: found.pk,
      title: "a",
      attachment: `docs/${year}/a.txt`,
      cover: "covers/a/c.svg",
    });
    expect(Object.keys(found.toJSON())).toEqual(["id", "title", "attachment", "cover"]);
  });

  it("queries see names", async () => {
    await Document.objects.create({ title: "a", attachment: file("x") });
    await Document.objects.create({ title: "b" });
    const name = `docs/${year}/a.txt`;
    expect(await Document.objects.valuesList("attachment", { flat: true }).orderBy("title")).toEqual([name, null]);
    expect(await Document.objects.filter({ attachment__endswith: ".txt" }).count()).toBe(1);
    const found = await Document.objects.get({ attachment: name });
    expect(await Document.objects.filter({ attachment__isnull: true }).count()).toBe(1);
    expect(await Document.objects.filter({ title: "b" }).update({ attachment: F("cover") })).toBe(1);
    expect(await Document.objects.filter({ title: "b" }).update({ attachment: name })).toBe(1);
    expect((await Document.objects.get({ title: "b" })).attachment?.name).toBe(found.attachment?.name);
  });

  it("set() and plain assignment leave the file pending until the instance is saved", async () => {
    const document = new Document({ title: "a" });
    document.set({ attachment: file("one") });
    expect(document.attachment?.committed).toBe(false);
    expect(document.attachment?.name).toBe("a.txt");
    expect(await document.attachment?.text()).toBe("one");
    await expect(document.attachment?.url()).rejects.toMatchObject({ code: "not_stored" });
    expect(() => document.attachment?.path).toThrow(StorageError);
    expect(stored()).toEqual([]);
    await document.save();
    expect(document.attachment?.committed).toBe(true);
    await document.save();
    expect(stored()).toEqual([`docs/${year}/a.txt`]);
    Object.assign(document, { attachment: new Blob(["blob"]) });
    await expect(document.save()).rejects.toThrow(/the file has no name/);
    Object.assign(document, { attachment: new globalThis.File(["web"], "web.txt") });
    await document.save();
    expect(await (await Document.objects.get()).attachment?.text()).toBe("web");
  });

  it("a string is the name of a stored file; null and the empty string clear the field; anything else is refused", async () => {
    await shelf.save("known.txt", file("known"));
    const document = await Document.objects.create({ title: "a", attachment: "known.txt" });
    expect(await document.attachment?.text()).toBe("known");
    document.set({ attachment: null });
    await document.save();
    expect((await Document.objects.get()).attachment).toBeNull();
    document.set({ attachment: "" });
    await document.save();
    expect(await Document.objects.valuesList("attachment", { flat: true })).toEqual([null]);
    expect(document.cover.name).toBe("");
    await expect(document.cover.url()).rejects.toMatchObject({ code: "no_file" });
    await expect(document.cover.size()).rejects.toThrow(StorageError);
    expect(() => document.cover.path).toThrow(StorageError);
    expect(await document.cover.exists()).toBe(false);
    // @ts-expect-error a number is no file
    expect(() => document.set({ attachment: 5 })).toThrow(ValidationError);
    Object.assign(document, { attachment: 5 });
    await expect(document.save()).rejects.toThrow(/neither a file nor the name of one/);
    expect(stored()).toEqual(["known.txt"]);
  });

  it("C36: replacing keeps the old file", async () => {
    const document = await Document.objects.create({ title: "a", attachment: file("old") });
    document.set({ attachment: file("new") });
    await document.save({ updateFields: ["attachment"] });
    expect(stored()).toHaveLength(2);
    expect(await (await Document.objects.get()).attachment?.text()).toBe("new");
    document.set({ attachment: file("other", "other.txt") });
    await document.save({ updateFields: ["title"] });
    expect(document.attachment?.committed).toBe(false);
    expect(stored()).toHaveLength(2);
  });

  it("C36, E95: a rolled-back transaction removes the new file, and the instance has it pending again", async () => {
    const document = new Document({ title: "a", attachment: file("new") });
    const failing = transaction.atomic(async () => {
      await document.save();
      expect(stored()).toHaveLength(1);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(stored()).toEqual([]);
    expect(document.attachment?.committed).toBe(false);
    await new Document({ title: "a", attachment: document.attachment }).save();
    expect(await (await Document.objects.get()).attachment?.text()).toBe("new");
  });

  it("C36, E96: a savepoint that is rolled back takes only its own files", async () => {
    await transaction.atomic(async () => {
      await Document.objects.create({ title: "a", attachment: file("a", "a.txt") });
      const inner = transaction.atomic(async () => {
        await Document.objects.create({ title: "b", attachment: file("b", "b.txt") });
        throw new Error("no");
      });
      await expect(inner).rejects.toThrow("no");
      const point = await transaction.savepoint();
      await Document.objects.create({ title: "c", attachment: file("c", "c.txt") });
      await transaction.savepointRollback(point);
      await Document.objects.create({ title: "d", attachment: file("d", "d.txt") });
    });
    expect(stored()).toEqual([`docs/${year}/a.txt`, `docs/${year}/d.txt`]);
  });

  it("E95: files are deleted when the transaction is committed, and stay when it is rolled back", async () => {
    const document = await Document.objects.create({ title: "a", attachment: file("x") });
    const attachment = document.attachment;
    const failing = transaction.atomic(async () => {
      await attachment?.delete();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(stored()).toHaveLength(1);
    await document.refreshFromDb();
    expect(await document.attachment?.text()).toBe("x");
    await transaction.atomic(async () => {
      await document.attachment?.delete();
      expect(stored()).toHaveLength(1);
    });
    expect(stored()).toEqual([]);
    expect(document.attachment).toBeNull();
    expect((await Document.objects.get()).attachment).toBeNull();
  });

  it("E95: save() of the file itself uploads, saves the row, and is undone by a rollback", async () => {
    const document = await Document.objects.create({ title: "a" });
    await document.cover.save("c.txt", file("cover"));
    expect(document.cover.name).toBe("covers/a/c.txt");
    expect((await Document.objects.get()).cover.name).toBe("covers/a/c.txt");
    const failing = transaction.atomic(async () => {
      await document.cover.save("d.txt", file("other"), { save: false });
      expect(stored()).toEqual(["covers/a/c.txt", "covers/a/d.txt"]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(stored()).toEqual(["covers/a/c.txt"]);
    await document.refreshFromDb();
    await document.cover.delete({ save: false });
    expect((await Document.objects.get()).cover.name).toBe("covers/a/c.txt");
    await document.save();
    expect((await Document.objects.get()).cover.name).toBe("");
    expect(stored()).toEqual([]);
  });

  it("removes the file when the row is refused, transaction or not", async () => {
    await Document.objects.create({ title: "a" });
    const second = new Document({ title: "a", attachment: file("x") });
    await expect(second.save()).rejects.toThrow(IntegrityError);
    expect(stored()).toEqual([]);
    second.title = "b";
    await second.save();
    expect(stored()).toHaveLength(1);
    const [found, created] = await Document.objects.getOrCreate({ title: "b" }, { defaults: { attachment: file("y", "y.txt") } });
    expect([created, stored().length]).toEqual([false, 1]);
    expect(found.attachment?.name).toBe(`docs/${year}/a.txt`);
    const [third] = await Document.objects.getOrCreate({ title: "c" }, { defaults: { attachment: () => file("z", "z.txt") } });
    expect(third.attachment?.name).toBe(`docs/${year}/z.txt`);
    await Document.objects.updateOrCreate({ title: "c" }, { defaults: { attachment: file("w", "w.txt") } });
    expect((await Document.objects.get({ title: "c" })).attachment?.name).toBe(`docs/${year}/w.txt`);
  });

  it("a receiver of postSave that fails takes no file away, and one of preSave leaves none", async () => {
    const fail = () => {
      throw new Error("receiver");
    };
    {
      using _receiver = postSave.connect(fail, { sender: Document, raiseExceptions: true });
      await expect(Document.objects.create({ title: "a", attachment: file("x") })).rejects.toThrow("receiver");
    }
    expect((await Document.objects.get()).attachment?.name).toBe(stored()[0]);
    using _receiver = preSave.connect(fail, { sender: Document, raiseExceptions: true });
    await expect(Document.objects.create({ title: "b", attachment: file("y", "y.txt") })).rejects.toThrow("receiver");
    expect(stored()).toHaveLength(1);
  });

  it("C36: bulkCreate uploads, and takes back what it uploaded", async () => {
    const documents = ["a", "b", "c"].map((title) => new Document({ title, attachment: file(title, `${title}.txt`) }));
    await Document.objects.bulkCreate(documents);
    expect(await Document.objects.filter({ attachment__isnull: true }).count()).toBe(0);
    expect(stored()).toHaveLength(3);
    const failing = [new Document({ title: "d", attachment: file("d", "d.txt") }), new Document({ title: "a", attachment: file("a2") })];
    await expect(Document.objects.bulkCreate(failing)).rejects.toThrow(IntegrityError);
    expect(stored()).toHaveLength(3);
    expect(failing[0]?.attachment?.committed).toBe(false);
  });

  it("C36: bulkCreate takes back what it uploaded for rows that are ignored", async () => {
    await Document.objects.create({ title: "a", attachment: file("old", "old.txt") });
    const documents = ["a", "b"].map((title) => new Document({ title, attachment: file(title, `${title}.txt`) }));
    await Document.objects.bulkCreate(documents, { ignoreConflicts: true });
    expect(stored()).toHaveLength(2);
    expect(documents.map(({ attachment }) => attachment?.committed)).toEqual([false, true]);
    const texts = await Promise.all((await Document.objects.orderBy("title")).map((each) => each.attachment?.text()));
    expect(texts).toEqual(["old", "b"]);
  });

  it("C36: bulkUpdate uploads", async () => {
    const documents = ["a", "b", "c"].map((title) => new Document({ title }));
    await Document.objects.bulkCreate(documents);
    for (const document of documents) document.set({ attachment: file(`new ${document.title}`, "new.txt") });
    expect(await Document.objects.bulkUpdate(documents, ["attachment"])).toBe(3);
    const texts = await Promise.all((await Document.objects.orderBy("title")).map((each) => each.attachment?.text()));
    expect(texts).toEqual(["new a", "new b", "new c"]);
    expect(await Document.objects.filter({ title__in: ["a", "b"] }).bulkUpdate(documents.slice(0, 2), ["attachment", "title"])).toBe(2);
    expect((await Document.objects.get({ title: "a" })).attachment?.name).toBe(documents[0]?.attachment?.name);
  });

  it("update() refuses a file that is not uploaded", async () => {
    await Document.objects.create({ title: "a" });
    // @ts-expect-error an UPDATE of many rows has no file to upload
    await expect(Document.objects.all().update({ attachment: file("x") })).rejects.toThrow(ValidationError);
  });

  it("E93, E103: the whole name fits into the column, or validation says why it cannot", async () => {
    const long = await Document.objects.create({ title: "a", attachment: file("x", `${"x".repeat(200)}.txt`) });
    expect(long.attachment?.name).toHaveLength(60);
    await long.fullClean();
    const deep = new Document({ title: "b", cover: file("x", `${"d".repeat(250)}/x.txt`), attachment: file("x", `x.${"e".repeat(60)}`) });
    const error = await deep.fullClean().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ValidationError);
    expect(Object.keys((error as ValidationError).errors).sort()).toEqual(["attachment", "cover"]);
    await expect(deep.save()).rejects.toThrow(/maxLength/);
    expect(stored()).toHaveLength(1);
    expect(() => new Document({ title: "c", attachment: `${"x".repeat(61)}` }).cleanFields()).toThrow(/at most 60/);
  });

  it("E98: what uploadTo gives stays inside of the storage", async () => {
    const document = new Document({ title: "../../..", cover: file("x") });
    await expect(document.save()).rejects.toThrow(SuspiciousFileOperationError);
    expect(await Document.objects.count()).toBe(0);
    await Document.objects.create({ title: "b", attachment: file("x", "../../etc/passwd") });
    expect(stored()).toEqual([`docs/${year}/passwd`]);
  });

  it("uploadTo has today's date in the zone of the settings, or of the field", async () => {
    class Daily extends Model<Daily>("files.Daily")({
      plain: FileField({ uploadTo: "%Y-%m-%d", default: "" }),
      far: FileField({ uploadTo: "%Y-%m-%d", uploadToTz: "Pacific/Kiritimati", default: "" }),
    }) {}
    const day = (timeZone: string): string => new Intl.DateTimeFormat("sv", { timeZone }).format(new Date());
    const directories = (): string[] => {
      const daily = new Daily({ plain: file("x"), far: file("x") });
      return [daily.plain, daily.far].map(({ pending }, index) => {
        const field = metaOf(Daily).column(index === 0 ? "plain" : "far");
        if (!(field instanceof FileDefinition) || pending === null) throw new Error("no file field");
        return field.uploadName(daily, pending).split("/")[0] ?? "";
      });
    };
    expect(directories()).toEqual([day("UTC"), day("Pacific/Kiritimati")]);
    await overrideSettings({ timeZone: "Pacific/Niue" }, async () =>
      expect(directories()).toEqual([day("Pacific/Niue"), day("Pacific/Kiritimati")]),
    );
  });

  it("E103: another setting of storages means other storages at the next access", async () => {
    const document = await Document.objects.create({ title: "a", attachment: file("here") });
    const elsewhere = new InMemoryStorage();
    await elsewhere.save(document.attachment?.name ?? "", file("elsewhere"));
    await overrideSettings({ storages: { default: elsewhere } }, async () => {
      expect(document.attachment?.storage).toBe(elsewhere);
      expect(await document.attachment?.text()).toBe("elsewhere");
      expect(() => document.cover.storage).toThrow(ImproperlyConfigured);
    });
    expect(await document.attachment?.text()).toBe("here");
  });

  it("loads a deferred file, copies, and takes the file of another instance", async () => {
    await Document.objects.create({ title: "a", attachment: file("x") });
    const [narrow] = await Document.objects.only("title");
    expect(JSON.parse(JSON.stringify(narrow))).not.toHaveProperty("attachment");
    expect((await narrow?.attachment)?.name).toBe(`docs/${year}/a.txt`);
    expect(narrow?.attachment).toBeInstanceOf(FieldFile);
    const document = await Document.objects.get();
    const copy = document.copy();
    expect(copy.attachment).not.toBe(document.attachment);
    copy.title = "b";
    await copy.save();
    expect((await Document.objects.get({ title: "b" })).attachment?.name).toBe(document.attachment?.name);
    const pending = new Document({ title: "c", attachment: file("y", "y.txt") }).copy();
    expect(pending.attachment?.committed).toBe(false);
  });

  it("onReplace and onRowDelete delete files that no row names any more, once it is certain", async () => {
    const folder = await Folder.objects.create({ name: "f" });
    const scan = await Scan.objects.create({ folder, page: file("1", "1.txt") });
    await Scan.objects.bulkCreate([new Scan({ folder, page: file("2", "2.txt") }), new Scan({ folder, page: file("3", "3.txt") })]);
    scan.set({ page: file("new", "new.txt") });
    const failing = transaction.atomic(async () => {
      await scan.save();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(stored()).toEqual(["scans/1.txt", "scans/2.txt", "scans/3.txt"]);
    await scan.save();
    await scan.save();
    expect(stored()).toEqual(["scans/2.txt", "scans/3.txt", "scans/new.txt"]);
    scan.set({ page: file("never saved", "never.txt") });
    await scan.delete();
    expect(stored()).toEqual(["scans/2.txt", "scans/3.txt"]);
    const undone = transaction.atomic(async () => {
      await Scan.objects.filter({ page__endswith: "2.txt" }).delete();
      throw new Error("no");
    });
    await expect(undone).rejects.toThrow("no");
    expect(stored()).toHaveLength(2);
    await Scan.objects.filter({ page__endswith: "2.txt" }).delete();
    expect(stored()).toEqual(["scans/3.txt"]);
    await folder.delete();
    expect(stored()).toEqual([]);
  });

  it("asks nothing of the database for files, unless onReplace has to know the old one", async () => {
    const count = async (body: () => Promise<unknown>) => (await captureQueries(async () => void (await body()))).length;
    const document = new Document({ title: "a", attachment: file("x") });
    expect(await count(() => document.save())).toBe(1);
    document.set({ attachment: file("y") });
    expect(await count(() => document.save())).toBe(1);
    const scan = new Scan({ folder: await Folder.objects.create({ name: "f" }), page: file("1") });
    expect(await count(() => scan.save())).toBe(1);
    expect(await count(() => scan.save())).toBe(2);
  });

  const sync = backend.skipUnless(backend.name !== "postgresql" && backend.name !== "mariadb", "no synchronous form without sync: true");
  sync("has a synchronous form of everything, which refuses storages without one", async () => {
    const document = Document.objects.createSync({ title: "a", attachment: file("one"), cover: file("c", "c.txt") });
    expect(document.attachment?.textSync()).toBe("one");
    expect([...(document.attachment?.readSync() ?? [])]).toHaveLength(3);
    expect([document.attachment?.sizeSync(), document.attachment?.existsSync()]).toEqual([3, true]);
    expect(document.attachment?.urlSync()).toBe(`/media/docs/${year}/a.txt`);
    document.fullCleanSync();
    expect(() =>
      transaction.atomicSync(() => {
        document.cover.saveSync("d.txt", file("d"));
        document.attachment?.deleteSync();
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(stored()).toEqual(["covers/a/c.txt", `docs/${year}/a.txt`]);
    document.refreshFromDbSync();
    transaction.atomicSync(() => document.attachment?.deleteSync());
    expect(stored()).toEqual(["covers/a/c.txt"]);
    const upload = new globalThis.File(["web"], "web.txt");
    expect(() => Document.objects.createSync({ title: "b", attachment: upload })).toThrow(/synchronous/);
    expect(Document.objects.countSync()).toBe(1);
  });

  it("E96: what goes wrong while files are removed is logged, and hides no other error", async () => {
    class Sticky extends Shelf {
      // biome-ignore lint/correctness/useYield: it only fails
      protected override *remove(): Generator<never, void, unknown> {
        throw new Error("disk is read-only");
      }
    }
    const lines: string[] = [];
    const before = setLogger({ log: ({ logger, message }) => lines.push(`${logger} ${message}`) });
    try {
      await overrideSettings({ storages: { default: new Sticky() } }, async () => {
        const failing = transaction.atomic(async () => {
          await Document.objects.create({ title: "a", attachment: file("x") });
          throw new Error("no");
        });
        await expect(failing).rejects.toThrow("no");
      });
    } finally {
      setLogger(before);
    }
    expect(lines.join("\n")).toMatch(/Removing the file .* failed/);
  });

  it("E100: a save awaits its storage, and other tasks go on meanwhile", async () => {
    class Slow extends InMemoryStorage {
      protected override *create(name: string, content: File) {
        yield* this.asyncOnly(() => wait(20));
        return yield* super.create(name, content);
      }
    }
    await overrideSettings({ storages: { default: new Slow() } }, async () => {
      const order: string[] = [];
      const saving = Document.objects.create({ title: "a", attachment: file("x") }).then(() => order.push("saved"));
      await Promise.resolve().then(() => order.push("went on"));
      await saving;
      expect(order).toEqual(["went on", "saved"]);
    });
  });
});

describeEachBackend("files on another alias", { aliases: ["default", "other"], settings }, () => {
  useTables(["default", "other"]);

  it("E95: a transaction on another alias rules the files of its rows", async () => {
    const failing = transaction.atomic(
      async () => {
        await Document.objects.using("other").create({ title: "a", attachment: file("x") });
        await Document.objects.create({ title: "b", attachment: file("y", "y.txt") });
        throw new Error("no");
      },
      { using: "other" },
    );
    await expect(failing).rejects.toThrow("no");
    expect(stored()).toEqual([`docs/${year}/y.txt`]);
    const document = await Document.objects.using("other").create({ title: "a", attachment: file("x") });
    await transaction.atomic(
      async () => {
        await document.attachment?.delete();
        expect(stored()).toHaveLength(2);
      },
      { using: "other" },
    );
    expect(stored()).toHaveLength(1);
  });
});

describe("definitions of file fields", () => {
  it.each([
    [{ uploadTo: 5 }, /uploadTo/],
    [{ uploadTo: "docs/%Q" }, /"%Q"/],
    [{ uploadTo: "docs/100%" }, /"%"/],
    [{ uploadTo: "../docs" }, /leaves the storage/],
    [{ uploadTo: "/docs" }, /absolute/],
    [{ uploadToTz: "Mars/Base" }, /time zone/],
    [{ storage: 5 }, /alias/],
    [{ onReplace: "drop" }, /onReplace/],
    [{ onRowDelete: true }, /onRowDelete/],
    [{ primaryKey: true }, /primary key/],
    [{ upload_to: "docs" }, /uploadTo/],
  ])("%j is refused", (options, message) => {
    expect(() => FileField(options as object)).toThrow(message);
  });

  it("a storage may be an object or a function, and is asked for at each access", async () => {
    const [first, second] = [new InMemoryStorage(), new InMemoryStorage()];
    let current: Storage = first;
    class Loose extends Model<Loose>("files.Loose")({
      direct: FileField({ storage: first, default: "" }),
      chosen: FileField({ storage: () => current, default: "" }),
    }) {}
    const loose = new Loose({});
    expect(loose.direct.storage).toBe(first);
    current = second;
    expect(loose.chosen.storage).toBe(second);
    expect(await runFlow(second.existsFlow("a.txt"))).toBe(false);
  });
});
