import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { BLOG, CONFIG, Project, projectForTest } from "./support/project.js";

const files = { "dorm.config.ts": CONFIG, "blog/models.ts": BLOG };
const thing = (fields: string, name = "Thing"): string =>
  `import { CharField, IntegerField, Model } from "dorm";\nexport class ${name} extends Model<${name}>("stock.${name}")({ ${fields} }) {}\n`;
const NAME = "name: CharField({ maxLength: 9 })";

describeEachBackend("migrations from the command line", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  let project: Project;
  beforeAll(() => {
    project = new Project(files, { DATABASE_URL: backend.url });
  });
  afterAll(() => project.remove());

  it("M11: --check ends with 1 where something changed and writes nothing, and with 0 after it is written", async () => {
    const missing = await project.dorm(["makemigrations", "--check"]);
    expect(missing).toMatchObject({ code: 1, stderr: "" });
    expect(missing.stdout).toMatch(/^Missing migration: blog\/migrations\/0001_initial\.ts\n( {2}- Create model (Author|Book|Tag)\n){3}$/);
    expect(project.has("blog/migrations")).toBe(false);
    expect(await project.output(["makemigrations"])).toMatch(/^Created migration: blog\/migrations\/0001_initial\.ts\n/);
    expect(await project.output(["makemigrations", "--check"])).toBe("No changes detected\n");
  });

  it("are planned, applied, shown, and undone", async () => {
    expect(await project.output(["showmigrations"])).toBe("blog\n [ ] 0001_initial\n");
    const plan = await project.output(["migrate", "--plan"]);
    expect(plan).toContain("-- Apply blog.0001_initial\nBEGIN;\n");
    expect(plan).toContain('CREATE TABLE "blog_book_tags"');
    expect(await project.output(["migrate", "--dry-run"])).toBe(plan);
    expect(await project.output(["showmigrations"])).toBe("blog\n [ ] 0001_initial\n");
    expect(await project.output(["migrate"])).toMatch(/^ {2}Applying blog\.0001_initial\.\.\. OK \(\d+ ms\)\n$/);
    expect(await project.output(["migrate"])).toBe("No migrations to apply.\n");
    expect(await project.output(["showmigrations", "blog"])).toBe("blog\n [X] 0001_initial\n");
    expect(await project.output(["shell", "-c", "await Book.objects.count()"])).toBe("0\n");
    expect(await project.output(["migrate", "blog", "zero", "--plan"])).toMatch(/^-- Unapply blog\.0001_initial\n[\s\S]*DROP TABLE/);
    expect(await project.output(["migrate", "blog", "zero"])).toMatch(/^ {2}Unapplying blog\.0001_initial\.\.\. OK/);
    expect((await project.dorm(["shell", "-c", "await Book.objects.count()"])).code).toBe(1);
    const [status] = JSON.parse(await project.output(["showmigrations", "--format", "json"]));
    expect(status).toEqual({
      app: "blog",
      migrations: [{ name: "0001_initial", applied: false, appliedAt: null, squashed: false, edited: false }],
    });
  });

  it("M05: sqlmigrate prints a later migration from the state of the earlier ones, forwards and backwards", async () => {
    project.write({
      "blog/models.ts": BLOG.replace(
        "age: IntegerField({ null: true })",
        "age: IntegerField({ null: true }), city: CharField({ maxLength: 30, default: '' })",
      ),
    });
    await project.output(["makemigrations", "--name", "city"]);
    expect(project.list("blog/migrations")).toEqual(["0001_initial.ts", "0002_city.ts"]);
    expect(await project.output(["sqlmigrate", "blog", "0002"])).toMatch(
      /ALTER TABLE "blog_author" ADD COLUMN "city"|CREATE TABLE .*"city"/,
    );
    expect(await project.output(["sqlmigrate", "blog", "0002", "--backwards"])).toMatch(
      /ALTER TABLE "blog_author" DROP COLUMN "city"|blog_author/,
    );
    expect(await project.output(["showmigrations"])).toBe("blog\n [ ] 0001_initial\n [ ] 0002_city\n");
    expect(await project.output(["migrate", "blog", "0001"])).toMatch(/^ {2}Applying blog\.0001_initial/);
    expect(JSON.parse(await project.output(["migrate", "--format", "json"]))).toEqual({
      database: "default",
      dryRun: false,
      migrations: [{ app: "blog", name: "0002_city", backwards: false, faked: false, sql: [] }],
    });
    expect(await project.output(["migrations-graph"])).toBe("blog.0001_initial\nblog.0002_city ← blog.0001_initial\n");
    expect(await project.output(["migrations-graph", "--format", "dot"])).toContain('"blog.0002_city" -> "blog.0001_initial";');
  });

  it.each([
    ["M02: an unknown app", ["migrate", "blgo"], /^Error: There is no app "blgo"\. Did you mean "blog"/],
    ["M02: an unknown app", ["makemigrations", "blgo"], /^Error: There is no app "blgo"/],
    ["M02: an unknown app", ["showmigrations", "blgo"], /^Error: There is no app "blgo"/],
    [
      "M03: an unknown target, with the names",
      ["migrate", "blog", "0009"],
      /^Error: The app "blog" has no migration "0009"\. It has: 0001_initial, 0002_city\.\n$/,
    ],
    ["M03: an ambiguous target", ["migrate", "blog", "000"], /^Error: "000" means several migrations of "blog": 0001_initial, 0002_city/],
    ["an unknown migration", ["sqlmigrate", "blog", "0009"], /^Error: The app "blog" has no migration "0009"/],
  ])("ends with 1 for %s", async (_case, args, message) => {
    const { code, stdout, stderr } = await project.dorm(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("forget records whose files are gone, record without running, and take tables that are there", async () => {
    await project.output(["makemigrations", "blog", "--empty", "--name", "by_hand"]);
    await project.output(["migrate", "--fake"]);
    project.write({ "blog/migrations/0003_by_hand.ts": "", "blog/migrations/_gone": "" });
    await project.node(["-e", 'require("node:fs").rmSync("blog/migrations/0003_by_hand.ts")']);
    expect(await project.output(["migrate", "blog", "--prune"])).toBe("Pruned blog.0003_by_hand\n");
    expect(await project.output(["migrate", "blog", "--prune"])).toBe("There is nothing to prune.\n");
    expect(await project.output(["migrate", "blog", "zero", "--fake"])).toMatch(
      /^ {2}Faking blog\.0002_city\.\.\. OK.*\n {2}Faking blog\.0001_initial\.\.\. OK/,
    );
    expect((await project.dorm(["migrate"])).stderr).toMatch(/^Error: .*blog_/);
    expect(await project.output(["migrate", "blog", "0001", "--fake-initial"])).toMatch(/^ {2}Faking blog\.0001_initial\.\.\. OK/);
    await project.output(["migrate", "--fake"]);
    expect(await project.output(["migrate"])).toBe("No migrations to apply.\n");
  });

  it("make the tables of apps without migrations on request", async () => {
    project.write({ "stock/models.ts": thing(NAME) });
    expect(await project.output(["migrate", "--run-syncdb"])).toContain("Tables of stock, which has no migrations: stock_thing\n");
    expect(await project.output(["shell", "-c", "await Thing.objects.count()"])).toBe("0\n");
  });
});

describeEachBackend("ten processes that migrate at once", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  it("apply each migration once, and all end with 0", { timeout: 120_000 }, async () => {
    const project = projectForTest(files, { DATABASE_URL: backend.url });
    await project.output(["makemigrations"]);
    project.write({ "blog/models.ts": BLOG.replace("maxLength: 40", "maxLength: 50") });
    await project.output(["makemigrations"]);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => project.dorm(["migrate"])));
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array.from({ length: 10 }, () => ({ code: 0, stderr: "" })));
    const applied = outcomes.flatMap(({ stdout }) => stdout.match(/Applying blog\.\w+/g) ?? []);
    expect(applied.sort()).toEqual(["Applying blog.0001_initial", expect.stringMatching(/^Applying blog\.0002/)]);
    expect(
      await project.output(["shell", "-c", "(await getConnection().execute('SELECT COUNT(*) AS n FROM dorm_migrations')).rows[0].n"]),
    ).toMatch(/^2/);
  });
});

