import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BLOG, CONFIG, projectForTest } from "./support/project.js";

const files = { "dorm.config.ts": CONFIG, "blog/models.ts": BLOG };
const RICH = `import { ArrayField, BigIntegerField, CASCADE, CharField, DateField, DateTimeField, DecimalField, EmailField, ForeignKey, IntegerField, JSONField, Model } from "dorm";
export class Owner extends Model<Owner>("kinds.Owner")({ email: EmailField({ helpText: "where to write" }) }) {}
export class Thing extends Model<Thing>("kinds.Thing")({
  owner: ForeignKey(() => Owner, { onDelete: CASCADE, null: true }),
  size: CharField({ maxLength: 5, choices: ["small", "large"], default: "small" }),
  count: IntegerField(), big: BigIntegerField(), price: DecimalField({ maxDigits: 6, decimalPlaces: 2 }),
  day: DateField({ null: true }), made: DateTimeField({ autoNowAdd: true }), data: JSONField(), marks: ArrayField(IntegerField()),
}) {}
`;

describe("dorm sql", () => {
  it("M06: prints tables with junctions, indexes and constraints, in the order of their dependencies", async () => {
    const project = projectForTest(files);
    const sql = await project.output(["sql", "--all"]);
    const tables = [...sql.matchAll(/CREATE TABLE "(\w+)"/g)].map(([, table]) => table);
    expect([...tables].sort()).toEqual(["blog_author", "blog_book", "blog_book_tags", "blog_tag"]);
    expect(tables.indexOf("blog_author")).toBeLessThan(tables.indexOf("blog_book"));
    expect(tables.indexOf("blog_book")).toBeLessThan(tables.indexOf("blog_book_tags"));
    expect(sql).toContain('CREATE INDEX "idx_blog_book_author_id"');
    expect(sql).toMatch(/"blog_tag" \(.*UNIQUE \("name"\)/);
    const { statements } = JSON.parse(await project.output(["sql", "blog", "--format", "json"])) as { statements: string[] };
    expect(`${statements.join(";\n")};\n`).toBe(sql);
    expect(await project.output(["sql", "Tag"])).toMatch(/^CREATE TABLE "blog_tag" [^\n]*;\n$/);
  });
});

describe("dorm models-tree", () => {
  it("prints fields and relations", async () => {
    const tree = await projectForTest(files).output(["models-tree"]);
    expect(tree).toMatch(/^blog\n├─ Tag blog_tag\n/);
    expect(tree).toContain("author  ForeignKey → blog.Author (column author_id)");
    expect(tree).toContain("└─ tags    ManyToManyField ↔ blog.Tag");
  });
});

describe("dorm export-json-schema", () => {
  it("describes what JSON.stringify gives, for each model", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "kinds/models.ts": RICH });
    const schema = JSON.parse(await project.output(["export-json-schema"]));
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema.$defs["kinds.Thing"]).toMatchObject({
      title: "Thing",
      type: "object",
      required: ["count", "big", "price", "data", "marks"],
      properties: {
        id: { type: "integer", readOnly: true },
        ownerId: { type: ["integer", "null"] },
        size: { type: "string", maxLength: 5, enum: ["small", "large"], default: "small" },
        count: { type: "integer", minimum: -2147483648, maximum: 2147483647 },
        big: { type: "string", pattern: "^-?\\d+$" },
        price: { type: "string" },
        day: { type: ["string", "null"], format: "date" },
        made: { type: "string", format: "date-time" },
        data: {},
        marks: { type: "array", items: { type: "integer" } },
      },
    });
    expect(schema.$defs["kinds.Owner"].properties.email).toEqual({
      type: "string",
      maxLength: 254,
      format: "email",
      description: "where to write",
    });
  });

  it("writes a file for each model, with relations where wanted", async () => {
    const project = projectForTest({ ...files, "kinds/models.ts": RICH });
    expect(await project.output(["export-json-schema", "--out", "schemas", "--apps", "blog", "--include-relations"])).toBe(
      "Wrote 5 schemas to schemas\n",
    );
    expect(project.list("schemas")).toEqual([
      "blog.Author.json",
      "blog.Book.json",
      "blog.Tag.json",
      "kinds.Owner.json",
      "kinds.Thing.json",
    ]);
    const { properties } = JSON.parse(project.read("schemas/blog.Book.json"));
    expect(properties.tags).toEqual({ type: "array", items: { $ref: "blog.Tag.json" } });
    expect((await project.dorm(["export-json-schema", "--apps", "blgo"])).code).toBe(1);
  });
});

