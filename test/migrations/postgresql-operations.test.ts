import { afterEach, beforeEach, expect, it } from "vitest";
import {
  AddCheckConstraintOnline,
  AlterColumnTypeOnline,
  AlterField,
  AttachPartition,
  BigAutoField,
  BigIntegerField,
  CASCADE,
  CharField,
  CheckConstraint,
  CreateExtension,
  CreateMaterializedView,
  CreateModel,
  CreatePartition,
  CreatePartitionedTable,
  CreatePolicy,
  DetachPartition,
  DropMaterializedView,
  EnableRowLevelSecurity,
  ForceRowLevelSecurity,
  ForeignKey,
  IntegerField,
  inspectSchema,
  Q,
  RefreshMaterializedView,
  RunSQL,
  ValidateConstraint,
} from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, rows } from "./support.js";

const author = CreateModel("Author", { name: CharField({ maxLength: 20 }), age: IntegerField() });

describeEachBackend("operations of PostgreSQL", { only: ["postgresql"] }, () => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("make and undo views, partitions, policies and extensions", async () => {
    const executor = executorOf({
      "blog.0001": {
        operations: [
          author,
          CreateExtension("citext"),
          CreateMaterializedView("adults", "SELECT id, name FROM blog_author WHERE age >= 18"),
          RefreshMaterializedView("adults"),
          DropMaterializedView("adults", { reverseSql: "SELECT 1 AS id" }),
          CreatePartitionedTable("events", { columnsSql: "id BIGINT, at DATE NOT NULL", method: "RANGE", key: "at" }),
          CreatePartition({ parent: "events", name: "events_2026", forValues: "FROM ('2026-01-01') TO ('2027-01-01')" }),
          DetachPartition({ parent: "events", name: "events_2026", forValues: "FROM ('2026-01-01') TO ('2027-01-01')" }),
          AttachPartition({ parent: "events", name: "events_2026", forValues: "FROM ('2026-01-01') TO ('2027-01-01')" }),
          EnableRowLevelSecurity("blog_author"),
          ForceRowLevelSecurity("blog_author"),
          CreatePolicy("grown", { table: "blog_author", command: "SELECT", roles: ["public"], using: "age >= 18", permissive: false }),
          RunSQL("ALTER TABLE blog_author ADD CONSTRAINT late CHECK (age > 0) NOT VALID", {
            reverseSql: "ALTER TABLE blog_author DROP CONSTRAINT late",
          }),
          ValidateConstraint("blog_author", "late"),
        ],
      },
    });
    await executor.migrate();
    expect(await rows("SELECT policyname, cmd, permissive FROM pg_policies")).toEqual([
      { policyname: "grown", cmd: "SELECT", permissive: "RESTRICTIVE" },
    ]);
    expect(await rows("SELECT convalidated FROM pg_constraint WHERE conname = 'late'")).toEqual([{ convalidated: true }]);
    await rows("INSERT INTO events VALUES (1, '2026-05-05')");
    expect(await rows("SELECT id::int AS id FROM events_2026")).toEqual([{ id: 1 }]);
    await executor.migrate({ app: "blog", name: "zero" });
    expect((await inspectSchema()).map(({ name }) => name)).toEqual(["dorm_migrations"]);
  });

  it("change types and add checks in transactions of their own, there and back", async () => {
    const executor = executorOf({
      "blog.0001": { operations: [author] },
      "blog.0002": {
        atomic: false,
        dependencies: [["blog", "0001"]],
        operations: [
          AddCheckConstraintOnline("Author", CheckConstraint({ check: Q({ age__gte: 0 }), name: "positive" })),
          AlterColumnTypeOnline("Author", "age", BigIntegerField(), { lockTimeoutMs: 500, using: "age * 2" }),
        ],
      },
    });
    await executor.migrate({ app: "blog", name: "0001" });
    await rows("INSERT INTO blog_author (name, age) VALUES ('a', 4)");
    await executor.migrate();
    expect(await rows("SELECT pg_typeof(age)::text AS type, age::int AS age FROM blog_author")).toEqual([{ type: "bigint", age: 8 }]);
    await expect(rows("INSERT INTO blog_author (name, age) VALUES ('a', -1)")).rejects.toThrow();
    await executor.migrate({ app: "blog", name: "0001" });
    expect(await rows("SELECT pg_typeof(age)::text AS type FROM blog_author")).toEqual([{ type: "integer" }]);
  });

  it("bring the keys that refer to a key along when its type changes", async () => {
    const executor = executorOf({
      "blog.0001": {
        operations: [
          CreateModel("Author", { id: IntegerField({ primaryKey: true }) }),
          CreateModel("Book", { author: ForeignKey("blog.Author", { onDelete: CASCADE }) }),
        ],
      },
      "blog.0002": { dependencies: [["blog", "0001"]], operations: [AlterField("Author", "id", BigAutoField({ primaryKey: true }))] },
    });
    await executor.migrate({ app: "blog", name: "0001" });
    await rows("INSERT INTO blog_author VALUES (41)");
    await rows("INSERT INTO blog_book (author_id) VALUES (41)");
    await executor.migrate();
    expect(await rows("INSERT INTO blog_author DEFAULT VALUES RETURNING id::int AS id")).toEqual([{ id: 42 }]);
    const [, book] = await inspectSchema();
    expect([book?.columns[1]?.type, book?.foreignKeys.length]).toEqual(["bigint", 1]);
    await executor.migrate({ app: "blog", name: "0001" });
    await expect(rows("INSERT INTO blog_author DEFAULT VALUES")).rejects.toThrow();
  });
});