describe("dorm makemigrations", () => {
  it("says that a relation leads to a model outside of the project's apps", async () => {
    const project = projectForTest({
      "dorm.config.ts": CONFIG,
      "library/kind.ts": `import { CharField, Model } from "dorm";
export class Kind extends Model<Kind>("kinds.Kind")({ name: CharField({ maxLength: 20 }) }) {}
`,
      "stock/models.ts": `import { CASCADE, ForeignKey, Model } from "dorm";
import { Kind } from "../library/kind.ts";
export class Thing extends Model<Thing>("stock.Thing")({ kind: ForeignKey(() => Kind, { onDelete: CASCADE }) }) {}
`,
    });
    expect(await project.dorm(["makemigrations"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^Error: stock\.Thing\.kind refers to kinds\.Kind, which no app of the project has \(stock\).*kinds\/models\.ts/,
      ),
    });
    project.write({ "kinds/models.ts": 'export { Kind } from "../library/kind.ts";\n' });
    expect(await project.output(["makemigrations"])).toMatch(/^Created migration: kinds\/migrations\/0001_initial\.ts/);
  });

  it("needs renames to be said where nobody can be asked, and guesses none", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    await project.output(["makemigrations"]);
    project.write({ "stock/models.ts": thing("title: CharField({ maxLength: 9 })") });
    const asked = await project.dorm(["makemigrations"]);
    expect(asked).toMatchObject({ code: 1, stdout: "" });
    expect(asked.stderr).toMatch(
      /^Error: Was the field stock\.Thing\.name renamed to "title"\? If so, give --rename stock\.Thing\.name=title; .* --no-renames\. Nothing was written\.\n$/,
    );
    expect(project.list("stock/migrations")).toHaveLength(1);
    expect(await project.output(["makemigrations", "--rename", "stock.Thing.name=title", "--dry-run"])).toContain(
      'RenameField("Thing", "name", "title")',
    );
    project.write({ "hints.json": JSON.stringify({ fields: { "stock.Thing": { name: "title" } } }) });
    expect(await project.output(["makemigrations", "--hints", "hints.json"])).toContain("Rename field name on Thing to title");
    project.write({ "stock/models.ts": thing("title: CharField({ maxLength: 9 })", "Item") });
    expect(await project.output(["makemigrations", "--rename", "stock.Thing=Item"])).toContain("Rename model Thing to Item");
    project.write({ "stock/models.ts": thing("label: CharField({ maxLength: 9, default: '' })", "Item") });
    expect(await project.output(["makemigrations", "--no-renames"])).toMatch(
      /Remove field title from Item\n[\s\S]*Add field label to Item|Add field label to Item\n[\s\S]*Remove field title from Item/,
    );
    expect(await project.output(["migrate"])).toMatch(/(Applying stock\.\d{4}_\w+\.\.\. OK \(\d+ ms\)\n\s*){4}/);
  });

  it("needs a value for rows that are there, which an option or the hints give", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    await project.output(["makemigrations"]);
    await project.output(["migrate"]);
    await project.output(["shell", "-c", "await Thing.objects.create({ name: 'old' })"]);
    project.write({ "stock/models.ts": thing(`${NAME}, amount: IntegerField()`) });
    const asked = await project.dorm(["makemigrations"]);
    expect(asked).toMatchObject({ code: 1, stdout: "" });
    expect(asked.stderr).toContain("stock.Thing.amount is new and must have a value, and rows that are there have none.");
    expect(asked.stderr).toContain("--default stock.Thing.amount=<value>");
    expect((await project.dorm(["makemigrations", "--default", "stock.Thing.amount=many"])).stderr).toMatch(
      /does not fit stock\.Thing\.amount: /,
    );
    project.write({ "hints.json": JSON.stringify({ defaults: { "stock.Thing.amount": 7 } }) });
    expect(await project.output(["makemigrations", "--hints", "hints.json"])).toContain("Add field amount to Thing");
    await project.output(["migrate"]);
    expect(await project.output(["makemigrations", "--check"])).toBe("No changes detected\n");
  });

  it.each([
    ["--hints nothing.json", /^Error: --hints nothing\.json: /],
    ["--hints wrong.json", /^Error: --hints wrong\.json: it must have the form/],
    ["--rename Thing", /^Error: --rename Thing: write blog\.Writer=Author/],
    ["--default Thing", /write blog\.Author\.age=0/],
    ["--name a/b", /^Error: --name takes letters/],
    ["--empty", /^Error: --empty needs the apps/],
  ])("ends with 2 for %s", async (args, message) => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME), "wrong.json": '{ "model": {} }' });
    const { code, stdout, stderr } = await project.dorm(["makemigrations", ...args.split(" ")]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(project.has("stock/migrations")).toBe(false);
  });

  it("names the rename that fits nothing", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    await project.output(["makemigrations"]);
    const { code, stderr } = await project.dorm(["makemigrations", "--rename", "stock.Thingy=Thing"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*stock/);
  });

  it("writes functions of the project as imports, in files that its type check takes", async () => {
    const project = projectForTest({
      "dorm.config.ts": CONFIG,
      "stock/rules.ts":
        'import { ValidationError } from "dorm";\nexport const start = () => "x";\nexport function noSpaces(value: string) { if (value.includes(" ")) throw new ValidationError("no"); }\n',
      "stock/models.ts": `import { CharField, Model } from "dorm";\nimport { noSpaces, start } from "./rules.js";\nexport class Thing extends Model<Thing>("stock.Thing")({ name: CharField({ maxLength: 9, default: start, validators: [noSpaces] }) }) {}\n`,
    });
    await project.output(["makemigrations"]);
    expect(project.read("stock/migrations/0001_initial.ts")).toContain('import { noSpaces, start } from "../rules.js";');
    await project.output(["migrate"]);
  });

  it("shows the files as data for a machine", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    expect(JSON.parse(await project.output(["makemigrations", "--format", "json"]))).toEqual({
      written: true,
      migrations: [{ app: "stock", name: "0001_initial", path: "stock/migrations/0001_initial.ts", operations: ["Create model Thing"] }],
    });
    expect(JSON.parse(await project.output(["makemigrations", "--format", "json"]))).toEqual({ written: false, migrations: [] });
  });
});

