import { afterAll, beforeAll, expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { BLOG, CONFIG, Project } from "./support/project.js";

const EVERYTHING = `import { BigIntegerField, BinaryField, BooleanField, CASCADE, CharField, CompositePrimaryKey, DateField, DateTimeField, DecimalField,
  DurationField, FloatField, ForeignKey, JSONField, Model, OneToOneField, postSave, preSave, TimeField, UUIDField } from "dorm";
export class Sample extends Model<Sample>("kinds.Sample")({
  id: UUIDField({ primaryKey: true, version: 4 }),
  big: BigIntegerField(), price: DecimalField({ maxDigits: 30, decimalPlaces: 10 }), ratio: FloatField(), on: BooleanField(),
  day: DateField(), time: TimeField(), at: DateTimeField({ precision: 6 }), changed: DateTimeField({ autoNow: true }),
  span: DurationField(), data: JSONField(), bytes: BinaryField(), text: CharField({ maxLength: 50, null: true }),
}) {}
export class Node extends Model<Node>("kinds.Node")({
  name: CharField({ maxLength: 9 }),
  get parent() { return ForeignKey(() => Node, { onDelete: CASCADE, null: true }); },
}) {}
export class Line extends Model<Line>("kinds.Line")({
  pk: CompositePrimaryKey("node", "position"),
  node: ForeignKey(() => Node, { onDelete: CASCADE }),
  position: BigIntegerField({ mode: "number" }),
  text: CharField({ maxLength: 9 }),
}) {}
export class Secret extends Model<Secret>("kinds.Secret")({ node: OneToOneField(() => Node, { onDelete: CASCADE }), word: CharField({ maxLength: 9, default: "none", serialize: false }) }) {}
for (const signal of [preSave, postSave]) signal.connect(() => { if (process.argv.includes("loaddata")) throw new Error("a signal was sent"); }, { sender: Node });
`;

const FILL = `
const tags = await Tag.objects.bulkCreate([new Tag({ name: "a" }), new Tag({ name: "b" })]);
const author = await Author.objects.create({ name: "Ünï \\"q\\"", age: null });
const book = await Book.objects.create({ title: "T", author });
await book.tags.add(...tags);
await Book.objects.create({ title: "No tags", author });
await Sample.objects.create({ big: 2n ** 62n, price: "12345678901234567890.0123456789", ratio: 0.1, on: true, day: "2024-02-29", time: "23:59:59",
  at: "2024-02-29T01:02:03.123456Z", span: 90061001, data: { a: [1, null, "x"] }, bytes: new Uint8Array([0, 255, 10]), text: null });
const root = await Node.objects.create({ name: "root" });
const child = await Node.objects.create({ name: "child", parent: root });
root.parent = child;
await root.save();
await Line.objects.create({ node: root, position: 1, text: "x" });
await Secret.objects.create({ node: child, word: "hidden" });
`;

const LATER = `
const book = await Book.objects.selectRelated("author").get({ pk: 50 });
console.log(book.author.name, await book.tags.count());
`;

type Refusal = readonly [what: string, records: unknown, message: RegExp];

describeEachBackend("fixtures", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  let project: Project;
  beforeAll(async () => {
    project = new Project(
      { "dorm.config.ts": CONFIG, "blog/models.ts": BLOG, "kinds/models.ts": EVERYTHING },
      { DATABASE_URL: backend.url },
    );
    await project.output(["shell", "-c", "await createTables()"]);
  });
  const empty = () => project.output(["flush", "--noinput"]);
  afterAll(() => project.remove());

  const load = async (records: unknown, name = "given.json"): Promise<{ code: number | null; stderr: string }> => {
    project.write({ [name]: JSON.stringify(records) });
    return project.dorm(["loaddata", name]);
  };
  const evaluate = (code: string): Promise<string> => project.output(["shell", "-c", code]);

  it("come back as they were, with every kind of value", async () => {
    await empty();
    await project.output(["shell"], { input: FILL });
    const before = await project.output(["dumpdata", "--indent", "1"]);
    const records = JSON.parse(before) as { model: string; pk: unknown; fields: Record<string, unknown> }[];
    expect(records.map(({ model }) => model).sort()).toEqual(
      [
        "blog.Author",
        "blog.Book",
        "blog.Book",
        "blog.Tag",
        "blog.Tag",
        "kinds.Line",
        "kinds.Node",
        "kinds.Node",
        "kinds.Sample",
        "kinds.Secret",
      ].sort(),
    );
    expect(records.find(({ model }) => model === "kinds.Sample")?.fields).toMatchObject({
      big: "4611686018427387904",
      price: "12345678901234567890.0123456789",
      at: "2024-02-29T01:02:03.123456Z",
      bytes: "AP8K",
      data: { a: [1, null, "x"] },
      text: null,
    });
    expect(records.find(({ model, fields }) => model === "blog.Book" && fields.title === "T")?.fields).toEqual({
      title: "T",
      author: 1,
      tags: [1, 2],
    });
    expect(records.find(({ model }) => model === "kinds.Line")).toEqual({ model: "kinds.Line", pk: [1, 1], fields: { text: "x" } });
    expect(records.find(({ model }) => model === "kinds.Secret")?.fields).toEqual({ node: 2 });
    project.write({ "all.json": before });
    await project.output(["flush", "--noinput"]);
    expect(await project.output(["loaddata", "all.json"])).toBe("Loaded 10 objects from all.json\n");
    expect(await project.output(["dumpdata", "--indent", "1"])).toBe(before);
  });

  it("M04: hold the rows of the project's apps only, or of those that are named", async () => {
    await empty();
    await project.output(["shell"], { input: `${FILL}\nawait getConnection().execute('CREATE TABLE stranger (id int)')` });
    try {
      const labels = async (...args: string[]): Promise<string[]> => {
        const records = JSON.parse(await project.output(["dumpdata", ...args])) as { model: string }[];
        return [...new Set(records.map(({ model }) => model))].sort();
      };
      expect(await labels("blog")).toEqual(["blog.Author", "blog.Book", "blog.Tag"]);
      expect(await labels("blog.Author", "Node")).toEqual(["blog.Author", "kinds.Node"]);
      expect(await labels("--exclude", "kinds", "--exclude", "blog.Tag")).toEqual(["blog.Author", "blog.Book"]);
    } finally {
      await evaluate("await getConnection().execute('DROP TABLE stranger')");
    }
  });

  it("are written to a file whole or not at all", async () => {
    await empty();
    await project.output(["shell"], { input: FILL });
    project.write({ "out.json": "before" });
    expect((await project.dorm(["dumpdata", "nothing", "--output", "out.json"])).code).toBe(1);
    expect(project.read("out.json")).toBe("before");
    expect(await project.output(["dumpdata", "blog", "-o", "out.json"])).toBe("Wrote 5 objects to out.json\n");
    expect(JSON.parse(project.read("out.json"))).toHaveLength(5);
    expect(project.list(".").filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("M08: may refer to later rows, and new rows are numbered after them", async () => {
    await empty();
    const records = [
      { model: "blog.Book", pk: 50, fields: { title: "First", author: 70, tags: [90] } },
      { model: "blog.Author", pk: 70, fields: { name: "Later" } },
      { model: "blog.Tag", pk: 90, fields: { name: "last" } },
    ];
    expect(await load(records)).toEqual({ code: 0, stdout: "Loaded 3 objects from given.json\n", stderr: "" });
    expect(await project.output(["shell"], { input: LATER })).toBe("Later 1\n");
    expect(await evaluate("(await Author.objects.create({ name: 'new' })).pk")).toBe("71\n");
    expect(await evaluate("(await Tag.objects.create({ name: 'new' })).pk")).toBe("91\n");
  });

  it("M08: are loaded in one transaction for each file, after all files were read", async () => {
    await empty();
    project.write({
      "one.json": JSON.stringify([{ model: "blog.Tag", pk: 1, fields: { name: "one" } }]),
      "two.json": JSON.stringify([
        { model: "blog.Tag", pk: 2, fields: { name: "two" } },
        { model: "blog.Tag", pk: 3, fields: { name: "two" } },
      ]),
      "bad.json": "[{}]",
    });
    expect((await project.dorm(["loaddata", "one.json", "bad.json"])).code).toBe(1);
    expect(await evaluate("await Tag.objects.count()")).toBe("0\n");
    const { code, stdout, stderr } = await project.dorm(["loaddata", "one.json", "two.json"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "Loaded 1 object from one.json\n" });
    expect(stderr).toMatch(/^Error: two\.json, entry 2 \(blog\.Tag 3\): /);
    expect(await evaluate("await Tag.objects.valuesList('name', { flat: true })")).toContain("one");
    expect(await evaluate("await Tag.objects.count()")).toBe("1\n");
  });

  it("overwrite rows with their key, relations too, and keep what fills itself", async () => {
    await empty();
    const record = (name: string, tags: number[]) => [
      { model: "blog.Tag", pk: 1, fields: { name: "a" } },
      { model: "blog.Tag", pk: 2, fields: { name: "b" } },
      { model: "blog.Author", pk: 1, fields: { name } },
      { model: "blog.Book", pk: 1, fields: { title: name, author: 1, tags } },
    ];
    await load(record("before", [1, 2]));
    expect((await load(record("after", [2]))).code).toBe(0);
    const [, , author, book] = JSON.parse(await project.output(["dumpdata", "Tag", "Author", "Book"])) as { fields: object }[];
    expect([author?.fields, book?.fields]).toEqual([
      { name: "after", age: null },
      { title: "after", author: 1, tags: [2] },
    ]);
    expect((await load([{ model: "kinds.Node", pk: null, fields: { name: "x" } }])).code).toBe(0);
    expect(await evaluate("(await Node.objects.get()).pk")).toBe("1\n");
  });

  it("are found by name in the fixtures folders", async () => {
    await empty();
    project.write({ "blog/fixtures/tags.json": JSON.stringify([{ model: "blog.Tag", pk: 4, fields: { name: "x" } }]) });
    expect(await project.output(["loaddata", "tags"], { folder: "kinds" })).toBe("Loaded 1 object from blog/fixtures/tags.json\n");
    expect(JSON.parse(await project.output(["loaddata", "tags", "--format", "json"]))).toEqual({
      database: "default",
      files: [{ file: "blog/fixtures/tags.json", objects: 1 }],
    });
  });

  // what is found wrong before the database is asked is the same on all of them
  const read: readonly Refusal[] = [
    ["no JSON", "{", /^Error: given\.json: it is not JSON: /],
    ["no list", {}, /^Error: given\.json: a fixture is a list/],
    ["no record", [3], /^Error: given\.json, entry 1: an entry is an object with/],
    [
      "an unknown model",
      [{ model: "blog.Autor", pk: 1, fields: {} }],
      /entry 1: there is no model "blog\.Autor"\. Did you mean "blog\.Author"/,
    ],
    [
      "an unknown field",
      [{ model: "blog.Tag", pk: 1, fields: { nmae: "x" } }],
      /entry 1 \(blog\.Tag 1\): blog\.Tag has no field "nmae"\. Did you mean "name"/,
    ],
    [
      "a missing value",
      [{ model: "blog.Tag", pk: 1, fields: {} }],
      /\(blog\.Tag 1\): it has no value for blog\.Tag\.name, which cannot be null/,
    ],
    ["null where it cannot be", [{ model: "blog.Tag", pk: 1, fields: { name: null } }], /blog\.Tag\.name cannot be null/],
    ["a wrong value", [{ model: "blog.Author", pk: 1, fields: { name: "x", age: "old" } }], /\(blog\.Author 1\): blog\.Author\.age: /],
    ["a wrong composite key", [{ model: "kinds.Line", pk: 1, fields: { text: "x" } }], /"pk" must be a list of 2 values: node, position/],
    ["a list that is none", [{ model: "blog.Book", pk: 1, fields: { title: "x", author: 1, tags: 3 } }], /"tags" must be a list of keys/],
  ];
  const written: readonly Refusal[] = [
    ["a dangling key", [{ model: "blog.Book", pk: 1, fields: { title: "x", author: 99 } }], /blog_(book|author)/],
    [
      "a dangling key of a list",
      [
        { model: "blog.Author", pk: 1, fields: { name: "x" } },
        { model: "blog.Book", pk: 1, fields: { title: "x", author: 1, tags: [5] } },
      ],
      /blog_book_tags|blog_tag/,
    ],
  ];
  it.each(backend.vendor === "sqlite" ? [...read, ...written] : written)("are refused whole for %s", async (_case, records, message) => {
    project.write({ "given.json": typeof records === "string" ? records : JSON.stringify(records) });
    const { code, stdout, stderr } = await project.dorm(["loaddata", "given.json"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(await project.output(["dumpdata", "Author", "Book"])).toBe("[]\n");
  });

  it("M10: flush empties every table, junctions too, and numbers from 1 again", async () => {
    await empty();
    await project.output(["shell"], { input: FILL });
    const unasked = await project.dorm(["flush"]);
    expect(unasked).toEqual({
      code: 2,
      stdout: "",
      stderr: "Error: There is no terminal to ask on. Give --noinput to delete every row without being asked.\n",
    });
    expect(await evaluate("await Book.objects.count()")).toBe("2\n");
    expect(await project.output(["flush", "--noinput"])).toBe('Deleted every row of 8 tables of "default".\n');
    expect(await evaluate("(await getConnection().execute('SELECT COUNT(*) AS n FROM blog_book_tags')).rows[0].n")).toMatch(/^0n?\n$/);
    expect(await project.output(["dumpdata"])).toBe("[]\n");
    expect(await evaluate("(await Author.objects.create({ name: 'x' })).pk")).toBe("1\n");
  });
});
