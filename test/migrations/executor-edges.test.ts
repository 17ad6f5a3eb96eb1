import { afterEach, beforeEach, expect, it } from "vitest";
import { getConnection } from "../../src/engine/connections.js";
import {
  AddField,
  AddFieldOnline,
  AddIndex,
  AddPGEnumValue,
  BackfillBatch,
  CharField,
  CreateModel,
  CreatePGEnum,
  Index,
  IntegerField,
  inspectSchema,
  type MigrationEvent,
  type MigrationOptions,
  RunCode,
  RunSQL,
  SetLockTimeout,
  SetNotNullOnline,
} from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, rows } from "./support.js";

const first: MigrationOptions = { initial: true, operations: [CreateModel("Author", { name: CharField({ maxLength: 50 }) })] };
const second: MigrationOptions = {
  dependencies: [["blog", "0001_initial"]],
  operations: [AddField("Author", "age", IntegerField({ null: true }))],
};
const broken: MigrationOptions = {
  dependencies: [["blog", "0002_age"]],
  operations: [AddField("Author", "rank", IntegerField({ null: true })), RunSQL("THIS IS NO SQL", { reverseSql: "" })],
};
const linear = { "blog.0001_initial": first, "blog.0002_age": second };

const recorded = async (): Promise<unknown[]> =>
  (await rows("SELECT app, name FROM dorm_migrations ORDER BY id")).map(({ app, name }) => `${String(app)}.${String(name)}`);
const columns = async (table = "blog_author"): Promise<unknown> =>
  (await inspectSchema()).find(({ name }) => name === table)?.columns.map(({ name }) => name);

