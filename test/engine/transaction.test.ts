import { beforeEach, describe, expect, it } from "vitest";
import { closeAmbientTransaction, openAmbientTransaction } from "../../src/engine/atomic.js";
import { getConnection } from "../../src/engine/connections.js";
import { setLogger } from "../../src/engine/logging.js";
import { run } from "../../src/engine/run.js";
import { transaction } from "../../src/engine/transaction.js";
import { AsyncOnlyError, IntegrityError, QueryError, TransactionManagementError } from "../../src/errors.js";
import { describeEachBackend } from "../support/backends.js";

const names = async (): Promise<unknown[]> =>
  (await getConnection().execute("SELECT name FROM item ORDER BY id")).rows.map((row) => row.name);
const insert = (name: string) => getConnection().execute("INSERT INTO item (name) VALUES (%s)", [name]);
const pause = (milliseconds = 5) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Expected extends Error {}

describeEachBackend("transaction.atomic", (backend) => {
  beforeEach(async () => {
    const id = backend.vendor === "postgresql" ? "SERIAL PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
    await getConnection().executeScript(`DROP TABLE IF EXISTS item; CREATE TABLE item (id ${id}, name VARCHAR(20) UNIQUE)`);
  });

  it("commits when the callback returns, and gives its value", async () => {
    expect(
      await transaction.atomic(async () => {
        await insert("a");
        return 7;
      }),
    ).toBe(7);
    expect(await names()).toEqual(["a"]);
  });

  it("rolls back when the callback throws, and throws the same error", async () => {
    const error = new Expected();
    await expect(
      transaction.atomic(async () => {
        await insert("a");
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await names()).toEqual([]);
  });

  it("K01: rolls back when something that is no Error is thrown", async () => {
    await expect(
      transaction.atomic(async () => {
        await insert("a");
        throw null;
      }),
    ).rejects.toBe(null);
    expect(await names()).toEqual([]);
    await insert("b");
    expect(await names()).toEqual(["b"]);
  });

  it("K01, K02: rolls back when its signal is aborted, also while the callback waits for something else", async () => {
    const controller = new AbortController();
    const reason = new Expected();
    const block = transaction.atomic(
      async () => {
        await insert("a");
        await new Promise(() => undefined);
      },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(reason), 20);
    await expect(block).rejects.toBe(reason);
    expect(await names()).toEqual([]);
    await insert("b");
    expect(await names()).toEqual(["b"]);
  });

  it("does not begin when its signal is aborted already", async () => {
    await expect(transaction.atomic(() => insert("a"), { signal: AbortSignal.abort(new Expected()) })).rejects.toBeInstanceOf(Expected);
    expect(await names()).toEqual([]);
  });

  it("nests by savepoints: the inner block alone is undone", async () => {
    await transaction.atomic(async () => {
      await insert("outer");
      await expect(
        transaction.atomic(async () => {
          await insert("inner");
          throw new Expected();
        }),
      ).rejects.toBeInstanceOf(Expected);
      await transaction.atomic(() => insert("second"));
    });
    expect(await names()).toEqual(["outer", "second"]);
  });

  it("undoes inner blocks that succeeded when the outer one fails", async () => {
    await expect(
      transaction.atomic(async () => {
        await transaction.atomic(async () => {
          await transaction.atomic(() => insert("deep"));
        });
        throw new Expected();
      }),
    ).rejects.toBeInstanceOf(Expected);
    expect(await names()).toEqual([]);
  });

  it("awaits the thenable that the callback gives inside the block", async () => {
    const lazy = { then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => insert("lazy").then(resolve, reject) };
    let open: boolean | null = null;
    const observing = {
      then: (resolve: (value: unknown) => void) => {
        open = transaction.isOpen();
        resolve("value");
      },
    };
    await transaction.atomic(() => lazy);
    expect(await transaction.atomic(() => observing)).toBe("value");
    expect(open).toBe(true);
    expect(transaction.isOpen()).toBe(false);
    expect(await names()).toEqual(["lazy"]);
  });

  it("K04: refuses a durable block inside another one, also as a wrapped function", async () => {
    const durable = transaction.atomic.wrap(() => insert("a"), { durable: true });
    await durable();
    await transaction.atomic(async () => {
      await expect(transaction.atomic(() => insert("b"), { durable: true })).rejects.toBeInstanceOf(TransactionManagementError);
      await expect(durable()).rejects.toThrow(/durable/);
    });
    expect(await names()).toEqual(["a"]);
  });

  it("refuses isolation levels of inner blocks", async () => {
    await transaction.atomic(async () => {
      await expect(transaction.atomic(() => insert("b"), { isolation: "serializable" })).rejects.toBeInstanceOf(TransactionManagementError);
    });
    await transaction.atomic(() => insert("a"), { isolation: "serializable" });
    expect(await names()).toEqual(["a"]);
  });

  it("refuses writes in a read-only block, and allows them after it", async () => {
    await expect(transaction.atomic(() => insert("a"), { readOnly: true })).rejects.toMatchObject({ alias: "default" });
    expect(await transaction.atomic(() => names(), { readOnly: true })).toEqual([]);
    await insert("b");
    expect(await names()).toEqual(["b"]);
  });

  it("wrap() passes arguments and this", async () => {
    const account = {
      prefix: "x",
      add: transaction.atomic.wrap(async function (this: { prefix: string }, name: string) {
        await insert(this.prefix + name);
        return transaction.isOpen();
      }),
    };
    expect(await account.add("1")).toBe(true);
    expect(await names()).toEqual(["x1"]);
  });

  it("method decorates methods in the older and in the standard form", async () => {
    class Older {
      suffix = "!";
      async add(name: string): Promise<boolean> {
        await insert(name + this.suffix);
        return transaction.isOpen();
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Older.prototype, "add");
    if (descriptor === undefined) throw new Error("add is a method");
    Object.defineProperty(Older.prototype, "add", transaction.atomic.method(Older.prototype, "add", descriptor));
    expect(await new Older().add("a")).toBe(true);

    // What a compiler makes of `@transaction.atomic.method async add(…)`: this test runner does not compile decorators.
    class Standard {
      suffix = "?";
      async add(name: string): Promise<boolean> {
        await insert(name + this.suffix);
        return transaction.isOpen();
      }
      async alone(name: string): Promise<boolean> {
        await insert(name + this.suffix);
        return transaction.isOpen();
      }
    }
    const context = (name: string) =>
      ({ kind: "method", name, static: false, private: false }) as ClassMethodDecoratorContext<Standard, Standard["add"]>;
    Standard.prototype.add = transaction.atomic.method(Standard.prototype.add, context("add"));
    Standard.prototype.alone = transaction.atomic.method({ durable: true })(Standard.prototype.alone, context("alone"));
    expect(await new Standard().add("b")).toBe(true);
    expect(await new Standard().alone("c")).toBe(true);
    await transaction.atomic(() => expect(new Standard().alone("d")).rejects.toBeInstanceOf(TransactionManagementError));
    expect(await names()).toEqual(["a!", "b?", "c?"]);
  });

  describe("tasks", () => {
    it("K17: parallel blocks never mix", async () => {
      const block = (name: string, fails: boolean) =>
        transaction.atomic(async () => {
          await insert(`${name}1`);
          await pause();
          await insert(`${name}2`);
          if (fails) throw new Expected();
        });
      await Promise.allSettled([block("a", false), block("b", true), block("c", false), block("d", true)]);
      expect([...(await names())].sort()).toEqual(["a1", "a2", "c1", "c2"]);
    });

    it("K17: a script inside a block does not wait for itself", async () => {
      await transaction.atomic(() =>
        getConnection().executeScript("INSERT INTO item (name) VALUES ('s'); INSERT INTO item (name) VALUES ('t')"),
      );
      expect(await names()).toEqual(["s", "t"]);
    });

    it("K12: a script of several statements is part of its block", async () => {
      await expect(
        transaction.atomic(async () => {
          await getConnection().executeScript("INSERT INTO item (name) VALUES ('s'); INSERT INTO item (name) VALUES ('t')");
          throw new Expected();
        }),
      ).rejects.toBeInstanceOf(Expected);
      expect(await names()).toEqual([]);
    });

    it("K18: Promise.all inside one block runs on its connection in order", async () => {
      await expect(
        transaction.atomic(async () => {
          await Promise.all(["a", "b", "c", "d"].map(insert));
          expect(await names()).toEqual(["a", "b", "c", "d"]);
          throw new Expected();
        }),
      ).rejects.toBeInstanceOf(Expected);
      expect(await names()).toEqual([]);
    });

    it("K18: parallel inner blocks of one block are undone each by itself", async () => {
      await transaction.atomic(async () => {
        const inner = (name: string, fails: boolean) =>
          transaction.atomic(async () => {
            await insert(`${name}1`);
            await pause();
            await insert(`${name}2`);
            if (fails) throw new Expected();
          });
        await Promise.allSettled([inner("a", true), inner("b", false), insert("plain"), inner("c", true)]);
      });
      expect([...(await names())].sort()).toEqual(["b1", "b2", "plain"]);
    });

    it("K18: a task that outlives its block gets an error, and writes nothing", async () => {
      let late: Promise<unknown> = Promise.resolve();
      await transaction.atomic(async () => {
        await insert("a");
        late = pause(30).then(() => insert("late"));
        late.catch(() => undefined);
      });
      await expect(late).rejects.toBeInstanceOf(TransactionManagementError);
      await expect(late).rejects.toThrow(/ended/);
      expect(await names()).toEqual(["a"]);
    });

    it("K18: an inner block that outlives the outer one does not commit", async () => {
      let late: Promise<unknown> = Promise.resolve();
      await transaction
        .atomic(async () => {
          late = transaction.atomic(async () => {
            await insert("inner");
            await pause(30);
          });
          late.catch(() => undefined);
          await pause(5);
          throw new Expected();
        })
        .catch(() => undefined);
      await expect(late).rejects.toBeInstanceOf(TransactionManagementError);
      expect(await names()).toEqual([]);
    });

    it("other tasks do not see what a block has not committed", async () => {
      let seen: Promise<unknown[]> = Promise.resolve([]);
      const outside = names;
      let readBeside: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => {
        readBeside = resolve;
      });
      const reader = asked.then(() => outside());
      await transaction.atomic(async () => {
        await insert("a");
        readBeside();
        seen = reader;
        await pause(20);
        await insert("b");
      });
      expect([[], ["a", "b"]]).toContainEqual(await seen);
    });
  });

  describe("callbacks", () => {
    it("run after the commit of the outermost block, in order, at once outside of one", async () => {
      const calls: string[] = [];
      transaction.onCommit(() => calls.push("now"));
      expect(calls).toEqual(["now"]);
      await transaction.atomic(async () => {
        transaction.onCommit(async () => {
          calls.push(`outer ${transaction.isOpen()} ${await names()}`);
        });
        await transaction.atomic(async () => {
          await insert("a");
          transaction.onCommit(() => calls.push("inner"));
        });
        expect(calls).toEqual(["now"]);
      });
      expect(calls).toEqual(["now", "outer false a", "inner"]);
    });

    it("K05: are dropped with their inner block; one that throws is logged and the next one runs; those added inside run", async () => {
      const calls: string[] = [];
      const records: string[] = [];
      const before = setLogger({
        log: (record) => records.push(`${record.logger} ${record.level} ${record.message} ${String(record.error)}`),
      });
      try {
        await transaction.atomic(async () => {
          await transaction
            .atomic(async () => {
              transaction.onCommit(() => calls.push("dropped"));
              throw new Expected();
            })
            .catch(() => undefined);
          transaction.onCommit(() => {
            throw new Error("broken");
          });
          transaction.onCommit(async () => {
            throw new Error("broken later");
          });
          transaction.onCommit(() => {
            calls.push("first");
            transaction.onCommit(() => calls.push("added"));
          });
        });
      } finally {
        setLogger(before);
      }
      expect(calls).toEqual(["first", "added"]);
      expect(records.filter((record) => record.startsWith("dorm.transaction error"))).toEqual([
        "dorm.transaction error The callback of onCommit failed Error: broken",
        "dorm.transaction error The callback of onCommit failed Error: broken later",
      ]);
    });

    it("K06: onRollback of an inner block that succeeded runs when the outer one is rolled back", async () => {
      const calls: string[] = [];
      transaction.onRollback(() => calls.push("outside"));
      await transaction
        .atomic(async () => {
          transaction.onRollback(() => calls.push("outer"));
          await transaction.atomic(async () => {
            transaction.onRollback(() => calls.push("inner"));
          });
          throw new Expected();
        })
        .catch(() => undefined);
      expect(calls).toEqual(["outer", "inner"]);
      await transaction.atomic(async () => {
        transaction.onRollback(() => calls.push("never"));
      });
      expect(calls).toEqual(["outer", "inner"]);
    });

    it("K07: setRollback undoes the block it is called in, and drops its callbacks", async () => {
      const calls: string[] = [];
      await transaction.atomic(async () => {
        await insert("outer");
        const value = await transaction.atomic(async () => {
          await insert("inner");
          transaction.onCommit(() => calls.push("inner"));
          transaction.setRollback(true);
          expect(transaction.getRollback()).toBe(true);
          return "value";
        });
        expect(value).toBe("value");
        transaction.onCommit(() => calls.push("outer"));
      });
      expect(await names()).toEqual(["outer"]);
      expect(calls).toEqual(["outer"]);
      expect(() => transaction.setRollback(true)).toThrow(TransactionManagementError);
    });
  });

  describe("savepoints made by hand", () => {
    it("K11: need a transaction, and a name that savepoint() gave", async () => {
      expect(() => transaction.savepoint()).toThrow(TransactionManagementError);
      await transaction.atomic(async () => {
        await expect(transaction.savepointRollback('x"; DROP TABLE item; --')).rejects.toBeInstanceOf(QueryError);
        await expect(transaction.savepointCommit("dorm_sp_99")).rejects.toBeInstanceOf(QueryError);
      });
    });

    it("K11: go back, and are released after it", async () => {
      const calls: string[] = [];
      await transaction.atomic(async () => {
        await insert("a");
        const name = await transaction.savepoint();
        await insert("b");
        transaction.onCommit(() => calls.push("dropped"));
        await transaction.savepointRollback(name);
        await expect(transaction.savepointRollback(name)).rejects.toBeInstanceOf(QueryError);
        const second = await transaction.savepoint();
        await insert("c");
        await transaction.savepointCommit(second);
      });
      expect(await names()).toEqual(["a", "c"]);
      expect(calls).toEqual([]);
    });

    it("let a block go on after an expected error", async () => {
      await transaction.atomic(async () => {
        await insert("a");
        const name = await transaction.savepoint();
        await expect(insert("a")).rejects.toBeInstanceOf(IntegrityError);
        await transaction.savepointRollback(name);
        await insert("b");
      });
      expect(await names()).toEqual(["a", "b"]);
    });
  });

  describe("errors of the database inside a block", () => {
    backend.skipUnless(backend.vendor === "postgresql", "SQLite goes on after an error")(
      "K08: a swallowed error breaks the block, and says so",
      async () => {
        const block = transaction.atomic(async () => {
          await insert("a");
          const error: unknown = await insert("a").catch((caught: unknown) => caught);
          const next: unknown = await insert("b").catch((caught: unknown) => caught);
          expect(next).toBeInstanceOf(TransactionManagementError);
          expect(next).toMatchObject({ code: "transaction_broken", cause: error });
        });
        await expect(block).rejects.toBeInstanceOf(TransactionManagementError);
        expect(await names()).toEqual([]);
      },
    );

    backend.skipUnless(backend.vendor === "sqlite", "PostgreSQL breaks the transaction")(
      "K08: a swallowed error leaves the block usable",
      async () => {
        await transaction.atomic(async () => {
          await insert("a");
          await insert("a").catch(() => undefined);
          await insert("b");
        });
        expect(await names()).toEqual(["a", "b"]);
      },
    );

    it("an inner block takes the error, and the outer one goes on", async () => {
      await transaction.atomic(async () => {
        await insert("a");
        await expect(transaction.atomic(() => insert("a"))).rejects.toBeInstanceOf(IntegrityError);
        await insert("b");
      });
      expect(await names()).toEqual(["a", "b"]);
    });
  });

  describe("manual commits", () => {
    it("K09: nothing is persisted after setAutocommit(false) and rollback(), and all follow (K10)", async () => {
      const connection = getConnection();
      await connection.setAutocommit(false);
      await insert("a");
      await Promise.all([getConnection().execute("INSERT INTO item (name) VALUES (?)", ["b"])]);
      await connection.rollback();
      expect(await names()).toEqual([]);
      await insert("c");
      await connection.commit();
      await insert("d");
      await connection.rollback();
      await transaction.atomic(() => insert("e"));
      await connection.setAutocommit(true);
      expect(await names()).toEqual(["c", "e"]);
      await expect(connection.commit()).rejects.toBeInstanceOf(TransactionManagementError);
    });

    it("K09: setAutocommit, commit and rollback are refused inside a block", async () => {
      await transaction.atomic(async () => {
        await expect(getConnection().setAutocommit(true)).rejects.toBeInstanceOf(TransactionManagementError);
        await expect(getConnection().setAutocommit(false)).rejects.toBeInstanceOf(TransactionManagementError);
        await expect(getConnection().rollback()).rejects.toBeInstanceOf(TransactionManagementError);
      });
    });

    it("BEGIN and COMMIT as text are refused", async () => {
      for (const sql of ["BEGIN", " /* x */ commit", "SAVEPOINT a", "-- x\nROLLBACK"]) {
        await expect(getConnection().execute(sql)).rejects.toBeInstanceOf(TransactionManagementError);
      }
    });
  });

  describe("a transaction around a test", () => {
    it("is joined by every context, allows durable blocks, keeps their callbacks, and is undone", async () => {
      const sandbox = await run(openAmbientTransaction("default", true));
      const calls: string[] = [];
      await Promise.all([
        insert("a"),
        transaction.atomic(
          async () => {
            await insert("b");
            transaction.onCommit(() => calls.push("b"));
          },
          { durable: true, isolation: "serializable" },
        ),
      ]);
      expect([...(await names())].sort()).toEqual(["a", "b"]);
      await expect(getConnection().commit()).rejects.toBeInstanceOf(TransactionManagementError);
      expect(calls).toEqual([]);
      expect(sandbox.commitCallbacks).toHaveLength(1);
      await run(closeAmbientTransaction(sandbox, false));
      expect(await names()).toEqual([]);
      expect(calls).toEqual([]);
    });
  });

  describe("the synchronous form", () => {
    const test = backend.skipUnless(backend.vendor === "sqlite", "its driver is asynchronous");
    const insertSync = (name: string) => getConnection().executeSync("INSERT INTO item (name) VALUES (%s)", [name]);

    test("commits, rolls back and nests", async () => {
      const calls: string[] = [];
      expect(
        transaction.atomicSync(() => {
          insertSync("a");
          transaction.onCommit(() => calls.push("a"));
          return 3;
        }),
      ).toBe(3);
      expect(() =>
        transaction.atomicSync(() => {
          insertSync("b");
          throw new Expected();
        }),
      ).toThrow(Expected);
      transaction.atomicSync(() => {
        insertSync("c");
        expect(() =>
          transaction.atomicSync(() => {
            insertSync("d");
            throw new Expected();
          }),
        ).toThrow(Expected);
        const name = transaction.savepointSync();
        insertSync("e");
        transaction.savepointRollbackSync(name);
      });
      expect(await names()).toEqual(["a", "c"]);
      expect(calls).toEqual(["a"]);
    });

    test("refuses a promise of the callback, and rolls back", async () => {
      expect(() =>
        transaction.atomicSync(async () => {
          insertSync("a");
        }),
      ).toThrow(AsyncOnlyError);
      expect(() => transaction.atomicSync(() => Promise.reject(new Expected()))).toThrow(/atomicSync/);
      await pause();
      expect(await names()).toEqual([]);
    });

    test("takes part in an asynchronous block of the same task", async () => {
      await transaction
        .atomic(async () => {
          insertSync("a");
          await pause();
          transaction.atomicSync(() => insertSync("b"));
          throw new Expected();
        })
        .catch(() => undefined);
      expect(await names()).toEqual([]);
    });

    test("is refused while another task has the writer", async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let entered: () => void = () => undefined;
      const inside = new Promise<void>((resolve) => {
        entered = resolve;
      });
      const block = transaction.atomic(async () => {
        await insert("a");
        entered();
        await held;
      });
      await inside;
      expect(() => insertSync("b")).toThrow(expect.objectContaining({ name: "SyncUnavailableError", alias: "default" }));
      expect(() => transaction.atomicSync(() => insertSync("b"))).toThrow(expect.objectContaining({ name: "SyncUnavailableError" }));
      const read = () => getConnection().executeSync("SELECT name FROM item").rows;
      if (backend.name === "sqlite-file") expect(read()).toEqual([]);
      else expect(read).toThrow(expect.objectContaining({ name: "SyncUnavailableError" }));
      release();
      await block;
      expect(await names()).toEqual(["a"]);
    });
  });

  backend.skipUnless(backend.vendor === "postgresql", "its driver is synchronous")(
    "sync calls say that the driver is asynchronous",
    async () => {
      expect(() => getConnection().executeSync("SELECT 1")).toThrow(expect.objectContaining({ name: "SyncUnavailableError" }));
      expect(() => transaction.atomicSync(() => 1)).toThrow(expect.objectContaining({ name: "SyncUnavailableError" }));
      await transaction.atomic(async () => {
        expect(() => transaction.atomicSync(() => 1)).toThrow(expect.objectContaining({ name: "SyncUnavailableError" }));
        expect(() => getConnection().executeSync("SELECT 1")).toThrow(expect.objectContaining({ name: "SyncUnavailableError" }));
      });
    },
  );
});

describeEachBackend("transactions of two databases", { aliases: ["default", "other"] }, () => {
  it("K03: a callback belongs to its database's block", async () => {
    const calls: string[] = [];
    await transaction
      .atomic(async () => {
        await transaction.atomic(
          async () => {
            transaction.onCommit(() => calls.push("other"), { using: "other" });
          },
          { using: "other" },
        );
        expect(calls).toEqual(["other"]);
        throw new Expected();
      })
      .catch(() => undefined);
    expect(calls).toEqual(["other"]);
  });

  it("are independent, also durable ones", async () => {
    await getConnection("other").execute("CREATE TABLE thing (name VARCHAR(10))");
    await transaction
      .atomic(async () => {
        await transaction.atomic(() => getConnection("other").execute("INSERT INTO thing VALUES ('x')"), { using: "other", durable: true });
        throw new Expected();
      })
      .catch(() => undefined);
    expect((await getConnection("other").execute("SELECT name FROM thing")).rows).toEqual([{ name: "x" }]);
  });
});
