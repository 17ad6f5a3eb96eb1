import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configure } from "../../src/engine/settings.js";
import {
  AddField,
  AlterField,
  ArrayField,
  BinaryField,
  CASCADE,
  CharField,
  CheckConstraint,
  CompositePrimaryKey,
  CreateModel,
  DateField,
  DateTimeField,
  Decimal,
  DecimalField,
  detectMigrations,
  EnumField,
  F,
  ForeignKey,
  GeneratedField,
  Index,
  IntegerField,
  JSONField,
  Lower,
  ManyToManyField,
  Migration,
  MigrationGraph,
  type MigrationOptions,
  MinValueValidator,
  mergeMigrations,
  migration,
  migrationCode,
  Q,
  RegexValidator,
  RemoveField,
  RenameField,
  RunCode,
  RunSQL,
  SET_NULL,
  squashMigrations,
  TextField,
  UniqueConstraint,
  UUIDField,
  uuid7,
  verifyMigrations,
} from "../../src/migrations/index.js";
import { lintMigrations } from "../../src/migrations/lint.js";
import { type Models, Project, stateOf, testImporter } from "./support.js";

const describeOperations = async (from: Models, to: Models, options: object = {}): Promise<string[]> =>
  (await detectMigrations({ from: stateOf(from), to: stateOf(to), ...options })).flatMap(({ operations }) =>
    operations.map((operation) => operation.describe()),
  );

const graphOf = (migrations: Readonly<Record<string, MigrationOptions>>): MigrationGraph =>
  new MigrationGraph(
    Object.entries(migrations).map(([key, source]) => new Migration(key.split(".")[0] ?? "", key.split(".")[1] ?? "", source)),
  );

