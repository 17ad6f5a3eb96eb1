import { afterEach, beforeEach, expect, it } from "vitest";
import {
  BigIntegerField,
  CASCADE,
  CharField,
  CompositePrimaryKey,
  CreateModel,
  ForeignKey,
  IntegerField,
  MakeTableAppendOnly,
  Migration,
  migrationCode,
  SeederMigration,
} from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, rows } from "./support.js";

const models = [
  CreateModel("Currency", { code: CharField({ maxLength: 3, primaryKey: true }), digits: IntegerField({ default: 2 }) }),
  CreateModel("Price", { currency: ForeignKey("shop.Currency", { onDelete: CASCADE }), cents: BigIntegerField() }),
  CreateModel("Stock", {
    pk: CompositePrimaryKey("shelf", "place"),
    shelf: IntegerField(),
    place: IntegerField(),
    note: CharField({ maxLength: 5 }),
  }),
];
const seeds = SeederMigration(
  [
    { model: "shop.Currency", pk: "EUR", fields: {} },
    { model: "shop.Currency", pk: "JPY", fields: { digits: 0 } },
    { model: "shop.Price", pk: 7, fields: { currency: "EUR", cents: 99 } },
    { model: "shop.Stock", pk: [1, 2], fields: { note: "top" } },
  ],
  { reverse: "delete" },
);
const after = [["shop", "0001"]] as const;

describeEachBackend("migrations of rows", ({ vendor }) => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("seed tables, there and back", async () => {
    const executor = executorOf({ "shop.0001": { operations: models }, "shop.0002": { dependencies: after, operations: [seeds] } });
    await executor.migrate();
    expect(await rows("SELECT code, digits FROM shop_currency ORDER BY code")).toEqual([
      { code: "EUR", digits: 2 },
      { code: "JPY", digits: 0 },
    ]);
    expect(await rows("SELECT shelf, place, note FROM shop_stock")).toEqual([{ shelf: 1, place: 2, note: "top" }]);
    await rows("INSERT INTO shop_price (currency_id, cents) VALUES ('JPY', 100)");
    expect((await rows("SELECT id FROM shop_price ORDER BY id")).map(({ id }) => Number(id))).toEqual([7, 8]);
    await rows("DELETE FROM shop_price WHERE cents = 100");
    await executor.migrate({ app: "shop", name: "0001" });
    expect(await rows("SELECT code FROM shop_currency UNION SELECT note FROM shop_stock")).toEqual([]);
  });

  it("refuse fields that are not there before anything is written", async () => {
    const wrong = SeederMigration([
      { model: "shop.Currency", pk: "EUR", fields: {} },
      { model: "shop.Currency", pk: "JPY", fields: { digit: 0 } },
    ]);
    const executor = executorOf({ "shop.0001": { operations: models }, "shop.0002": { dependencies: after, operations: [wrong] } });
    await expect(executor.migrate()).rejects.toThrow(/shop.Currency has no field "digit".*digits/);
    expect(await rows("SELECT code FROM shop_currency")).toEqual([]);
  });

  it("can be written into files", () => {
    const code = migrationCode("shop.0002", { operations: [seeds, MakeTableAppendOnly("shop_price", { allowDelete: true })] });
    expect(code).toContain('import { MakeTableAppendOnly, migration, SeederMigration } from "dorm/migrations";');
    expect(code).toContain('{ model: "shop.Price", pk: 7, fields: { currency: "EUR", cents: 99 } }');
    expect(code).toContain('MakeTableAppendOnly("shop_price", { allowDelete: true })');
    expect(new Migration("shop", "0002", { operations: [seeds] }).operations).toHaveLength(1);
  });

  it.each([false, true])("make a table append-only, with deletion allowed: %s", async (allowDelete) => {
    const operations = [MakeTableAppendOnly("shop_currency", { allowDelete })];
    const executor = executorOf({ "shop.0001": { operations: models }, "shop.0002": { dependencies: after, operations } });
    await executor.migrate();
    await rows("INSERT INTO shop_currency VALUES ('EUR', 2), ('USD', 2)");
    await expect(rows("UPDATE shop_currency SET digits = 3")).rejects.toThrow(/append-only: no UPDATE/);
    const deletion = rows("DELETE FROM shop_currency WHERE code = 'USD'");
    if (allowDelete) await deletion;
    else await expect(deletion).rejects.toThrow(/append-only: no DELETE/);
    if (vendor === "postgresql" && !allowDelete) {
      await expect(rows("TRUNCATE shop_currency CASCADE")).rejects.toThrow(/append-only: no TRUNCATE/);
    }
    await executor.migrate({ app: "shop", name: "0001" });
    await rows("UPDATE shop_currency SET digits = 3");
    expect((await rows("SELECT digits FROM shop_currency")).length).toBe(allowDelete ? 1 : 2);
  });
});