describe("dorm doctor", () => {
  const doctor = async (config: string, models = BLOG, env: Record<string, string> = {}) => {
    const project = projectForTest({ "dorm.config.ts": `export default ${config};`, "blog/models.ts": models });
    const { code, stdout } = await project.dorm(["doctor", "--offline", "--format", "json"], { env });
    const { findings } = JSON.parse(stdout) as { findings: { level: string; code: string }[] };
    return { code, warnings: findings.filter(({ level }) => level === "warning").map((finding) => finding.code) };
  };

  it("finds nothing wrong with a small project", async () => {
    expect(await projectForTest(files).output(["doctor"])).toBe("No warnings.\n");
  });

  it("warns of pools, TLS, timeouts, retries, the environment and indexes", async () => {
    const server = "postgresql://u:p@db.example.com/x";
    expect(await doctor(`{ databases: { default: { url: "${server}", maxPoolSize: 2, poolTimeout: 300 } }, retryAttempts: 1 }`)).toEqual({
      code: 1,
      warnings: ["no_tls", "small_pool", "pool_timeout", "no_retry"],
    });
    expect(await doctor(`{ databases: { default: "${server}?sslmode=verify-full" } }`)).toEqual({ code: 0, warnings: [] });
    expect((await doctor(`{ databases: { default: { url: "${server}?sslmode=require", maxPoolSize: 500 } } }`)).warnings).toEqual([
      "large_pool",
    ]);
    expect((await doctor('{ databases: { other: "sqlite::memory:" } }')).warnings).toEqual(["no_default"]);
    expect((await doctor("{ databases: { default: 'sqlite::memory:' }, routers: [{ databaseForRead() {} }] }")).warnings).toEqual([
      "idle_router",
    ]);
    expect((await doctor("{ databases: { default: 'sqlite::memory:' } }", BLOG, { DORM_RETRY_ATTEMPTS: "many" })).warnings).toEqual([
      "bad_environment",
    ]);
    const unindexed = BLOG.replace("onDelete: CASCADE", "onDelete: CASCADE, dbIndex: false");
    expect((await doctor("{ databases: { default: 'sqlite::memory:' } }", unindexed)).warnings).toEqual(["unindexed_foreign_key"]);
  });

  it("says when a database does not answer", async () => {
    const project = projectForTest({ ...files }, { DATABASE_URL: "postgresql://nobody:x@127.0.0.1:1/none" });
    const { code, stdout } = await project.dorm(["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/warning {2}"default" does not answer: /);
  });
});

describe("dorm completion", () => {
  it("completes commands, options and their values in bash", async () => {
    const project = projectForTest({});
    project.write({ "dorm.bash": await project.output(["completion", "bash"]) });
    const complete = (...words: string[]): string[] =>
      execFileSync(
        "bash",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how bash writes an array
        ["-c", 'source dorm.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dorm; printf "%s\\n" "${COMPREPLY[@]}"', "bash", ...words],
        {
          cwd: project.root,
          encoding: "utf8",
        },
      )
        .trim()
        .split("\n");
    expect(complete("dorm", "dump")).toEqual(["dumpdata"]);
    expect(complete("dorm", "sql", "--da")).toEqual(["--database"]);
    expect(complete("dorm", "doctor", "--format", "")).toEqual(["text", "json"]);
    expect(complete("dorm", "loaddata", "dorm")).toEqual(["dorm.bash"]);
  });

  it.each([
    ["zsh", ["-n"]],
    ["fish", ["--no-execute"]],
  ])("gives %s a script that it can read", async (shell, check) => {
    const project = projectForTest({});
    const script = await project.output(["completion", shell]);
    expect(script).toContain("dumpdata");
    expect(script).toContain("include-relations");
    if (spawnSync(shell, ["--version"]).status !== 0) return;
    project.write({ script });
    expect(spawnSync(shell, [...check, join(project.root, "script")], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("dorm dbshell", () => {
  const client = '#!/bin/sh\necho "$0 $*|$PGPASSWORD"\nexit 7\n';

  it("M01: calls the client of the database, the password apart, and ends as it does", async () => {
    const project = projectForTest({ ...files, "bin/psql": client, "bin/sqlite3": client });
    for (const name of ["psql", "sqlite3"]) chmodSync(join(project.root, "bin", name), 0o755);
    const env = { PATH: `${join(project.root, "bin")}:${process.env.PATH}` };
    const sqlite = await project.dorm(["dbshell", "--", "-cmd", ".tables"], { env });
    expect(sqlite).toEqual({ code: 7, stderr: "", stdout: `${project.root}/bin/sqlite3 ${project.root}/db.sqlite3 -cmd .tables|\n` });
    const server = await project.dorm(["dbshell"], { env: { ...env, DATABASE_URL: "postgresql://me:secret@db.example.com:5433/shop" } });
    expect(server.stdout).toBe(`${project.root}/bin/psql --host db.example.com --port 5433 --username me --dbname shop|secret\n`);
  });

  it("ends with 127 where the client is missing, and with 2 for an unknown alias", async () => {
    const project = projectForTest(files);
    const missing = await project.dorm(["dbshell"], { env: { PATH: project.root } });
    expect(missing).toEqual({
      code: 127,
      stdout: "",
      stderr: 'Error: There is no "sqlite3" on the PATH. Install the SQLite shell (sqlite3).\n',
    });
    expect((await project.dorm(["dbshell", "--database", "x"])).code).toBe(2);
  });
});