describe("finding what changed", () => {
  const author: Models = { "blog.Author": [{ name: CharField({ maxLength: 50 }) }] };

  it("L05 asks for a value for rows that are there, and fails with advice where nobody answers", async () => {
    const to: Models = { "blog.Author": [{ name: CharField({ maxLength: 50 }), age: IntegerField() }] };
    await expect(describeOperations(author, to)).rejects.toThrow(/blog.Author.age is new and must have a value.*default or null: true/);
    const questioner = {
      isModelRenamed: () => false,
      isFieldRenamed: () => false,
      defaultFor: () => ({ kind: "value" as const, value: 3 }),
    };
    const [planned] = await detectMigrations({ from: stateOf(author), to: stateOf(to), questioner });
    expect(migrationCode("blog.0001", planned ?? migration({ operations: [] }))).toContain(
      'AddField("Author", "age", IntegerField({ default: 3 }), { preserveDefault: false })',
    );
  });

  it("L13 sees changed order, table, and bodies under the same name", async () => {
    const before: Models = {
      "blog.Author": [
        { name: CharField({ maxLength: 50 }) },
        { indexes: [Index({ fields: ["name"], name: "one" })], constraints: [CheckConstraint({ check: Q({ name: "a" }), name: "two" })] },
      ],
    };
    const now: Models = {
      "blog.Author": [
        { name: CharField({ maxLength: 50 }) },
        {
          ordering: ["-name"],
          dbTable: "people",
          indexes: [Index({ fields: ["-name"], name: "one" })],
          constraints: [CheckConstraint({ check: Q({ name: "b" }), name: "two" })],
        },
      ],
    };
    expect(await describeOperations(before, now)).toEqual([
      "Remove index one from Author",
      "Remove constraint two from Author",
      "Create index one on Author",
      "Create constraint two on Author",
      "Rename table of Author to people",
      "Change options of Author",
    ]);
  });

  it("L14 sorts new models by what they need, splits circles, and does so alike every time", async () => {
    const models: Models = {
      "blog.A": [{ b: ForeignKey("blog.B", { onDelete: CASCADE }) }, { indexes: [Index({ fields: ["b"], name: "by_b" })] }],
      "blog.B": [{ c: ForeignKey("blog.C", { onDelete: CASCADE }), self: ForeignKey("blog.B", { onDelete: SET_NULL, null: true }) }],
      "blog.C": [{ a: ForeignKey("blog.A", { onDelete: CASCADE }) }],
      "blog.Z": [{ many: ManyToManyField("blog.A") }],
    };
    const first = await detectMigrations({ to: stateOf(models) });
    const again = await detectMigrations({ to: stateOf(Object.fromEntries(Object.entries(models).reverse())) });
    const code = (planned: typeof first): string[] => planned.map((each) => migrationCode(each.name, each));
    expect(code(again)).toEqual(code(first));
    const descriptions = first.flatMap(({ operations }) => operations.map((operation) => operation.describe()));
    expect(descriptions.indexOf("Create model Z")).toBeGreaterThan(descriptions.indexOf("Create model A"));
    expect(descriptions).toContain("Add field b to A");
    expect(descriptions).toContain("Create index by_b on A");
  });

  it("L15 depends on the other app, also in circles between apps", async () => {
    const planned = await detectMigrations({
      to: stateOf({
        "auth.User": [{ favourite: ForeignKey("blog.Post", { onDelete: SET_NULL, null: true }) }],
        "blog.Post": [{ author: ForeignKey("auth.User", { onDelete: CASCADE }) }],
      }),
    });
    expect(planned.map(({ app, name, dependencies }) => [`${app}.${name}`, dependencies])).toEqual([
      ["auth.0001_initial", []],
      ["blog.0001_initial", [["auth", "0001_initial"]]],
      [
        "auth.0002_initial",
        [
          ["auth", "0001_initial"],
          ["blog", "0001_initial"],
        ],
      ],
    ]);
    expect(() => graphOf({ "blog.0001": { dependencies: [["auth", "0001_gone"]], operations: [] } })).toThrow(
      "blog.0001 depends on auth.0001_gone, which is not there.",
    );
  });

  it("L20 guesses no rename, follows hints, and alters what was renamed and changed", async () => {
    const before: Models = { "blog.Author": [{ name: CharField({ maxLength: 50 }), motto: CharField({ maxLength: 50, null: true }) }] };
    const now: Models = { "blog.Author": [{ title: CharField({ maxLength: 50 }), slogan: CharField({ maxLength: 60, null: true }) }] };
    const questioner = {
      isModelRenamed: () => false,
      isFieldRenamed: () => false,
      defaultFor: () => ({ kind: "value" as const, value: "x" }),
    };
    expect(await describeOperations(before, now, { questioner, detectRenames: true })).toEqual([
      "Add field title to Author",
      "Add field slogan to Author",
      "Remove field name from Author",
      "Remove field motto from Author",
    ]);
    expect(await describeOperations(before, now, { renames: { fields: { "blog.Author": { name: "title", motto: "slogan" } } } })).toEqual([
      "Rename field name on Author to title",
      "Rename field motto on Author to slogan",
      "Alter field slogan on Author",
    ]);
    expect(
      await describeOperations({ "blog.Writer": author["blog.Author"] ?? [{}] }, author, {
        renames: { models: { blog: { Writer: "Author" } } },
      }),
    ).toEqual(["Rename model Writer to Author"]);
    expect(await describeOperations({ "blog.Writer": author["blog.Author"] ?? [{}] }, author)).toEqual([
      "Create model Author",
      "Delete model Writer",
    ]);
    await expect(describeOperations(before, now, { renames: { fields: { "blog.Author": { name: "titel" } } } })).rejects.toThrow(
      /field blog.Author.titel.*title/,
    );
  });

  it("L21 takes what cannot be written as changed", async () => {
    const given = (value: object): Models => ({ "blog.Author": [{ data: JSONField({ default: () => value }) }] });
    class Odd {}
    const odd = (): Models => ({ "blog.Author": [{ name: CharField({ maxLength: 9, dbDefault: new Odd() as never }) }] });
    expect(await describeOperations(odd(), odd())).toEqual(["Alter field name on Author"]);
    expect(await describeOperations(given({}), given({}))).toEqual([]);
    const text = "x";
    expect(() =>
      migrationCode("blog.0001", { operations: [AddField("Author", "name", CharField({ maxLength: 9, default: () => text }))] }),
    ).toThrow(/blog.0001, "Add field name to Author", default: the function "default" cannot be written into a migration. Export it/);
  });

  it("writes functions that give a literal, and compares them by it", async () => {
    const code = (fallback: () => unknown) =>
      migrationCode("blog.0001", { operations: [AddField("Author", "data", JSONField<unknown>({ default: fallback }))] });
    expect(code(() => ({}))).toContain("default: () => ({})");
    expect(code(() => [])).toContain("default: () => []");
    expect(code(() => "it's")).toContain(`default: () => "it's"`);
    expect(code(() => ({ theme: "light", sizes: [1, -2.5], none: null, "a b": { on: true } }))).toContain(
      `default: () => ({ theme: "light", sizes: [1, -2.5], none: null, "a b": { on: true } })`,
    );
    const name = "n";
    const unwritable: (() => unknown)[] = [() => name, () => ({ name }), () => [Math.random()], () => ({ ...{ a: 1 } }), () => `x`];
    for (const fallback of unwritable) expect(() => code(fallback), String(fallback)).toThrow(/the function "?\w+"?/);
    const given = (fallback: () => unknown): Models => ({ "blog.Author": [{ data: JSONField({ default: fallback }) }] });
    expect(await describeOperations(given(() => ({ a: [1] })), given(() => ({ "a": [1,] })))).toEqual([]); // biome-ignore format: the spelling differs
    expect(
      await describeOperations(
        given(() => ({ a: 1 })),
        given(() => ({ a: 2 })),
      ),
    ).toEqual(["Alter field data on Author"]);
  });
});