describeEachBackend("running migrations", ({ vendor, skipUnless }) => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("L22 L23 undoes a file that fails, and keeps the ones before it", async () => {
    const executor = executorOf({ ...linear, "blog.0003_broken": broken });
    await expect(executor.migrate()).rejects.toThrow();
    expect(await recorded()).toEqual(["blog.0001_initial", "blog.0002_age"]);
    expect(await columns()).toEqual(["id", "name", "age"]);
  });

  it("L24 refuses what cannot be in a transaction before anything runs, and runs it without one", async () => {
    const index = {
      dependencies: [["blog", "0001_initial"]] as const,
      operations: [AddIndex("Author", Index({ fields: ["name"], name: "by_name" }), { concurrently: true })],
    };
    await expect(executorOf({ "blog.0001_initial": first, "blog.0002": index }).migrate()).rejects.toThrow(
      /blog.0002: "Create index by_name on Author" cannot run inside a transaction. Write atomic: false/,
    );
    expect(await columns()).toBeUndefined();
    const executor = executorOf({ "blog.0001_initial": first, "blog.0002": { ...index, atomic: false } });
    await executor.migrate();
    expect((await inspectSchema()).find(({ name }) => name === "blog_author")?.indexes.map(({ name }) => name)).toEqual(["by_name"]);
    await executor.migrate({ app: "blog", name: "0001" });
    expect((await inspectSchema()).find(({ name }) => name === "blog_author")?.indexes).toEqual([]);
  });

  skipUnless(vendor === "postgresql", "only PostgreSQL has enumerated types")("L24 adds a value to an enumerated type", async () => {
    const executor = executorOf({
      "blog.0001": { operations: [CreatePGEnum("mood", ["sad"])] },
      "blog.0002": { dependencies: [["blog", "0001"]], atomic: false, operations: [AddPGEnumValue("mood", "glad", { before: "sad" })] },
    });
    await executor.migrate();
    expect(await rows("SELECT unnest(enum_range(NULL::mood))::text AS mood")).toEqual([{ mood: "glad" }, { mood: "sad" }]);
    await expect(executor.migrate({ app: "blog", name: "zero" })).rejects.toThrow(/blog.0002 cannot be undone/);
  });

  it("L22 L25 fills in batches with progress and a resume point, then sets NOT NULL", async () => {
    const online = (maxBatches: number) => ({
      "blog.0001_initial": first,
      "blog.0002": { dependencies: [["blog", "0001_initial"]] as const, operations: [AddFieldOnline("Author", "score", IntegerField())] },
      "blog.0003": {
        dependencies: [["blog", "0002"]] as const,
        atomic: false,
        operations: [
          BackfillBatch({
            table: "blog_author",
            sql: "UPDATE blog_author SET score = 7 WHERE id BETWEEN %s AND %s",
            batchSize: 2,
            maxBatches,
          }),
        ],
      },
      "blog.0004": { dependencies: [["blog", "0003"]] as const, atomic: false, operations: [SetNotNullOnline("Author", "score")] },
    });
    await executorOf(online(1)).migrate({ app: "blog", name: "0002" });
    await rows("INSERT INTO blog_author (name) VALUES ('a'), ('b'), ('c'), ('d'), ('e')");
    await expect(executorOf(online(1)).migrate()).rejects.toThrow(/3 keys are left/);
    expect(await rows("SELECT id FROM blog_author WHERE score IS NULL ORDER BY id")).toHaveLength(3);
    const events: MigrationEvent[] = [];
    await executorOf(online(9), { onProgress: (event) => events.push(event) }).migrate();
    expect(events.filter(({ kind }) => kind === "progress")).toHaveLength(2);
    await expect(rows("INSERT INTO blog_author (name) VALUES ('x')")).rejects.toThrow();
    expect((await inspectSchema()).map(({ name, checks }) => [name, checks])).toEqual([
      ["blog_author", []],
      ["dorm_migrations", []],
    ]);
    await executorOf(online(9)).migrate({ app: "blog", name: "zero" });
  });

  it("L28 shows the SQL of both directions without changing anything", async () => {
    const executor = executorOf(linear);
    const [dry] = await executor.migrate({ dryRun: true });
    expect(dry?.sql.join("\n")).toContain('CREATE TABLE "blog_author"');
    expect(await inspectSchema()).toEqual([]);
    await executor.migrate();
    const back = await executor.migrate({ app: "blog", name: "0001", dryRun: true });
    expect(back.map(({ name, backwards }) => [name, backwards])).toEqual([["0002_age", true]]);
    expect(back[0]?.sql).toContain('ALTER TABLE "blog_author" DROP COLUMN "age";');
    expect(await recorded()).toHaveLength(2);
    expect((await executor.sql("blog", "0002")).join("\n")).toContain('ADD COLUMN "age"');
  });

  it("L29 says what cannot be undone before anything runs", async () => {
    const executor = executorOf({
      ...linear,
      "blog.0003": { dependencies: [["blog", "0002_age"]], operations: [RunCode({ forward: () => undefined })] },
    });
    await executor.migrate();
    await expect(executor.migrate({ app: "blog", name: "zero" })).rejects.toThrow(
      /blog.0003 cannot be undone: "Run code" says nothing of how. Nothing has been changed/,
    );
    expect(await recorded()).toHaveLength(3);
  });

  it("L30 refuses a target that means several migrations, and one that means none", async () => {
    const executor = executorOf({ "blog.0001_a": first, "blog.0001_b": { operations: [] } });
    await expect(executor.migrate({ app: "blog", name: "0001" })).rejects.toThrow(
      '"0001" means several migrations of "blog": 0001_a, 0001_b.',
    );
    await expect(executor.migrate({ app: "blog", name: "0009" })).rejects.toThrow(
      'The app "blog" has no migration "0009". It has: 0001_a, 0001_b.',
    );
    await expect(executor.migrate({ app: "blgo" })).rejects.toThrow(/The app "blgo" has no migrations.*blog/);
  });

  it("L35 refuses to make a table that is there, unless it is to count as made", async () => {
    await rows("CREATE TABLE blog_author (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL)");
    await expect(executorOf(linear).migrate()).rejects.toThrow(/exists/);
    const done = await executorOf(linear).migrate({ fakeInitial: true });
    expect(done.map(({ name, faked }) => [name, faked])).toEqual([
      ["0001_initial", true],
      ["0002_age", false],
    ]);
  });

  skipUnless(vendor === "postgresql", "SQLite has no schemas")("L37 keeps the records of each schema in a table of its own", async () => {
    await executorOf(linear).migrate();
    await getConnection().executeScript("CREATE SCHEMA IF NOT EXISTS tenant;");
    const { transaction } = await import("../../src/engine/transaction.js");
    await transaction.atomic(async () => {
      await getConnection().execute("SET LOCAL search_path TO tenant, public");
      await executorOf(linear).migrate();
      expect(await rows("SELECT COUNT(*)::int AS n FROM tenant.dorm_migrations")).toEqual([{ n: 2 }]);
      expect(await rows("SELECT COUNT(*)::int AS n FROM tenant.blog_author")).toEqual([{ n: 0 }]);
    });
    await getConnection().executeScript("DROP SCHEMA tenant CASCADE;");
  });

  skipUnless(vendor === "postgresql", "SQLite has no such timeout")("L39 is over with its lock timeout when the file is", async () => {
    await executorOf({
      "blog.0001": {
        operations: [
          SetLockTimeout(1234),
          RunSQL("CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value", { reverseSql: "DROP TABLE seen" }),
        ],
      },
    }).migrate();
    expect(await rows("SELECT value, current_setting('lock_timeout') AS now FROM seen")).toEqual([{ value: "1234ms", now: "0" }]);
  });

  it("L40 binds the values of RunSQL, and runs several statements inside the file's transaction", async () => {
    const executor = executorOf({
      "blog.0001_initial": first,
      "blog.0002": {
        dependencies: [["blog", "0001_initial"]],
        operations: [
          RunSQL("INSERT INTO blog_author (name) VALUES (%s)", {
            params: ["it's"],
            reverseSql: "DELETE FROM blog_author WHERE name = %s",
            reverseParams: ["it's"],
          }),
          RunSQL(
            [
              ["INSERT INTO blog_author (name) VALUES (?)", ["two"]],
              "INSERT INTO blog_author (name) VALUES ('three'); INSERT INTO blog_author (name) VALUES ('four')",
            ],
            { reverseSql: "" },
          ),
        ],
      },
    });
    await executor.migrate();
    expect((await rows("SELECT name FROM blog_author ORDER BY id")).map(({ name }) => name)).toEqual(["it's", "two", "three", "four"]);
    await executor.migrate({ app: "blog", name: "0001" });
    expect(await rows("SELECT name FROM blog_author")).toHaveLength(3);
  });

  it("L42 gives code the models of its time", async () => {
    const seen: unknown[] = [];
    const executor = executorOf({
      "blog.0001_initial": first,
      "blog.0002": {
        dependencies: [["blog", "0001_initial"]],
        operations: [
          RunCode({
            async forward(apps, schema) {
              const Author = apps.getModel("blog", "Author");
              await Author.objects.using(schema.alias).create({ name: "Ursula" });
              const author = await Author.objects.using(schema.alias).get({ name: "Ursula" });
              seen.push(Object.keys(author), schema.vendor);
            },
            reverse: RunCode.noop,
          }),
          AddField("Author", "age", IntegerField({ default: 1 })),
        ],
      },
    });
    await executor.migrate();
    expect(seen).toEqual([["id", "name"], vendor]);
    await executor.migrate({ app: "blog", name: "zero" });
  });

  it("L43 records without running, and forgets records whose files are gone", async () => {
    await executorOf(linear).migrate({ fake: true });
    expect(await columns()).toBeUndefined();
    expect(await recorded()).toHaveLength(2);
    expect(await executorOf({ "blog.0001_initial": first }).prune("blog")).toEqual(["0002_age"]);
    expect(await recorded()).toEqual(["blog.0001_initial"]);
  });

  it("L26 L43 runs a squashed migration alone on an empty database, and the originals where some are applied", async () => {
    const squashed: MigrationOptions = {
      initial: true,
      replaces: [
        ["blog", "0001_initial"],
        ["blog", "0002_age"],
      ],
      operations: [CreateModel("Author", { name: CharField({ maxLength: 50 }), age: IntegerField({ null: true }) })],
    };
    const all = {
      ...linear,
      "blog.0001_squashed": squashed,
      "blog.0003": {
        dependencies: [["blog", "0002_age"]] as const,
        operations: [AddField("Author", "rank", IntegerField({ null: true }))],
      },
    };
    expect((await executorOf(all).migrate()).map(({ name }) => name)).toEqual(["0001_squashed", "0003"]);
    expect([...(await recorded())].sort()).toEqual(["blog.0001_initial", "blog.0001_squashed", "blog.0002_age", "blog.0003"]);
    await executorOf(all).migrate({ app: "blog", name: "zero" });
    expect(await recorded()).toEqual([]);
    await executorOf(linear).migrate({ app: "blog", name: "0001" });
    expect((await executorOf(all).migrate()).map(({ name }) => name)).toEqual(["0002_age", "0003"]);
    expect((await executorOf(all).migrate()).map(({ name }) => name)).toEqual([]);
    expect(await recorded()).toContain("blog.0001_squashed");
  });

  it("refuses records that contradict the files", async () => {
    await executorOf({ "blog.0001_initial": first }).migrate();
    await rows("DELETE FROM dorm_migrations");
    await rows("INSERT INTO dorm_migrations (app, name, applied_at) VALUES ('blog', '0002_age', '2026-01-01 00:00:00')");
    await expect(executorOf(linear).migrate()).rejects.toThrow(
      /blog.0002_age is recorded as applied on "default", but not blog.0001_initial/,
    );
  });

  it("tells of every step in order", async () => {
    const events: string[] = [];
    await executorOf(linear, { onProgress: (event) => events.push(event.kind === "operation" ? event.description : event.kind) }).migrate();
    expect(events).toEqual(["start", "Create model Author", "done", "start", "Add field age to Author", "done"]);
  });

  skipUnless(vendor === "sqlite", "its driver is asynchronous")("runs in the synchronous colour", () => {
    const executor = executorOf(linear);
    expect(executor.migrateSync().map(({ name }) => name)).toEqual(["0001_initial", "0002_age"]);
    expect(executor.statusSync().map(({ name, applied }) => [name, applied])).toEqual([
      ["0001_initial", true],
      ["0002_age", true],
    ]);
    expect(executor.migrateSync({ app: "blog", name: "zero" })).toHaveLength(2);
  });
});
