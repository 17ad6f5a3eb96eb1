import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { Project, projectForTest } from "./support/project.js";

const CONFIG = `import { defineConfig } from "dorm";
import { defineStorage, FileSystemStorage } from "dorm/storage";
export default defineConfig({
  databases: { default: process.env.DATABASE_URL! },
  storages: { default: defineStorage(FileSystemStorage, { location: "uploads" }) },
});
`;

const MODELS = `import { CharField, FileField, FilePathField, ImageField, IntegerField, Model } from "dorm";
export function coverPath(report: { readonly title: string }, filename: string): string {
  return "covers/" + report.title + "/" + filename;
}
export class Report extends Model<Report>("archive.Report")({
  title: CharField({ maxLength: 20 }),
  body: FileField({ uploadTo: "reports/%Y", null: true, maxLength: 80 }),
  cover: FileField({ uploadTo: coverPath, blank: true, default: "" }),
  photo: ImageField({ uploadTo: "photos", widthField: "width", null: true }),
  width: IntegerField({ null: true }),
  source: FilePathField({ path: "archive", match: /\\.ts$/, allowFolders: true, blank: true, default: "" }),
}) {}
`;

describeEachBackend("the command line with files", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  let project: Project;
  beforeAll(() => {
    project = new Project({ "dorm.config.ts": CONFIG, "archive/models.ts": MODELS }, { DATABASE_URL: backend.url });
  });
  afterAll(() => project.remove());

  it("writes the fields into migrations, functions as imports, and finds nothing to do afterwards", async () => {
    await project.output(["makemigrations"]);
    const code = project.read("archive/migrations/0001_initial.ts");
    expect(code).toContain('body: FileField({ uploadTo: "reports/%Y", null: true, maxLength: 80 })');
    expect(code).toContain('cover: FileField({ uploadTo: coverPath, blank: true, default: "" })');
    expect(code).toMatch(/import \{ coverPath \} from "\.\.\/models/);
    expect(code).toContain('photo: ImageField({ uploadTo: "photos", widthField: "width", null: true })');
    expect(code).toMatch(/FilePathField\(\{ path: "archive", match: \/\\\.ts\$\/, allowFolders: true/);
    await project.output(["migrate"]);
    await project.output(["makemigrations", "--check"]);
  });

  it("dumpdata and loaddata write and read the names", async () => {
    const fill = `const { ContentFile } = await import("dorm/storage");
      await Report.objects.create({ title: "a", body: new ContentFile("bytes", "a.txt"), cover: new ContentFile("c", "c.txt") });
      await Report.objects.create({ title: "b" });`;
    await project.output(["shell", "-c", fill]);
    const [first, second] = JSON.parse(await project.output(["dumpdata"]));
    expect(first.fields).toMatchObject({
      body: expect.stringMatching(/^reports\/\d{4}\/a\.txt$/),
      cover: "covers/a/c.txt",
      photo: null,
      width: null,
    });
    expect(second.fields).toMatchObject({ body: null, cover: "", photo: null });
    project.write({ "dump.json": JSON.stringify([first, second]) });
    await project.output(["flush", "--noinput"]);
    await project.output(["loaddata", "dump.json"]);
    const print =
      'const report = await Report.objects.get({ title: "a" }); console.log(await report.body?.text(), JSON.stringify(report.toJSON().cover))';
    expect(await project.output(["shell", "-c", print])).toBe('bytes "covers/a/c.txt"\n');
    expect(project.read(first.fields.body.replace(/^/, "uploads/"))).toBe("bytes");
  });

  it("export-json-schema describes the names", async () => {
    const schema = JSON.parse(await project.output(["export-json-schema"]));
    const { properties } = Object.values(schema.$defs as Record<string, { properties: object }>)[0] ?? { properties: {} };
    expect(properties).toMatchObject({
      body: { type: ["string", "null"], maxLength: 80 },
      cover: { type: "string", maxLength: 255 },
      photo: { type: ["string", "null"], maxLength: 255 },
      source: { type: "string", maxLength: 100 },
    });
  });

  it("a closure is no part of a migration, and neither is a storage that is an object", async () => {
    const refusal = async (models: string): Promise<string> => {
      const other = projectForTest({ "dorm.config.ts": CONFIG, "archive/models.ts": models }, { DATABASE_URL: backend.url });
      const { code, stderr } = await other.dorm(["makemigrations"]);
      expect(code).not.toBe(0);
      return stderr;
    };
    expect(await refusal(MODELS.replace("export function coverPath", "function coverPath"))).toMatch(
      /uploadTo: the function "coverPath" cannot be written into a migration. Export it/,
    );
    const direct = MODELS.replace("import {", 'import { InMemoryStorage } from "dorm/storage";\nimport {').replace(
      'uploadTo: "photos"',
      'uploadTo: "photos", storage: new InMemoryStorage()',
    );
    expect(await refusal(direct)).toMatch(/a storage cannot be written into a migration. Name it in the setting storages/);
  });
});

describe("dorm doctor", () => {
  const warnings = async (config: string): Promise<string[]> => {
    const project = projectForTest({ "dorm.config.ts": config, "archive/models.ts": MODELS }, { DATABASE_URL: "sqlite::memory:" });
    const { stdout } = await project.dorm(["doctor", "--offline", "--format", "json"]);
    return (JSON.parse(stdout) as { findings: { level: string; code: string }[] }).findings
      .filter(({ level }) => level === "warning")
      .map(({ code }) => code);
  };

  it("warns of storages that take no files, and of files that go where nobody said", async () => {
    expect(await warnings(CONFIG)).toEqual([]);
    expect(await warnings(CONFIG.replace('"uploads"', '"dorm.config.ts/uploads"'))).toEqual(["unwritable_storage"]);
    expect(await warnings(CONFIG.replace(/ {2}storages: .*\n/, ""))).toEqual(["no_storages"]);
  });

  it("does not start without a default storage", async () => {
    const project = projectForTest(
      { "dorm.config.ts": CONFIG.replace("{ default: defineStorage", "{ other: defineStorage") },
      { DATABASE_URL: "sqlite::memory:" },
    );
    const { code, stderr } = await project.dorm(["doctor", "--offline"]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/"storages" has no "default"/);
  });
});
