import { expect, it } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { projectForTest } from "./support/project.js";

const NOTES = `import { CASCADE, CharField, ForeignKey, IntegerField, Model } from "dorm";
import { ContentType, GenericForeignKey } from "dorm/contrib/contenttypes";
export class Note extends Model<Note>("notes.Note")({
  text: CharField({ maxLength: 20 }),
  contentType: ForeignKey(() => ContentType, { onDelete: CASCADE }),
  objectId: IntegerField(),
  about: GenericForeignKey({ contentType: "contentType", objectId: "objectId" }),
}) {}
`;
const config = (apps: readonly string[] | null): string =>
  `export default { databases: { default: process.env.DATABASE_URL }${apps === null ? "" : `, apps: ${JSON.stringify(apps)}`} };\n`;

describeEachBackend("an app of a package", { only: ["sqlite-file", "postgresql"] }, (backend) => {
  it("brings its migrations where it is named, or where its models are used", async () => {
    const env = { DATABASE_URL: backend.url };
    const project = projectForTest({ "dorm.config.ts": config(["notes"]), "notes/models.ts": NOTES }, env);
    const refused = await project.dorm(["makemigrations"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(
      'notes.Note.contentType refers to contenttypes.ContentType, which no app of the project has (notes), so no migration would make its table. Its module brings the migration: name it in dorm.config.ts, apps: ["dorm/contrib/contenttypes", "notes"].',
    );
    project.write({ "dorm.config.ts": config(["dorm/contrib/contenttypes", "notes"]) });
    expect(await project.output(["makemigrations"])).toMatch(
      /^Created migration: notes\/migrations\/0001_initial\.ts\n {2}- Create model Note\n$/,
    );
    expect(project.read("notes/migrations/0001_initial.ts")).toContain('dependencies: [["contenttypes", "0001_initial"]]');
    expect(await project.output(["migrate"])).toMatch(
      /Applying contenttypes\.0001_initial\.\.\. OK[\s\S]*Applying notes\.0001_initial\.\.\. OK/,
    );
    // and without the setting it is found by its models
    project.write({ "dorm.config.ts": config(null) });
    expect(await project.output(["makemigrations", "--check"])).toBe("No changes detected\n");
    expect(await project.output(["showmigrations"])).toBe("notes\n [X] 0001_initial\ncontenttypes\n [X] 0001_initial\n");
    expect(await project.output(["diff"])).toBe("No differences.\n");
    const code =
      'await Note.objects.create({ text: "a", contentType: await ContentType.objects.create({ appLabel: "x", model: "y" }), objectId: 1 });';
    expect(await project.output(["shell", "-c", `${code} console.log(await Note.objects.count())`])).toBe("1\n");
    expect(await project.dorm(["makemigrations", "contenttypes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The migrations of "contenttypes" come with dorm/contrib/contenttypes'),
    });
  });

  it("may be of any package, and must be there", async () => {
    const project = projectForTest(
      {
        "dorm.config.ts": config(["@acme/audit/models"]),
        "node_modules/@acme/audit/package.json":
          '{ "name": "@acme/audit", "version": "1.0.0", "type": "module", "exports": { "./models": "./lib/models.js" } }',
        "node_modules/@acme/audit/lib/models.js": `import { CharField, Model } from "dorm";\nexport class Entry extends Model("audit.Entry")({ text: CharField({ maxLength: 9 }) }) {}\n`,
        "node_modules/@acme/audit/lib/migrations/0001_initial.js": `import { CharField, CreateModel, migration } from "dorm/migrations";\nexport default migration({ operations: [CreateModel("Entry", { text: CharField({ maxLength: 9 }) })] });\n`,
      },
      { DATABASE_URL: backend.url },
    );
    expect(await project.output(["showmigrations"])).toBe("audit\n [ ] 0001_initial\n");
    expect(await project.output(["makemigrations", "--check"])).toBe("No changes detected\n");
    project.write({ "dorm.config.ts": config(["@acme/audt"]) });
    expect((await project.dorm(["showmigrations"])).stderr).toContain('names "@acme/audt", and there is no such folder in');
  });
});
