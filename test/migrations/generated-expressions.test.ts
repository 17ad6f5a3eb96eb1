import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Case,
  CharField,
  Concat,
  createTables,
  F,
  GeneratedField,
  getConnection,
  ImproperlyConfigured,
  IntegerField,
  Lower,
  Model,
  Q,
  Value,
  When,
} from "../../src/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";
import { type Models, Project } from "./support.js";

class Line extends Model<Line>("computed.Line")({
  price: IntegerField(),
  unitAmount: IntegerField(),
  name: CharField({ maxLength: 20 }),
  total: GeneratedField({ expression: F("price").mul(F("unitAmount")).add(1), outputField: IntegerField() }),
  key: GeneratedField({ expression: Lower("name"), outputField: CharField({ maxLength: 20 }) }),
  label: GeneratedField({ expression: Concat(Value("<"), "name", Value(">")), outputField: CharField({ maxLength: 30 }) }),
  size: GeneratedField({
    expression: Case(When(Q({ price__gt: 10 }), { then: Value("it's much") }), { default: Value("few") }),
    outputField: CharField({ maxLength: 10 }),
  }),
}) {}

describeEachBackend("columns computed by expressions", { only: [...everyBackend, "mariadb"] }, () => {
  it("are made with the table", async () => {
    await createTables([Line]);
    const line = await Line.objects.create({ price: 3, unitAmount: 4, name: "ANN" });
    expect([line.total, line.key, line.label, line.size]).toEqual([13, "ann", "<ANN>", "few"]);
    await Line.objects.update({ price: 11 });
    expect(await Line.objects.filter({ total: 45 }).values("total", "size")).toEqual([{ total: 45, size: "it's much" }]);
  });
});

describe("expressions of computed columns", () => {
  it("are of fields that the model has, and of its own row", () => {
    const define = (expression: never) => {
      class Wrong extends Model<Wrong>("computed.Wrong")({
        price: IntegerField(),
        total: GeneratedField({ expression, outputField: IntegerField() }),
      }) {}
      return Wrong;
    };
    expect(() => define(F("prize").mul(2) as never)).toThrow(ImproperlyConfigured);
    expect(() => define(F("prize").mul(2) as never)).toThrow(/computed\.Wrong\.total: expression: .*prize.*Did you mean "price"/);
    expect(() => define({ price: 1 } as never)).toThrow(/it is no expression/);
    expect(() => define(null as never)).toThrow(/"expression" is missing/);
    // @ts-expect-error an expression or SQL
    expect(() => GeneratedField({ expression: 3, outputField: IntegerField() })).toThrow(/"expression" is missing/);
  });
});

describeEachBackend("computed columns in migrations", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => project.remove());

  const shop = (price: string, expression: unknown): Models => ({
    "shop.Line": [
      {
        [price]: IntegerField(),
        amount: IntegerField(),
        // the types of the name are looked at elsewhere
        total: GeneratedField({ expression: expression as string, outputField: IntegerField() }),
      },
    ],
  });

  for (const [kind, of] of Object.entries({
    expression: (price: string): unknown => F(price).mul(F("amount")),
    SQL: (price: string): unknown => `${price} * amount`,
  }))
    it(`follow a column that is renamed (${kind})`, async () => {
      const files = await project.evolve(shop("price", of("price")));
      if (kind === "expression") expect(Object.values(files).join()).toContain('expression: F("price").mul(F("amount"))');
      await getConnection().execute("INSERT INTO shop_line (price, amount) VALUES (3, 4)");
      const renamed = await project.evolve(shop("cost", of("cost")), { renames: { fields: { "shop.Line": { price: "cost" } } } });
      expect(Object.values(renamed).join()).toContain('RenameField("Line", "price", "cost")');
      expect(Object.values(renamed).join()).not.toContain("AlterField");
      const total = async () => (await getConnection().execute("SELECT total FROM shop_line")).rows.map((row) => row.total);
      expect(await total()).toEqual([12]);
      await getConnection().execute("UPDATE shop_line SET cost = 5");
      expect(await total()).toEqual([20]);
      await project.evolve(shop("cost", F("cost").add(F("amount"))));
      expect(await total()).toEqual([9]);
    });
});
