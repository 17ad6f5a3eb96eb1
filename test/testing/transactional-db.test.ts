import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createTables,
  ForeignKeyViolation,
  getConnection,
  IntegrityError,
  QueryError,
  SyncUnavailableError,
  transaction,
} from "../../src/index.js";
import { captureOnCommitCallbacks, rolledBack, rolledBackSync, transactionalDb } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Tag } from "./models.js";

const names = async () => (await Author.objects.orderBy("name").values("name")).map(({ name }) => name);

describeEachBackend("transactionalDb", { aliases: ["default", "other"] }, (backend) => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    await createTables([Author, Book, Tag]);
    await createTables([Author, Book, Tag], { using: "other" });
    await Author.objects.create({ name: "Before" });
    server = createServer(async (_request, response) => {
      await Author.objects.create({ name: "From the server" });
      response.end(JSON.stringify(await names()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await names()).toEqual(["Before"]);
    expect(await Author.objects.using("other").count()).toBe(0);
  });

  describe("around each test", () => {
    beforeEach(async () => {
      await Author.objects.create({ name: "Hook" });
    });
    transactionalDb({ using: ["default", "other"] });
    afterEach(async () => {
      await Author.objects.create({ name: "After" });
    });

    it.each([1, 2])("undoes what a test and its hooks did (%i)", async () => {
      expect(await names()).toEqual(["Before", "Hook"]);
      await Author.objects.create({ name: "Mallory" });
      await Author.objects.filter({ name: "Before" }).delete();
      await Author.objects.using("other").create({ name: "Elsewhere" });
    });

    backend.skipUnless(backend.vendor === "sqlite", "it has no synchronous form yet")("holds for the synchronous colour", () => {
      Author.objects.createSync({ name: "Mallory" });
      expect(Author.objects.countSync()).toBe(3);
    });

    it("is joined by a server that was started before", async () => {
      await Author.objects.create({ name: "Mallory" });
      expect(await (await fetch(url)).json()).toEqual(["Before", "From the server", "Hook", "Mallory"]);
    });

    it("lets blocks inside be rolled back, and durable ones run", async () => {
      await transaction
        .atomic(async () => {
          await Author.objects.create({ name: "Mallory" });
          throw new Error("undo");
        })
        .catch(() => undefined);
      await transaction.atomic(() => Author.objects.create({ name: "Durable" }), { durable: true });
      expect(await names()).toEqual(["Before", "Durable", "Hook"]);
    });

    it("survives an error of the database inside a block", async () => {
      await expect(transaction.atomic(() => Author.objects.create({ name: "Before" }))).rejects.toThrow(IntegrityError);
      expect(await names()).toEqual(["Before", "Hook"]);
    });

    it("drops onCommit callbacks, and captures them", async () => {
      const calls: string[] = [];
      transaction.onCommit(() => calls.push("dropped"));
      const callbacks = await captureOnCommitCallbacks(async () => {
        await transaction.atomic(async () => {
          transaction.onCommit(() => calls.push("captured"));
        });
      });
      expect(callbacks).toHaveLength(1);
      expect(calls).toEqual([]);
      callbacks[0]?.();
      expect(calls).toEqual(["captured"]);
    });

    it("calls captured callbacks, and those that they register", async () => {
      const calls: string[] = [];
      const callbacks = await captureOnCommitCallbacks(
        async () => {
          transaction.onCommit(async () => {
            calls.push("first");
            transaction.onCommit(() => calls.push("second"));
          });
        },
        { execute: true },
      );
      expect(calls).toEqual(["first", "second"]);
      expect(callbacks).toHaveLength(2);
    });

    it("captures in the synchronous colour", () => {
      const calls: string[] = [];
      expect(captureOnCommitCallbacks(() => transaction.onCommit(() => calls.push("called")), { execute: true })).toHaveLength(1);
      expect(calls).toEqual(["called"]);
    });
  });

  it("captures callbacks of tests only", () => {
    expect(() => captureOnCommitCallbacks(() => undefined)).toThrow(/call transactionalDb\(\)/);
  });

  describe("rolledBack", () => {
    it("gives what the callback gives, and undoes what it did", async () => {
      expect(
        await rolledBack(async () => {
          await Author.objects.create({ name: "Mallory" });
          return names();
        }),
      ).toEqual(["Before", "Mallory"]);
      expect(await names()).toEqual(["Before"]);
    });

    it("throws what the callback throws", async () => {
      const error = new Error("the body's own");
      await expect(
        rolledBack(async () => {
          await Author.objects.create({ name: "Mallory" });
          throw error;
        }),
      ).rejects.toBe(error);
      expect(await names()).toEqual(["Before"]);
    });

    it("is a savepoint inside another one", async () => {
      await rolledBack(async () => {
        await Author.objects.create({ name: "Outer" });
        await rolledBack(() => Author.objects.create({ name: "Inner" }));
        expect(await names()).toEqual(["Before", "Outer"]);
      });
    });

    it("refuses rows that a commit would refuse, after undoing them", async () => {
      const dangling = () => Book.objects.create({ title: "Lost", authorId: 4711 });
      await expect(rolledBack(dangling)).rejects.toThrow(ForeignKeyViolation);
      expect(await Book.objects.count()).toBe(0);
      await rolledBack(dangling, { checkConstraints: false });
      expect(await Book.objects.count()).toBe(0);
    });

    it("opens none when one of the aliases does not exist", async () => {
      await expect(rolledBack(() => names(), { using: ["default", "nowhere"] })).rejects.toThrow(/nowhere/);
      expect(transaction.isOpen()).toBe(false);
      await Author.objects.create({ name: "Kept" });
      expect(await names()).toEqual(["Before", "Kept"]);
      await Author.objects.filter({ name: "Kept" }).delete();
    });

    const sync = backend.skipUnless(backend.vendor === "sqlite", "it has no synchronous form yet");
    sync("works without waiting", () => {
      const during = rolledBackSync(() => {
        Author.objects.createSync({ name: "Mallory" });
        return Author.objects.countSync();
      });
      expect(during).toBe(2);
      expect(Author.objects.countSync()).toBe(1);
    });
    sync("refuses a promise without waiting", () => {
      expect(() => rolledBackSync(async () => 1)).toThrow(/use rolledBack\(\)/);
      expect(transaction.isOpen()).toBe(false);
    });
    backend.skipUnless(backend.vendor === "postgresql", "it is synchronous")("says where there is no synchronous form", () => {
      expect(() => rolledBackSync(() => 1)).toThrow(SyncUnavailableError);
    });
  });

  describe("hooks of another runner", () => {
    it("are taken as given", async () => {
      const hooks: (() => Promise<void>)[] = [];
      const keep = (hook: () => Promise<void>) => hooks.push(hook);
      transactionalDb({ hooks: { beforeEach: keep, afterEach: keep } });
      const [begin, end] = hooks;
      await begin?.();
      await expect(begin?.()).rejects.toThrow(QueryError);
      await Author.objects.create({ name: "Mallory" });
      await end?.();
      expect(await names()).toEqual(["Before"]);
    });

    it("must be hooks", () => {
      // @ts-expect-error these are none
      expect(() => transactionalDb({ hooks: {} })).toThrow(/beforeEach and afterEach/);
    });
  });

  it("sees the connection outside of any transaction again", async () => {
    expect(transaction.isOpen()).toBe(false);
    expect((await getConnection().execute("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});