describe("dorm migrate", () => {
  it("tells of changes that no migration has", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    await project.output(["makemigrations"]);
    project.write({ "stock/models.ts": thing(`${NAME}, amount: IntegerField()`) });
    const { code, stderr } = await project.dorm(["migrate"]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "The models of stock have changes that no migration has. Run dorm makemigrations, then migrate again.\n",
    });
  });

  const broken =
    'import { migration, RunSQL } from "dorm/migrations";\nexport default migration({ dependencies: [["stock", "0001_initial"]], operations: [';
  it.each([
    ["a file that throws", "throw new Error('no');", /0002_x\.ts cannot be loaded: no/],
    ["a file that exports no migration", "export const x = 1;", /^Error: stock\.0002_x: "operations" must be a list/],
    [
      "a missing dependency",
      `${broken.replace("0001_initial", "0007_no")}] });`,
      /^Error: stock\.0002_x depends on stock\.0007_no, which is not there/,
    ],
    ["SQL that fails", `${broken}RunSQL("CREATE TABLE half (id int)"), RunSQL("NONSENSE")] });`, /^Error: .*NONSENSE/],
  ])("stops at %s, with nothing half done", async (_case, content, message) => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    await project.output(["makemigrations"]);
    project.write({ "stock/migrations/0002_x.ts": content });
    const { code, stderr } = await project.dorm(["migrate"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect((await project.dorm(["shell", "-c", "(await getConnection().execute('SELECT * FROM half')).rowCount"])).stderr).toContain(
      "no such table: half",
    );
  });

  it("says that a database does not answer, or may not be written", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "stock/models.ts": thing(NAME) });
    await project.output(["makemigrations"]);
    const unreachable = await project.dorm(["migrate"], { env: { DATABASE_URL: "postgresql://nobody:secret@127.0.0.1:1/none" } });
    expect(unreachable).toMatchObject({ code: 1, stdout: "" });
    expect(unreachable.stderr).toMatch(/^Error: .*127\.0\.0\.1/);
    expect(unreachable.stderr).not.toContain("secret");
    await project.output(["migrate", "--plan"]);
    project.write({ "ro.sqlite3": "" });
    const readOnly = `export default { databases: { default: { url: "sqlite:///ro.sqlite3", options: { readOnly: true } } } };`;
    chmodSync(join(project.root, "ro.sqlite3"), 0o444);
    project.write({ "ro.config.ts": readOnly });
    const { code, stderr } = await project.dorm(["migrate", "--config", "ro.config.ts"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: /);
    expect(project.read("ro.sqlite3")).toBe("");
  });
});
