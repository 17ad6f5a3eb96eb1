import { afterEach, beforeEach, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  detectMigrations,
  ForeignKey,
  Index,
  IntegerField,
  inspectSchema,
  SchemaEditor,
  schemaDifferences,
  verifyMigrations,
} from "../../src/migrations/index.js";
import { Model } from "../../src/models/index.js";
import "../../src/query/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, rows, stateOf } from "./support.js";

class Writer extends Model<Writer>("editor.Writer")(
  { name: CharField({ maxLength: 20 }) },
  { indexes: [Index({ fields: ["-name"], name: "writer_name" })] },
) {}
class Article extends Model<Article>("editor.Article")({
  title: CharField({ maxLength: 20, unique: true }),
  writer: ForeignKey(() => Writer, { onDelete: CASCADE }),
}) {}

describeEachBackend("the schema by calls", ({ vendor }) => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("L38 makes tables with indexes and constraints, and changes columns without touching rows that refer to them", async () => {
    const editor = new SchemaEditor();
    await editor.createModel(Writer);
    await editor.createModel(Article);
    expect(await schemaDifferences({ models: [Writer, Article] })).toEqual([]);
    await rows("INSERT INTO editor_writer (name) VALUES ('Ursula')");
    await rows("INSERT INTO editor_article (title, writer_id) VALUES ('x', 1)");
    await editor.addField(Writer, "age", IntegerField({ default: 4 }));
    await editor.alterField(Writer, "name", CharField({ maxLength: 400, unique: true }));
    expect(await rows("SELECT name, age FROM editor_writer")).toEqual([{ name: "Ursula", age: 4 }]);
    expect(await rows("SELECT title FROM editor_article")).toEqual([{ title: "x" }]);
    await expect(rows("INSERT INTO editor_writer (name, age) VALUES ('Ursula', 1)")).rejects.toThrow();
    expect((await schemaDifferences({ models: [Writer, Article] })).map(({ kind, name }) => [kind, name])).toEqual(
      [
        ["type_mismatch", "name"],
        ["extra_column", "age"],
        ["extra_unique", "uniq_editor_writer_name"],
      ].map(([kind, name]) => [kind, kind === "extra_unique" && vendor === "sqlite" ? expect.any(String) : name]),
    );
    await editor.removeField(Writer, "age");
    await editor.deleteModel(Article);
    await editor.deleteModel(Writer);
    expect(await inspectSchema()).toEqual([]);
  });

  it("L38 collects the SQL instead of running it", async () => {
    const collect: string[] = [];
    const editor = new SchemaEditor({ collect });
    await editor.createModel(Writer);
    expect(collect[0]).toContain('CREATE TABLE "editor_writer"');
    expect(collect[1]).toContain('CREATE INDEX "writer_name"');
    expect(await inspectSchema()).toEqual([]);
  });

  it("tries new migrations on this kind of database without leaving anything", async () => {
    const from = stateOf({
      "blog.Author": [{ name: CharField({ maxLength: 9 }) }],
      "blog.Old": [{ author: ForeignKey("blog.Author", { onDelete: CASCADE }) }],
    });
    const to = stateOf({
      "blog.Author": [{ name: CharField({ maxLength: 20, dbDefault: "it's" }), age: IntegerField({ null: true, dbIndex: true }) }],
      "blog.Book": [{ author: ForeignKey("blog.Author", { onDelete: CASCADE }) }],
    });
    expect(await verifyMigrations({ from, to, migrations: await detectMigrations({ from, to }) })).toEqual({ tried: true, reason: null });
    expect(await inspectSchema()).toEqual([]);
  });
});