describe("writing", () => {
  let project: Project;
  beforeEach(() => {
    configure({ databases: { default: "sqlite::memory:" } });
    project = new Project();
  });
  afterEach(() => project.remove());

  it("L16 L17 L18 writes every option so that it is read back alike", async () => {
    const models: Models = {
      "auth.User": [{ pk: CompositePrimaryKey("region", "number"), region: CharField({ maxLength: 2 }), number: IntegerField() }],
      "blog.Author": [
        {
          id: UUIDField({ primaryKey: true, version: 7 }),
          name: CharField({
            maxLength: 50,
            verboseName: 'the "name"',
            helpText: "it's",
            validators: [RegexValidator(/^[a-z/]+$/i, "letters"), MinValueValidator("a")],
          }),
          joined: DateTimeField({ autoNowAdd: true, dbColumn: "joined_at", dbComment: "when" }),
          born: DateField({ default: "2026-01-02" }),
          seen: DateTimeField({ default: new Date("2026-01-02T03:04:05.678Z") }),
          price: DecimalField({
            maxDigits: 6,
            decimalPlaces: 2,
            default: new Decimal("1.50"),
            validators: [MinValueValidator(new Decimal("0.5"))],
          }),
          big: JSONField({ default: { a: [1, null, "x"], "b-c": true } }),
          key: UUIDField({ default: uuid7 }),
          photo: BinaryField({ default: new Uint8Array([1, 2, 255]) }),
          level: EnumField({ choices: ["gold", "tin"], default: "tin" }),
          state: CharField({
            maxLength: 1,
            choices: [
              ["a", "Active"],
              ["g", "Gone"],
            ],
            dbDefault: "a",
          }),
          tags: ArrayField(CharField({ maxLength: 5 }), { size: 3, default: [] }),
          total: GeneratedField({ expression: "price * 2", outputField: DecimalField({ maxDigits: 7, decimalPlaces: 2 }) }),
          boss: ForeignKey("blog.Author", { onDelete: SET_NULL, null: true, relatedName: "staff", dbConstraint: false, toField: "id" }),
        },
        {
          dbTable: "authors",
          ordering: ["-name", F("joined").desc({ nullsLast: true })],
          uniqueTogether: [["name", "born"]],
          verboseNamePlural: "authors",
          indexes: [
            Index({
              fields: ["-name"],
              name: "partial",
              condition: Q({ price__gt: new Decimal("2") }).and(
                Q({ state: "a" })
                  .or(Q({ name__startswith: "x" }))
                  .not(),
              ),
              method: "btree",
              opclasses: ["varchar_pattern_ops"],
              include: ["born"],
            }),
            Index({ expressions: [Lower("name")], name: "lower_name" }),
          ],
          constraints: [
            CheckConstraint({ check: Q({ price__gte: 0, price__lt: F("total") }), name: "positive" }),
            UniqueConstraint({ fields: ["key"], name: "one_key", deferrable: "deferred" }),
          ],
        },
      ],
      "blog.Book": [
        {
          title: TextField({ dbIndex: false }),
          authors: ManyToManyField("blog.Author", { relatedName: "books", through: "blog.Credit", throughFields: ["book", "author"] }),
        },
      ],
      "blog.Credit": [
        {
          book: ForeignKey("blog.Book", { onDelete: CASCADE }),
          author: ForeignKey("blog.Author", { onDelete: CASCADE, relatedName: "+" }),
        },
      ],
    };
    const files = await project.make(models);
    const graph = new MigrationGraph(await project.load());
    expect(await detectMigrations({ graph, to: stateOf(models) })).toEqual([]);
    expect(files["blog.0001_initial"]?.replace(/,?\s*\n\s*/g, (gap) => (gap.startsWith(",") ? ", " : ""))).toContain(
      'condition: Q.and(Q({ price__gt: new Decimal("2") }), Q.or(Q({ state: "a" }), Q({ name__startswith: "x" })).not()',
    );
    expect(files["blog.0001_initial"]).toContain('ordering: ["-name", F("joined").desc({ nullsLast: true })]');
    expect(files["blog.0001_initial"]).toContain("default: uuid7");
  });

  it("reads both forms of files, and names the one that is wrong", async () => {
    await project.make({ "blog.Author": [{ name: CharField({ maxLength: 9 }) }] });
    const folder = project.folderOf("blog");
    writeFileSync(
      join(folder, "0002_names.ts"),
      'import { AddField, IntegerField } from "dorm/migrations";\nexport const dependencies = [["blog", "0001_initial"]];\nexport const operations = [AddField("Author", "age", IntegerField({ null: true }))];\n',
    );
    writeFileSync(
      join(folder, "0003_class.ts"),
      'import { AddField, IntegerField } from "dorm/migrations";\nexport class Migration {\n  dependencies = [["blog", "0002_names"]];\n  operations = [AddField("Author", "rank", IntegerField({ null: true }))];\n}\n',
    );
    expect((await project.load()).map(({ key, operations }) => [key, operations.length])).toEqual([
      ["blog.0001_initial", 1],
      ["blog.0002_names", 1],
      ["blog.0003_class", 1],
    ]);
    writeFileSync(join(folder, "0004_bad.ts"), "export default 3;\n");
    await expect(project.load()).rejects.toThrow(/blog.0004_bad: the file exports no migration/);
    rmSync(join(folder, "0004_bad.ts"));
    writeFileSync(join(folder, "0005_bad.ts"), "throw new Error('boom');\n");
    await expect(project.load()).rejects.toThrow(/0005_bad.ts cannot be loaded: boom/);
  });

  it("L32 L33 finds what hurts in the files, unless a comment says that it is known", async () => {
    const { make } = project;
    await make.call(project, { "blog.Author": [{ name: CharField({ maxLength: 9 }) }] });
    const folder = project.folderOf("blog");
    const code = migrationCode("blog.0002", {
      dependencies: [["blog", "0001_initial"]],
      operations: [
        AddField("Author", "a", IntegerField({ default: 1 })),
        AddField("Author", "b", IntegerField()),
        AlterField("Author", "name", CharField({ maxLength: 20 })),
        RunSQL("DROP TABLE x", { reverseSql: "" }),
        RunSQL("SELECT 1"),
      ],
    });
    writeFileSync(join(folder, "0002_all.ts"), code);
    const lint = async (): Promise<string[]> =>
      (await lintMigrations([{ label: "blog", folder }], { importModule: testImporter })).map(({ rule }) => rule);
    expect(await lint()).toEqual(["M001", "M007", "M002", "M006", "M005"]);
    writeFileSync(join(folder, "0003_broken.ts"), "throw new Error('x');");
    writeFileSync(join(folder, "0002_all.ts"), `// noqa: DORM-M001, M002\n${readFileSync(join(folder, "0002_all.ts"), "utf8")}`);
    expect((await lint()).at(-1)).toBe("M000");
  });
});

