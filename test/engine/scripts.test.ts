import { beforeAll, beforeEach, expect, it } from "vitest";
import { createTables, getConnection, IntegerField, Model, TransactionManagementError, transaction } from "../../src/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";

class Entry extends Model<Entry>("scripts.Entry")({ amount: IntegerField() }) {}

const connection = () => getConnection();
const INSERT = "INSERT INTO scripts_entry (amount) VALUES (1)";

describeEachBackend("scripts and transactions", { only: [...everyBackend, "mariadb", "postgresql-sync"] }, (backend) => {
  beforeAll(() => createTables([Entry]));
  beforeEach(async () => {
    await Entry.objects.all().delete();
  });

  it("a script that leaves a transaction open is undone, and says so", async () => {
    await expect(connection().executeScript(`BEGIN; ${INSERT}`)).rejects.toMatchObject({
      name: "TransactionManagementError",
      code: "script_transaction",
      alias: "default",
    });
    expect(await Entry.objects.count()).toBe(0);
    await transaction.atomic(() => Entry.objects.create({ amount: 2 }));
    expect(await Entry.objects.count()).toBe(1);
  });

  backend.skipUnless(!["postgresql", "mariadb"].includes(backend.name), "it has no synchronous calls")(
    "and so is one in the synchronous colour",
    () => {
      expect(() => connection().executeScriptSync(`BEGIN; ${INSERT}`)).toThrow(TransactionManagementError);
      expect(Entry.objects.countSync()).toBe(0);
      connection().executeScriptSync(`BEGIN; ${INSERT}; COMMIT`);
      expect(Entry.objects.countSync()).toBe(1);
    },
  );

  it("a script that fails inside a transaction of its own leaves nothing to the next query", async () => {
    await expect(connection().executeScript(`BEGIN; ${INSERT}; SELECT * FROM nothing`)).rejects.toThrow(/nothing/);
    expect(await Entry.objects.count()).toBe(0);
    expect(connection().poolStats()).toMatchObject({ inUse: 0 });
  });

  it("a script may have a transaction of its own", async () => {
    await connection().executeScript(`BEGIN; ${INSERT}; ${INSERT}; COMMIT`);
    expect(await Entry.objects.count()).toBe(2);
  });

  backend.skipUnless(backend.vendor !== "mariadb", "MariaDB's DDL ends transactions too, so that their end says nothing")(
    "a script that ends the transaction around it breaks its block",
    async () => {
      const block = transaction.atomic(async () => {
        await Entry.objects.create({ amount: 1 });
        await connection()
          .executeScript("COMMIT")
          .catch(() => undefined);
        await Entry.objects.create({ amount: 2 });
      });
      await expect(block).rejects.toMatchObject({ code: "transaction_broken" });
      await expect(transaction.atomic(() => connection().executeScript("COMMIT"))).rejects.toMatchObject({ code: "script_transaction" });
      expect(await Entry.objects.valuesList("amount", { flat: true })).toEqual([1]);
    },
  );

  backend.skipUnless(backend.vendor === "mariadb", "only its procedures can begin a transaction")(
    "a session that a procedure leaves inside a transaction is nobody's to inherit",
    async () => {
      await connection().execute(`CREATE PROCEDURE leave_open() BEGIN START TRANSACTION; ${INSERT}; END`);
      await connection().execute("CALL leave_open()");
      expect(await Entry.objects.count()).toBe(0);
    },
  );
});
