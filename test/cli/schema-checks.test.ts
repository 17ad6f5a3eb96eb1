import { describe, expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { BLOG, CONFIG, projectForTest } from "./support/project.js";

const files = { "dorm.config.ts": CONFIG, "blog/models.ts": BLOG };
const thing = (fields: string): string =>
  `import { CharField, IntegerField, Model } from "dorm";\nexport class Thing extends Model<Thing>("stock.Thing")({ name: CharField({ maxLength: 9 }), ${fields} }) {}\n`;

describeEachBackend("dorm dbcheck and dorm diff", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  it("M06: compare columns, types, nullability, indexes and junctions, and end with 1 for drift", async () => {
    const project = projectForTest(files, { DATABASE_URL: backend.url });
    await project.output(["makemigrations"]);
    const missing = await project.dorm(["dbcheck"]);
    expect(missing).toMatchObject({ code: 1, stderr: "" });
    expect(missing.stdout).toMatch(/^App 'blog':\n(?: {2}✗ .*\n(?: {6}.*\n)+){3}Drift detected\./);
    await project.output(["migrate"]);
    expect(await project.output(["dbcheck"])).toBe("App 'blog':\n  ✓ Tag (blog_tag)\n  ✓ Author (blog_author)\n  ✓ Book (blog_book)\n");
    expect(await project.output(["diff"])).toBe("No differences.\n");
    const drop =
      "DROP INDEX idx_blog_book_author_id; DROP TABLE blog_book_tags; ALTER TABLE blog_author ADD COLUMN extra integer; CREATE TABLE stranger (id integer)";
    await project.output(["shell", "-c", `await getConnection().executeScript(${JSON.stringify(drop)})`]);
    project.write({ "blog/models.ts": BLOG.replace("age: IntegerField({ null: true })", "age: CharField({ maxLength: 7 })") });

    const { code, stdout } = await project.dorm(["dbcheck", "--format", "json"]);
    const { drift, apps } = JSON.parse(stdout) as {
      drift: boolean;
      apps: { models: { model: string; differences: { kind: string; name: string | null }[] }[] }[];
    };
    expect({ code, drift }).toEqual({ code: 1, drift: true });
    const kinds = Object.fromEntries(
      apps[0]?.models.map(({ model, differences }) => [model, differences.map(({ kind }) => kind).sort()]) ?? [],
    );
    expect(kinds).toEqual({
      "blog.Tag": [],
      "blog.Author": ["extra_column", "null_mismatch", "type_mismatch"],
      "blog.Book": ["missing_index", "missing_table"],
    });
    const text = (await project.dorm(["dbcheck", "blog"])).stdout;
    expect(text).toContain("  ✓ Tag (blog_tag)\n  ✗ Author (blog_author)\n");
    expect(text).toMatch(/ {6}type age: (varchar\(7\)|character varying\(7\)) in the models, integer in the database\n/);
    expect(text).toContain("      column extra only in the database: integer\n");
    expect(text).toContain("      blog_book_tags: table missing in the database\n");

    const whole = await project.dorm(["diff", "--json"]);
    const { differences } = JSON.parse(whole.stdout) as { differences: { kind: string; table: string }[] };
    expect(whole.code).toBe(1);
    expect(differences.map(({ kind, table }) => `${table} ${kind}`)).toContain("stranger extra_table");
    const ofApp = await project.dorm(["diff", "--apps", "blog"]);
    expect(ofApp.code).toBe(1);
    expect(ofApp.stdout).not.toContain("stranger");
    expect(ofApp.stdout).toMatch(/\n5 differences\.\n$/);
    expect((await project.dorm(["diff", "--alias", "nothing"])).code).toBe(2);
  });
});

