import { afterEach, expect, it } from "vitest";
import { type LogLevel, postDelete, postSave, preSave, setLogger, transaction } from "../../src/index.js";
import { stateFromModels } from "../../src/migrations/index.js";
import { metaOf } from "../../src/models/meta.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Tag } from "./models.js";
import { expectQueries, synchronousBackends, useTables } from "./support.js";

const connections: Disposable[] = [];
const records: { level: LogLevel; logger: string; message: string; error?: unknown }[] = [];
const keepRecords = () => {
  const before = setLogger({ isEnabled: (logger) => logger === "dorm.signals", log: (record) => records.push(record) });
  connections.push({ [Symbol.dispose]: () => void setLogger(before) });
};
afterEach(() => {
  for (const connection of connections.splice(0).reverse()) connection[Symbol.dispose]();
  records.length = 0;
});

describeEachBackend("signals of models", () => {
  useTables();
  it("F01, F03: tells before and after a save, with created, using and updateFields", async () => {
    const heard: unknown[] = [];
    const tell =
      (word: string) =>
      (event: { sender: unknown; instance: unknown; created: boolean; using: string; updateFields: ReadonlySet<string> | null }) =>
        heard.push([
          word,
          event.sender === Tag,
          (event.instance as Tag).name,
          event.created,
          event.using,
          event.updateFields && [...event.updateFields],
        ]);
    connections.push(preSave.connect(tell("pre")), postSave.connect(tell("post")));
    const tag = await Tag.objects.create({ name: "a" });
    tag.name = "b";
    await tag.save({ updateFields: ["name"] });
    expect(heard).toEqual([
      ["pre", true, "a", true, "default", null],
      ["post", true, "a", true, "default", null],
      ["pre", true, "b", false, "default", ["name"]],
      ["post", true, "b", false, "default", ["name"]],
    ]);
  });

  it("says what really happened to an object with a key of its own", async () => {
    const created: boolean[] = [];
    connections.push(postSave.connect((event) => created.push(event.created)));
    await new Tag({ id: 50, name: "a" }).save();
    await new Tag({ id: 50, name: "b" }).save();
    expect(created).toEqual([true, false]);
  });

  it("F02: hears of its sender only, with the sender's type", async () => {
    const names: string[] = [];
    connections.push(postSave.connect(({ instance }) => names.push(instance.name), { sender: Tag }));
    await Author.objects.create({ name: "Ann" });
    await Tag.objects.create({ name: "t" });
    expect(names).toEqual(["t"]);
  });

  it("disposing and disconnecting end it", async () => {
    const heard: string[] = [];
    const receiver = () => heard.push("x");
    const connection = postSave.connect(receiver);
    connection[Symbol.dispose]();
    await Tag.objects.create({ name: "a" });
    postSave.connect(receiver);
    expect(postSave.disconnect(receiver)).toBe(true);
    expect(postSave.disconnect(receiver)).toBe(false);
    await Tag.objects.create({ name: "b" });
    expect(heard).toEqual([]);
    expect(postSave.active).toBe(false);
  });

  it("F04, F06: a receiver is connected once for each sender, and leaves them one by one", async () => {
    const heard: string[] = [];
    const receiver = (event: { sender: { name: string } }) => heard.push(event.sender.name);
    connections.push(
      postSave.connect(receiver, { sender: Tag }),
      postSave.connect(receiver, { sender: Author }),
      postSave.connect(receiver, { sender: Tag }),
    );
    await Tag.objects.create({ name: "a" });
    await Author.objects.create({ name: "Ann" });
    expect(heard).toEqual(["Tag", "Author"]);
    expect(postSave.disconnect(receiver, { sender: Author })).toBe(true);
    await Author.objects.create({ name: "Bob" });
    await Tag.objects.create({ name: "b" });
    expect(heard).toEqual(["Tag", "Author", "Tag"]);
  });

  it("a dispatchUid is replaced, and disconnects by name", async () => {
    const heard: string[] = [];
    connections.push(postSave.connect(() => heard.push("first"), { dispatchUid: "audit" }));
    connections.push(postSave.connect(() => heard.push("second"), { dispatchUid: "audit" }));
    await Tag.objects.create({ name: "a" });
    expect(heard).toEqual(["second"]);
    expect(postSave.disconnect("audit")).toBe(true);
    expect(postSave.active).toBe(false);
  });

  it("F05, F08: a receiver that fails is logged, the others and the save go on", async () => {
    keepRecords();
    const heard: string[] = [];
    const failure = new Error("broken receiver");
    connections.push(
      preSave.connect(() => {
        throw failure;
      }),
      preSave.connect(() => heard.push("next")),
      postSave.connect(async () => {
        throw failure;
      }),
    );
    const tag = await Tag.objects.create({ name: "a" });
    expect(tag.pk).not.toBeNull();
    expect(heard).toEqual(["next"]);
    expect(records.map(({ level, message, error }) => [level, message, error])).toEqual([
      ["error", "A receiver of preSave for inst.Tag failed", failure],
      ["error", "A receiver of postSave for inst.Tag failed", failure],
    ]);
  });

  it("F08: raiseExceptions makes a veto of it", async () => {
    connections.push(
      preSave.connect(
        ({ instance }) => {
          if (instance.name === "no") throw new TypeError("not this name");
        },
        { sender: Tag, raiseExceptions: true },
      ),
    );
    await expectQueries(0, () => expect(Tag.objects.create({ name: "no" })).rejects.toThrow("not this name"));
    await Tag.objects.create({ name: "yes" });
    expect(await Tag.objects.count()).toBe(1);
  });

  it("F07: asynchronous receivers are awaited in their order", async () => {
    const heard: string[] = [];
    connections.push(
      postSave.connect(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        heard.push("slow");
      }),
      postSave.connect(() => heard.push("fast")),
    );
    await Tag.objects.create({ name: "a" });
    expect(heard).toEqual(["slow", "fast"]);
  });

  it("receivers run in the transaction of the save, and may query", async () => {
    connections.push(
      postSave.connect(
        async ({ instance }) => {
          await Author.objects.create({ name: `by ${instance.name}` });
        },
        { sender: Tag },
      ),
    );
    await transaction.atomic(async () => {
      await Tag.objects.create({ name: "a" });
      expect(await Author.objects.count()).toBe(1);
      transaction.setRollback(true);
    });
    expect(await Author.objects.count()).toBe(0);
  });

  it("a preSave receiver may change the object", async () => {
    connections.push(
      preSave.connect(
        ({ instance }) => {
          instance.name = instance.name.toUpperCase();
        },
        { sender: Tag },
      ),
    );
    await Tag.objects.create({ name: "a" });
    expect((await Tag.objects.get()).name).toBe("A");
  });

  it("bulk methods and update tell nobody", async () => {
    const heard: unknown[] = [];
    connections.push(
      postSave.connect((event) => heard.push(event)),
      postDelete.connect((event) => heard.push(event)),
    );
    const tags = await Tag.objects.bulkCreate([new Tag({ name: "a" })]);
    await Tag.objects.bulkUpdate(tags, ["name"]);
    await Tag.objects.all().update({ name: "b" });
    expect(heard).toEqual([]);
  });

  it("refuses a sender that is no model", () => {
    // @ts-expect-error no model
    expect(() => postSave.connect(() => {}, { sender: "Tag" })).toThrow(/is not a model/);
    expect(postSave.active).toBe(false);
  });

  it("receivers of a model do not hear of that model as migrations know it, those of every model do", async () => {
    const heard: string[] = [];
    connections.push(
      postSave.connect(() => heard.push("of Tag"), { sender: Tag }),
      postSave.connect(() => heard.push("of all")),
    );
    await stateFromModels([metaOf(Tag)])
      .historical.getModel("inst", "Tag")
      .objects.create({ name: "old" });
    expect(heard).toEqual(["of all"]);
    await Tag.objects.create({ name: "new" });
    expect(heard).toEqual(["of all", "of Tag", "of all"]);
  });
});

describeEachBackend("signals of models, synchronously", { only: synchronousBackends }, () => {
  useTables();
  it("F07: asynchronous receivers are left out with one warning, the others run", () => {
    keepRecords();
    const heard: string[] = [];
    connections.push(
      postSave.connect(async function audit() {
        heard.push("async");
      }),
      postSave.connect(() => heard.push("sync")),
    );
    Tag.objects.createSync({ name: "a" });
    Tag.objects.createSync({ name: "b" });
    expect(heard).toEqual(["sync", "sync"]);
    expect(records.map(({ level, message }) => [level, message])).toEqual([
      [
        "warning",
        "A synchronous call for inst.Tag left out the asynchronous receiver audit of postSave; connect a synchronous one for it.",
      ],
    ]);
  });

  it("a receiver that gives a promise all the same is reported", () => {
    keepRecords();
    connections.push(postSave.connect(() => Promise.resolve()));
    Tag.objects.createSync({ name: "a" });
    expect(records.map(({ level }) => level)).toEqual(["error"]);
    expect(String(records[0]?.error)).toMatch(/gave a promise to a synchronous call/);
  });
});
