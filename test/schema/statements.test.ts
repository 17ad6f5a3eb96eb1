import { describe, expect, it } from "vitest";
import { postgresqlDialect } from "../../src/dialects/postgresql/index.js";
import { sqliteDialect } from "../../src/dialects/sqlite/index.js";
import {
  ArrayField,
  BooleanField,
  CASCADE,
  CharField,
  CheckConstraint,
  Count,
  F,
  ForeignKey,
  GeneratedField,
  ImproperlyConfigured,
  Index,
  IntegerField,
  JSONField,
  Length,
  ManyToManyField,
  Model,
  NotSupportedError,
  Q,
  TextField,
  UniqueConstraint,
} from "../../src/index.js";
import { schemaName } from "../../src/migrations/schema-names.js";
import { dependencyOrder, withJunctions } from "../../src/migrations/table-order.js";
import { createTablesSql, dropTablesSql } from "../../src/migrations/table-sql.js";
import { metaOf } from "../../src/models/index.js";
import type { Dialect } from "../../src/sql/dialect.js";
import { City, Country, Item, Line, Note, Publisher, Shelf } from "./models.js";

const statements = (dialect: Dialect, ...models: readonly unknown[]): string[] =>
  createTablesSql(dialect, dependencyOrder(withJunctions(models.map(metaOf))));