describe("dorm squashmigrations", () => {
  const withHistory = async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing("") });
    await project.output(["makemigrations"]);
    project.write({ "stock/models.ts": thing("amount: IntegerField({ default: 0 })") });
    await project.output(["makemigrations"]);
    project.write({ "stock/models.ts": thing("amount: IntegerField({ default: 0 }), size: IntegerField({ null: true })") });
    await project.output(["makemigrations"]);
    return project;
  };

  it("writes one migration in the place of several, which counts as applied where they are", async () => {
    const project = await withHistory();
    await project.output(["migrate"]);
    const output = await project.output(["squashmigrations", "stock", "0003", "--squashed-name", "all"]);
    expect(output).toMatch(/^Created migration: stock\/migrations\/0001_all\.ts\n {2}3 migrations in one, 3 operations in 1\n/);
    expect(project.read("stock/migrations/0001_all.ts")).toContain("replaces: [");
    expect(await project.output(["migrate"])).toBe("No migrations to apply.\n");
    expect(await project.output(["showmigrations"])).toBe("stock\n [X] 0001_all (squashed)\n");
    expect(await project.output(["makemigrations", "--check"])).toBe("No changes detected\n");
    const empty = { env: { DATABASE_URL: "sqlite:///empty.sqlite3" } };
    expect(await project.output(["migrate"], empty)).toMatch(/^ {2}Applying stock\.0001_all\.\.\. OK \(\d+ ms\)\n$/);
  });

  it("prints without writing, and refuses ranges that are none", async () => {
    const project = await withHistory();
    expect(await project.output(["squashmigrations", "stock", "0001", "0002", "--dry-run"])).toMatch(/CreateModel\(\s*"Thing"/);
    expect(project.list("stock/migrations")).toHaveLength(3);
    expect((await project.dorm(["squashmigrations", "stock", "0001"])).stderr).toMatch(/nothing to squash/);
    expect((await project.dorm(["squashmigrations", "stock", "0003", "0001"])).code).toBe(1);
    expect((await project.dorm(["squashmigrations", "stok", "0003"])).code).toBe(1);
    expect((await project.dorm(["squashmigrations", "stock", "0003", "--squashed-name", "../x"])).code).toBe(2);
  });
});

describe("dorm makemigrations --merge", () => {
  const branch = (name: string, field: string): string =>
    `import { AddField, IntegerField, migration } from "dorm/migrations";\nexport default migration({ dependencies: [["stock", "0001_initial"]], operations: [AddField("Thing", "${field}", IntegerField({ null: true }))] });\n// ${name}\n`;

  it("joins branches, once, and refuses those that contradict each other", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing("") });
    await project.output(["makemigrations"]);
    expect(await project.output(["makemigrations", "--merge"])).toBe("There is nothing to merge.\n");
    project.write({
      "stock/migrations/0002_left.ts": branch("left", "a"),
      "stock/migrations/0002_right.ts": branch("right", "b"),
      "stock/models.ts": thing("a: IntegerField({ null: true }), b: IntegerField({ null: true })"),
    });
    expect((await project.dorm(["makemigrations"])).stderr).toMatch(/^Error: .*several latest migrations: 0002_left, 0002_right/);
    expect(await project.output(["makemigrations", "--merge"])).toMatch(
      /^Created migration: stock\/migrations\/0003_merge_0002_left_0002_right\.ts\n$/,
    );
    expect(await project.output(["makemigrations", "--check"])).toBe("No changes detected\n");
    await project.output(["migrate"]);
    project.write({ "stock/migrations/0004_one.ts": branch("one", "c"), "stock/migrations/0004_two.ts": branch("two", "c") });
    const { code, stderr } = await project.dorm(["makemigrations", "--merge"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: The branches contradict each other: .*0004_one.*0004_two/);
  });
});

describe("dorm lint-migrations", () => {
  const risky = `import { AddIndex, AlterField, CharField, Index, migration, RunCode, RunSQL } from "dorm/migrations";
export default migration({ dependencies: [["stock", "0001_initial"]], operations: [
  AddIndex("Thing", Index({ fields: ["name"], name: "thing_name" })), AlterField("Thing", "name", CharField({ maxLength: 20 })),
  RunCode({ forward: () => {} }), RunSQL("DROP TABLE x", { reverseSql: "" }),
] });\n`;

  it("finds what may hurt, and ends with 1", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing("") });
    await project.output(["makemigrations"]);
    expect(await project.output(["lint-migrations"])).toBe("No findings.\n");
    project.write({ "stock/migrations/0002_risky.ts": risky });
    const { code, stdout } = await project.dorm(["lint-migrations"]);
    expect(code).toBe(1);
    expect(stdout.match(/DORM-M\d+ stock\/migrations\/0002_risky\.ts: /g)).toHaveLength(4);
    expect(stdout).toMatch(/\n4 findings\.\n$/);
    const { findings } = JSON.parse(
      await project.output(["lint-migrations", "--format", "json", "--exit-zero", "--rule", "M002", "M003"]),
    ) as { findings: { rule: string; path: string }[] };
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      "M003 stock/migrations/0002_risky.ts",
      "M002 stock/migrations/0002_risky.ts",
    ]);
    project.write({ "stock/migrations/0002_risky.ts": `// noqa: M002, DORM-M003, M004, M006\n${risky}` });
    expect(await project.output(["lint-migrations", "stock"])).toBe("No findings.\n");
    project.write({ "stock/migrations/0003_broken.ts": "throw new Error('no');" });
    expect((await project.dorm(["lint-migrations"])).stdout).toMatch(/^DORM-M000 stock\/migrations\/0003_broken\.ts: /);
    expect((await project.dorm(["lint-migrations", "--rule", "M999"])).code).toBe(2);
  });
});