describe("squashing and merging", () => {
  const create = CreateModel("Author", { name: CharField({ maxLength: 9 }) });

  it("L27 joins what belongs together, and moves nothing across code", () => {
    const migrations = [
      new Migration("blog", "0001_initial", { operations: [create, CreateModel("Gone", {})] }),
      new Migration("blog", "0002_a", {
        dependencies: [
          ["blog", "0001_initial"],
          ["auth", "0001"],
        ],
        operations: [AddField("Author", "age", IntegerField()), AddField("Author", "x", IntegerField()), RemoveField("Author", "x")],
      }),
      new Migration("blog", "0003_b", {
        dependencies: [["blog", "0002_a"]],
        operations: [AlterField("Author", "age", IntegerField({ null: true })), RenameField("Author", "name", "title")],
      }),
      new Migration("auth", "0001", { operations: [] }),
    ];
    const { migration: squashed, operationsBefore } = squashMigrations({ migrations, app: "blog", to: "0003" });
    expect(squashed.name).toBe("0001_squashed_0003_b");
    expect(squashed.dependencies).toEqual([["auth", "0001"]]);
    expect(operationsBefore).toBe(7);
    expect(squashed.operations.map((operation) => operation.describe())).toEqual(["Create model Author", "Create model Gone"]);
    // what a migration runs must be exported to be imported by another one
    const app = "blog";
    const closure = RunCode({ forward: () => console.log(app) });
    expect(() => migrationCode("blog.0001_squashed", { operations: [closure] })).toThrow(
      /^blog\.0001_squashed.*: the function "forward" cannot be written into a migration\. Export it from the file that has it/,
    );
    expect(migrationCode("x", squashed)).toContain("age: IntegerField({ null: true })");
    const withCode = [
      migrations[0],
      new Migration("blog", "0002_code", {
        dependencies: [["blog", "0001_initial"]],
        operations: [RunCode({ forward: () => undefined }), AddField("Author", "age", IntegerField({ null: true }))],
      }),
    ].flatMap((each) => each ?? []);
    expect(squashMigrations({ migrations: withCode, app: "blog", to: "0002" }).migration.operations).toHaveLength(4);
    expect(() =>
      squashMigrations({
        migrations: [
          ...migrations,
          new Migration("blog", "0001_squashed_0002", {
            replaces: [
              ["blog", "0001_initial"],
              ["blog", "0002_a"],
            ],
            operations: [],
          }),
        ],
        app: "blog",
        to: "0003",
      }),
    ).toThrow(/replaces some of these already/);
  });

  it("L31 merges branches, says where they contradict each other, and has nothing to merge in a line", () => {
    const base = { "blog.0001_initial": { operations: [create] } };
    const branch = (field: string): MigrationOptions => ({
      dependencies: [["blog", "0001_initial"]],
      operations: [AddField("Author", field, IntegerField({ null: true }))],
    });
    expect(mergeMigrations(graphOf({ ...base, "blog.0002_a": branch("a") }), "blog")).toBeNull();
    const merge = mergeMigrations(graphOf({ ...base, "blog.0002_a": branch("a"), "blog.0002_b": branch("b") }), "blog");
    expect(merge?.migration).toMatchObject({
      name: "0003_merge_0002_a_0002_b",
      dependencies: [
        ["blog", "0002_a"],
        ["blog", "0002_b"],
      ],
    });
    expect(merge?.conflicts).toEqual([]);
    const conflicting = mergeMigrations(graphOf({ ...base, "blog.0002_a": branch("same"), "blog.0002_b": branch("same") }), "blog");
    expect(conflicting?.conflicts.map(({ what }) => what)).toEqual([["field blog.Author.same"]]);
  });

  it("tries new migrations where nobody sees it", async () => {
    configure({ databases: { default: "sqlite::memory:" } });
    const from = stateOf({ "blog.Author": [{ name: CharField({ maxLength: 9 }) }] });
    const to = stateOf({ "blog.Author": [{ name: CharField({ maxLength: 20 }), age: IntegerField({ null: true }) }] });
    expect(await verifyMigrations({ from, to, migrations: await detectMigrations({ from, to }) })).toEqual({ tried: true, reason: null });
    await expect(verifyMigrations({ from, to, migrations: [] })).rejects.toThrow(
      /still to be done: blog: Alter field name on Author; blog: Add field age to Author/,
    );
  });
});
