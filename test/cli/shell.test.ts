import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BLOG, CONFIG, Project, projectForTest } from "./support/project.js";

const OTHER = `import { CharField, Model } from "dorm";
export class Author extends Model<Author>("shop.Author")({ name: CharField({ maxLength: 9 }) }) {}
export class Order extends Model<Order>("shop.Order")({ name: CharField({ maxLength: 9 }) }) {}
`;

/** `script` gives a program a terminal; only the one of util-linux takes these options. */
const hasScript = spawnSync("script", ["--version"]).status === 0 && process.platform === "linux";

describe("dorm shell", () => {
  let project: Project;
  beforeAll(async () => {
    project = new Project({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG });
    await project.output(["shell"], {
      input: `await createTables();
await Author.objects.bulkCreate(Array.from({ length: 60 }, (_, index) => new Author({ name: "name " + index, age: index })));`,
    });
  });
  afterAll(() => project.remove());
  const run = (code: string) => project.output(["shell", "-c", code]);

  it("prints querysets, lists of instances, records and rows as tables", async () => {
    const table = "id  name    age\n──  ──────  ───\n 1  name 0    0\n 2  name 1    1\n(2 rows)\n";
    expect(await run("Author.objects.filter({ age__lt: 2 }).orderBy('pk')")).toBe(table);
    expect(await run("await Author.objects.filter({ age__lt: 2 }).orderBy('pk');")).toBe(table);
    expect(await run("Author.objects.filter({ age: 1 }).values('name')")).toBe("name\n──────\nname 1\n(1 row)\n");
    expect(await run("Author.objects.filter({ age: 1 }).valuesList('name', 'age')")).toBe("0       1\n──────  ─\nname 1  1\n(1 row)\n");
    expect(await run("Author.objects.only('name').filter({ age: 1 })")).toContain("(not loaded)");
    expect(await run("(await getConnection().execute('SELECT 1 AS one')).rows")).toBe("one\n───\n  1\n(1 row)\n");
  });

  it("reads no more of a queryset than it prints", async () => {
    const { stdout, stderr } = await project.dorm(["shell", "-v", "3", "-c", "Author.objects.orderBy('pk')"]);
    expect(stdout).toMatch(/\n50 {2}name 49 {3}49\n\(the first 50 rows\)\n$/);
    expect(stderr).toMatch(/LIMIT \? \[ 51n? \]|LIMIT 51/);
  });

  it("has everything that dorm exports, and models of one name with their app", async () => {
    expect(await run("await Author.objects.aggregate({ top: Max('age'), all: Count('*') })")).toBe("{ top: 59, all: 60 }\n");
    expect(await run("Author.objects.filter(Q({ age: 1 }).or(Q({ age: 2 }))).count()")).toBe("2\n");
    const shared = projectForTest({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG, "shop/models.ts": OTHER });
    expect(await shared.output(["shell", "-c", "[blog_Author === shop_Author, typeof Order, typeof Author].join()"])).toBe(
      "false,function,undefined\n",
    );
  });

  it("runs a file from a pipe, whose names may be those of models", async () => {
    expect(
      await project.output(["shell"], {
        input: "const Tag = 3;\nfor (let n = 0; n < 2; n++) console.log(await Author.objects.count() + Tag);\n",
      }),
    ).toBe("63\n63\n");
    expect(await project.output(["shell_plus"], { input: "1 + 1\n" })).toBe("2\n");
    expect(await project.output(["shell"], { input: "" })).toBe("");
  });

  it.each([
    ["an error of dorm's", "await Author.objects.filter({ nmae: 1 })", 'Error: blog.Author has no field "nmae". Did you mean "name"?\n'],
    ["any other error", "null.x", "Error: TypeError: Cannot read properties of null (reading 'x')\n"],
    ["a rejection", "Promise.reject(new RangeError('far'))", "Error: RangeError: far\n"],
    ["code that does not parse", "const = 3", "Error: SyntaxError: Unexpected token '='\n"],
  ])("ends with 1 for %s", async (_case, code, stderr) => {
    expect(await project.dorm(["shell", "-c", code])).toEqual({ code: 1, stdout: "", stderr });
  });

  it.skipIf(!hasScript)("is a dialogue on a terminal: top-level await, querysets, errors, history", () => {
    const main = join(project.root, "node_modules/dorm/dist/cli/main.js");
    const lines = [
      "Author.objects.filter({ age: 1 })",
      "const found = await Author.objects.get({ age: 2 })",
      "found.name",
      "found.nothing.x",
      "[1, 2].length + 40",
    ];
    const history = join(project.root, "history");
    const output = execFileSync(
      "bash",
      [
        "-c",
        `(sleep 1.5; printf '%s\\n' "$LINES_IN"; sleep 1.5; printf '\\004') | script -qec "${process.execPath} ${main} shell" /dev/null`,
      ],
      {
        cwd: project.root,
        encoding: "utf8",
        env: { ...process.env, DORM_HISTORY: history, LINES_IN: lines.join("\n"), NO_COLOR: "1", TERM: "xterm" },
      },
    );
    expect(output).toMatch(/dorm \d+\.\d+\.\d+, Node \S+ Models: Tag, Author, Book\. End with Ctrl-D\./);
    expect(output).toContain(" 2  name 1    1\r\n(1 row)");
    expect(output).toMatch(/found\.name\s+name 2\r\n/);
    expect(output).toContain("Cannot read properties of undefined");
    expect(output).toMatch(/\r\n42\r\n/);
    expect(project.read("history")).toContain("found.name");
  });
});
