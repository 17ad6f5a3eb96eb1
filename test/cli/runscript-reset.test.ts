import { expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { BLOG, CONFIG, projectForTest } from "./support/project.js";

describeEachBackend("commands that work on a whole project", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  it("runscript runs a TypeScript file with the models loaded", async () => {
    const project = projectForTest(
      {
        "dorm.config.ts": CONFIG,
        "blog/models.ts": BLOG,
        "scripts/names.ts": `import { getModels } from "dorm";
export async function run(...args: readonly string[]): Promise<void> {
  console.log(args.join("+"), process.argv.slice(2).length, getModels().map(({ name }) => name).sort().join());
}
`,
        "scripts/default.ts": `import { Author } from "../blog/models.js";\nexport default () => console.log(typeof Author.objects.filter);\n`,
        "scripts/top.ts": `console.log("top");\n`,
        "scripts/bad.ts": `export default () => { throw new RangeError("no good"); };\n`,
      },
      { DATABASE_URL: backend.url },
    );
    expect(await project.output(["runscript", "scripts/names.ts", "a", "--", "--b"])).toMatch(/^a\+--b 2 .*Author.*Book/);
    expect(await project.output(["runscript", "default.ts"], { folder: "scripts" })).toBe("function\n");
    expect(await project.output(["runscript", "scripts/top.ts"])).toBe("top\n");
    expect(await project.dorm(["runscript", "scripts/bad.ts"])).toMatchObject({ code: 1, stderr: expect.stringContaining("no good") });
    expect(await project.dorm(["runscript", "scripts/none.ts"])).toMatchObject({
      code: 1,
      stderr: "Error: There is no file scripts/none.ts.\n",
    });
  });

  it("M01: reset drops everything and migrates, of databases for development only", async () => {
    const project = projectForTest(
      {
        "dorm.config.ts": `export default { databases: { default: process.env.DATABASE_URL, far: "postgresql://u:p@db.example.org/x" } };\n`,
        "blog/models.ts": BLOG,
      },
      { DATABASE_URL: backend.url },
    );
    await project.output(["makemigrations"]);
    await project.output(["migrate"]);
    const script = `await Author.objects.create({ name: "Ursula", age: 1 }); await getConnection().executeScript("CREATE TABLE stray (id INTEGER PRIMARY KEY); CREATE VIEW strays AS SELECT * FROM stray;");`;
    await project.output(["shell", "-c", script]);
    expect(await project.dorm(["reset"])).toMatchObject({ code: 2, stderr: expect.stringContaining("Give --force") });
    expect(await project.dorm(["reset", "--force", "--database", "far"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"far" is no database for development (it is on db.example.org, not on this machine)'),
    });
    expect(await project.dorm(["reset", "--force"], { env: { NODE_ENV: "production" } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("NODE_ENV is production"),
    });
    expect(await project.output(["shell", "-c", "await Author.objects.count()"])).toBe("1\n");
    expect(await project.output(["reset", "--force"])).toMatch(
      /^Dropped everything in "default"\.\n {2}Applying blog\.0001_initial\.\.\. OK/,
    );
    expect(await project.output(["shell", "-c", "await Author.objects.count()"])).toBe("0\n");
    expect(await project.output(["diff"])).toBe("No differences.\n");
  });
});