describe("the statements that make tables", () => {
  it("of PostgreSQL", () => {
    expect(statements(postgresqlDialect, City, Country)).toEqual([
      'CREATE TABLE "stock_country" ("id" BIGSERIAL NOT NULL PRIMARY KEY, "name" VARCHAR(50) NOT NULL, "capital_id" BIGINT)',
      'CREATE INDEX "idx_stock_country_capital_id" ON "stock_country" ("capital_id")',
      'CREATE TABLE "stock_city" ("id" BIGSERIAL NOT NULL PRIMARY KEY, "name" VARCHAR(50) NOT NULL, "country_id" BIGINT NOT NULL, "twin_id" BIGINT, CONSTRAINT "fk_stock_city_country_id" FOREIGN KEY ("country_id") REFERENCES "stock_country" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "fk_stock_city_twin_id" FOREIGN KEY ("twin_id") REFERENCES "stock_city" ("id") DEFERRABLE INITIALLY DEFERRED)',
      'CREATE INDEX "idx_stock_city_country_id" ON "stock_city" ("country_id")',
      'CREATE INDEX "idx_stock_city_twin_id" ON "stock_city" ("twin_id")',
      'ALTER TABLE "stock_country" ADD CONSTRAINT "fk_stock_country_capital_id" FOREIGN KEY ("capital_id") REFERENCES "stock_city" ("id") DEFERRABLE INITIALLY DEFERRED',
    ]);
    expect(dropTablesSql(postgresqlDialect, ["a", "b"])).toEqual(['DROP TABLE "b", "a"']);
  });

  it("of SQLite", () => {
    expect(statements(sqliteDialect, Publisher, City, Country)).toEqual([
      'CREATE TABLE "stock_publisher" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "code" VARCHAR(10) NOT NULL, CONSTRAINT "uniq_stock_publisher_code" UNIQUE ("code"))',
      'CREATE TABLE "stock_country" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "name" VARCHAR(50) NOT NULL, "capital_id" BIGINT, CONSTRAINT "fk_stock_country_capital_id" FOREIGN KEY ("capital_id") REFERENCES "stock_city" ("id") DEFERRABLE INITIALLY DEFERRED)',
      'CREATE INDEX "idx_stock_country_capital_id" ON "stock_country" ("capital_id")',
      'CREATE TABLE "stock_city" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "name" VARCHAR(50) NOT NULL, "country_id" BIGINT NOT NULL, "twin_id" BIGINT, CONSTRAINT "fk_stock_city_country_id" FOREIGN KEY ("country_id") REFERENCES "stock_country" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "fk_stock_city_twin_id" FOREIGN KEY ("twin_id") REFERENCES "stock_city" ("id") DEFERRABLE INITIALLY DEFERRED)',
      'CREATE INDEX "idx_stock_city_country_id" ON "stock_city" ("country_id")',
      'CREATE INDEX "idx_stock_city_twin_id" ON "stock_city" ("twin_id")',
    ]);
    expect(dropTablesSql(sqliteDialect, ["a", "b"])).toEqual(['DROP TABLE "b"', 'DROP TABLE "a"']);
  });

  it("write constraints with columns, and values as literals", () => {
    const [table = "", ...others] = statements(postgresqlDialect, Item, Publisher, Shelf).filter((sql) => sql.includes(' "stock_item"'));
    expect(table).toContain('CONSTRAINT "uniq_stock_item_title_publisher_id" UNIQUE ("title", "publisher_id")');
    expect(table).toContain('CONSTRAINT "check_stock_item_amount" CHECK ("amount" >= 0)');
    expect(table).toContain(`CONSTRAINT "price_in_bounds" CHECK (("unit_price" >= '0' AND ("unit_price" < '1000' OR "active" = false)))`);
    expect(table).toContain(`"extra" JSONB DEFAULT '{"a":[1,null]}'`);
    expect(table).toContain(`"motto" TEXT DEFAULT 'it''s; -- fine\\' NOT NULL`);
    expect(table).toContain('"total" NUMERIC(12, 2) GENERATED ALWAYS AS (unit_price * amount) STORED NOT NULL');
    expect(table).toContain('FOREIGN KEY ("seller") REFERENCES "stock_publisher" ("code")');
    expect(others).toContain('CREATE UNIQUE INDEX "one_seller_per_day" ON "stock_item" ("day", "seller") WHERE "active" = true');
    expect(others).toContain('CREATE UNIQUE INDEX "one_lower_motto" ON "stock_item" ((LOWER("motto")))');
    expect(others).toContain('CREATE INDEX "lower_title" ON "stock_item" ((LOWER("title")), ("amount") DESC)');
    expect(others).toContain('CREATE INDEX "idx_stock_item_made_at_desc_publisher_id" ON "stock_item" ("made_at" DESC, "publisher_id")');
    expect(others).toContain(`COMMENT ON TABLE "stock_item" IS 'All that is for sale'`);
    expect(others).toContain(`COMMENT ON COLUMN "stock_item"."motto" IS 'What it''s for'`);
  });

  it("have keys of one and of several columns", () => {
    const text = statements(sqliteDialect, Note, Line, Item, Publisher, Shelf).join("\n");
    expect(text).toContain('CREATE TABLE "stock_note" ("item_id" BIGINT NOT NULL PRIMARY KEY, "text" TEXT NOT NULL, ');
    expect(text).toContain('"item_id" BIGINT NOT NULL, "position" INTEGER NOT NULL, PRIMARY KEY ("item_id", "position"), ');
    expect(text).toContain('"shelf_id" VARCHAR(36)');
  });

  it("leave out what changes no result, and refuse what would", () => {
    class Tuned extends Model<Tuned>("ddl.Tuned")(
      { name: CharField({ maxLength: 20 }), other: IntegerField() },
      {
        indexes: [
          Index({ fields: ["name"], name: "tuned_name", method: "gin", opclasses: ["gin_trgm_ops"] }),
          Index({ fields: ["name"], method: "hash", name: "tuned_hash" }),
          Index({ fields: ["-name"], name: "tuned_cover", include: ["other"] }),
        ],
      },
    ) {}
    expect(statements(postgresqlDialect, Tuned).slice(1)).toEqual([
      'CREATE INDEX "tuned_name" ON "ddl_tuned" USING gin ("name" gin_trgm_ops)',
      'CREATE INDEX "tuned_hash" ON "ddl_tuned" USING hash ("name")',
      'CREATE INDEX "tuned_cover" ON "ddl_tuned" ("name" DESC) INCLUDE ("other")',
    ]);
    expect(statements(sqliteDialect, Tuned).slice(1)).toEqual([
      'CREATE INDEX "tuned_name" ON "ddl_tuned" ("name")',
      'CREATE INDEX "tuned_hash" ON "ddl_tuned" ("name")',
      'CREATE INDEX "tuned_cover" ON "ddl_tuned" ("name" DESC)',
    ]);

    class Late extends Model<Late>("ddl.Late")(
      { name: CharField({ maxLength: 20 }) },
      { constraints: [UniqueConstraint({ fields: ["name"], name: "late_name", deferrable: "deferred", include: ["id"] })] },
    ) {}
    expect(statements(postgresqlDialect, Late)[0]).toContain(
      'CONSTRAINT "late_name" UNIQUE ("name") INCLUDE ("id") DEFERRABLE INITIALLY DEFERRED',
    );
    expect(() => statements(sqliteDialect, Late)).toThrow(NotSupportedError);

    class Strict extends Model<Strict>("ddl.Strict")(
      { name: CharField({ maxLength: 20, null: true }), on: BooleanField() },
      {
        constraints: [
          UniqueConstraint({ fields: ["name"], name: "strict_name", nullsDistinct: false }),
          UniqueConstraint({ fields: ["name"], name: "strict_on", nullsDistinct: false, condition: Q({ on: true }) }),
        ],
      },
    ) {}
    const [table, index] = statements(postgresqlDialect, Strict);
    expect(table).toContain('CONSTRAINT "strict_name" UNIQUE NULLS NOT DISTINCT ("name")');
    expect(index).toBe('CREATE UNIQUE INDEX "strict_on" ON "ddl_strict" ("name") NULLS NOT DISTINCT WHERE "on" = true');
    expect(() => statements(sqliteDialect, Strict)).toThrow(/nulls are always distinct on sqlite/);
  });

  it("name the field whose column a database does not have", () => {
    class Listed extends Model<Listed>("ddl.Listed")({ tags: ArrayField(CharField({ maxLength: 5 })) }) {}
    expect(() => statements(sqliteDialect, Listed)).toThrow(/ddl\.Listed\.tags: SQLite has no array columns/);
    expect(statements(postgresqlDialect, Listed)[0]).toContain('"tags" VARCHAR(5)[] NOT NULL');
  });

  it("name two models with one table, and two with one index", async () => {
    const { checkNames } = await import("../../src/migrations/schema-checks.js");
    class First extends Model<First>("ddl.First")({ code: CharField({ dbIndex: true }) }, { dbTable: "taken" }) {}
    class Second extends Model<Second>("ddl.Second")({ code: CharField() }, { dbTable: "Taken" }) {}
    class Third extends Model<Third>("ddl.Third")(
      { code: CharField() },
      { dbTable: "free", indexes: [Index({ fields: ["code"], name: "idx_taken_code" })] },
    ) {}
    expect(() => checkNames([First, Second].map(metaOf))).toThrow(/ddl\.First and ddl\.Second both have the table "Taken"/);
    expect(() => checkNames([First, Third].map(metaOf))).toThrow(/ddl\.First and ddl\.Third both have an index "idx_taken_code"/);
  });

  it("refuse what DDL cannot hold", () => {
    const refused = (label: string, constraint: ReturnType<typeof CheckConstraint>): string => {
      class Refused extends Model<Refused>(label)(
        { name: CharField({ maxLength: 9 }), city: ForeignKey(() => City, { onDelete: CASCADE, relatedName: "+" }) },
        { constraints: [constraint] },
      ) {}
      try {
        statements(sqliteDialect, Refused);
      } catch (error) {
        if (error instanceof ImproperlyConfigured) return error.message;
        throw error;
      }
      return "nothing was refused";
    };
    const check = (label: string, condition: unknown) => refused(label, CheckConstraint({ name: "c", check: condition }));
    expect(check("ddl.R1", Q({ city__name: "x" }))).toMatch(/^ddl\.R1: the constraint "c": .*relation/);
    expect(check("ddl.R2", Q.untyped({ nam: "x" }))).toMatch(/the constraint "c": .*"nam".*name/);
    expect(check("ddl.R3", Q())).toMatch(/its condition is empty/);
    expect(check("ddl.R4", Q.untyped({ name: Count("id") }))).toMatch(/an aggregate cannot be part of it/);
    expect(check("ddl.R5", "name > 3")).toMatch(/a condition is an object of lookups/i);
    expect(check("ddl.R6", Q({ name: F("city__name") }))).toMatch(/relation/);
    expect(check("ddl.R7", Q({ city: 3 }))).toBe("nothing was refused");
  });

  it("refuse a default of the database that the field itself would not take", () => {
    class Wrong extends Model<Wrong>("ddl.Wrong")({ age: IntegerField({ dbDefault: "many" }) }) {}
    expect(() => statements(sqliteDialect, Wrong)).toThrow(/ddl\.Wrong\.age: its dbDefault cannot be: 'many' is not an integer$/);
    class Computed extends Model<Computed>("ddl.Computed")({ age: IntegerField({ dbDefault: Length("nothing") }) }) {}
    expect(() => statements(sqliteDialect, Computed)).toThrow(/ddl\.Computed\.age: dbDefault: .*nothing/);
  });

  it("refuse a foreign key to a column whose values may come twice", () => {
    class Loose extends Model<Loose>("ddl.Loose")({
      city: ForeignKey(() => City, { onDelete: CASCADE, toField: "name", relatedName: "+" }),
    }) {}
    expect(() => statements(sqliteDialect, Loose)).toThrow(/ddl\.Loose\.city: toField "name" of stock\.City must be unique/);
  });

  it("refuse a junction whose name is too long for PostgreSQL", async () => {
    const { checkNames } = await import("../../src/migrations/schema-checks.js");
    class Long extends Model<Long>("ddl.Long")(
      { many: ManyToManyField(() => City), few: ManyToManyField(() => City, { dbTable: "few" }) },
      { dbTable: "a".repeat(60) },
    ) {}
    expect(() => checkNames(withJunctions([metaOf(Long)]))).toThrow(/is longer than 63 characters/);
  });

  it("check the documents of a JSON column where the database does not", () => {
    class Loaded extends Model<Loaded>("ddl.Loaded")({
      data: JSONField(),
      size: GeneratedField({ expression: "length(data)", outputField: IntegerField({ null: true }), stored: false }),
      text: TextField({ null: true }),
    }) {}
    expect(statements(sqliteDialect, Loaded)[0]).toBe(
      'CREATE TABLE "ddl_loaded" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "data" TEXT NOT NULL, "size" INTEGER GENERATED ALWAYS AS (length(data)) VIRTUAL, "text" TEXT, CONSTRAINT "check_ddl_loaded_data" CHECK (json_valid("data") OR "data" IS NULL))',
    );
  });

  it("make an index once that a field and an option ask for", () => {
    class Twice extends Model<Twice>("ddl.Twice")({ n: IntegerField({ dbIndex: true }) }, { indexes: [Index({ fields: ["n"] })] }) {}
    expect(statements(sqliteDialect, Twice).slice(1)).toEqual(['CREATE INDEX "idx_ddl_twice_n" ON "ddl_twice" ("n")']);
  });

  it("come in the order that foreign keys need, whatever the order given", () => {
    const order = (...models: readonly unknown[]) => dependencyOrder(withJunctions(models.map(metaOf))).map(({ name }) => name);
    const expected = ["Publisher", "Shelf", "Item", "Note", "Line", "Item_shelves", "Item_similar"];
    expect(order(Note, Line, Item, Shelf, Publisher)).toEqual(expected);
    expect(new Set(order(Publisher, Shelf, Item, Line, Note))).toEqual(new Set(expected));
    expect(order(Country, City)).toEqual(["City", "Country"]);
    expect(order(City, Country)).toEqual(["Country", "City"]);
  });
});

describe("the names of indexes and constraints", () => {
  it("are made of the table and the columns", () => {
    expect(schemaName("idx", "article", ["title", "slug"])).toBe("idx_article_title_slug");
  });

  it("end in a hash of the whole where they would be too long, and stay the same", () => {
    const names = ["first", "second"].map((last) =>
      schemaName("uniq", "a_table_with_a_rather_long_name", ["a_column_with_a_long_name", last]),
    );
    expect(names).toEqual([
      "uniq_a_table_with_a_rather_long_name_a_column_with_a_l_d7404786",
      "uniq_a_table_with_a_rather_long_name_a_column_with_a_l_ae8ecd90",
    ]);
    for (const name of names) expect(name).toHaveLength(63);
  });
});
