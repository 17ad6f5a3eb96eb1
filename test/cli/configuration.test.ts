import { cpSync, mkdirSync, realpathSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BLOG, CONFIG, projectForTest } from "./support/project.js";

const model = (label: string, fields = "name: CharField({ maxLength: 9 })"): string => {
  const name = label.split(".").at(-1);
  return `import { CharField, Model } from "dorm";\nexport class ${name} extends Model<${name}>("${label}")({ ${fields} }) {}\n`;
};
const withApps = (apps: string): string => CONFIG.replace("defineConfig({", `defineConfig({ apps: ${apps},`);

describe("the configuration of a command", () => {
  it("is found upwards, and its relative paths start at its folder", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG, "blog/deep/er/x.txt": "" });
    await project.output(["shell", "-c", "await createTables()"], { folder: "blog/deep/er" });
    expect(project.has("db.sqlite3")).toBe(true);
    expect(await project.output(["shell", "-c", "await Author.objects.count()"])).toBe("0\n");
  });

  it.each([
    ["dorm.config.mts", CONFIG],
    ["dorm.config.js", CONFIG],
    ["dorm.config.mjs", CONFIG],
  ])("may be %s", async (name, content) => {
    expect(await projectForTest({ [name]: content, "blog/models.ts": BLOG }).output(["sql", "blog.Tag"])).toMatch(
      /^CREATE TABLE "blog_tag"/,
    );
  });

  it("is named by --config, or by DORM_CONFIG, from where the command was called", async () => {
    const project = projectForTest({ "settings/one.ts": CONFIG, "settings/blog/models.ts": BLOG, "settings/two.ts": "export default 3;" });
    expect(await project.output(["sql", "blog.Tag", "--config", "one.ts"], { folder: "settings" })).toContain("blog_tag");
    expect(await project.output(["sql", "blog.Tag"], { env: { DORM_CONFIG: "settings/one.ts" } })).toContain("blog_tag");
    expect(await project.output(["sql", "blog.Tag", "--config=settings/one.ts"], { env: { DORM_CONFIG: "settings/two.ts" } })).toContain(
      "blog_tag",
    );
  });

  it.each([
    ["nothing is there", {}, [], /^Error: There is no dorm\.config\.ts in \/.*Run "dorm init"/],
    ["the named file is not there", {}, ["--config", "x.ts"], /^Error: --config names "x\.ts", and there is no such file/],
    ["A12: what is named is no program", {}, ["--config", "../etc/passwd"], /^Error: --config names "\.\.\/etc\/passwd", which is not a/],
    [
      "it has no default export",
      { "dorm.config.ts": "export const a = 1;" },
      [],
      /^Error: dorm\.config\.ts must give its settings as default export/,
    ],
    [
      "it throws",
      { "dorm.config.ts": "\nthrow new TypeError('no way');" },
      [],
      /^Error: dorm\.config\.ts:2 could not be loaded\. TypeError: no way\n$/,
    ],
    ["it does not parse", { "dorm.config.ts": "export default {" }, [], /^Error: dorm\.config\.ts.* could not be loaded\. /],
    ["it imports what is not there", { "dorm.config.ts": 'import "./missing.js";' }, [], /could not be loaded.*missing/],
    [
      "a key is unknown",
      { "dorm.config.ts": "export default { databasses: {} };" },
      [],
      /^Error: dorm\.config\.ts: There is no setting "databasses"\. Did you mean "databases"/,
    ],
    [
      "a value is wrong",
      { "dorm.config.ts": "export default { slowQueryMs: 'x' };" },
      [],
      /^Error: dorm\.config\.ts: The setting "slowQueryMs" must be/,
    ],
    [
      "a URL is wrong",
      { "dorm.config.ts": "export default { databases: { default: 'oracle://x' } };" },
      [],
      /^Error: dorm\.config\.ts: The database "default": /,
    ],
  ])("is refused in one message, before anything happened, when %s", async (_case, files, args, message) => {
    const project = projectForTest({ "blog/models.ts": BLOG, ...files });
    const { code, stdout, stderr } = await project.dorm(["sql", "--all", ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(project.has("db.sqlite3")).toBe(false);
  });

  it("A11: brings every setting to the project's code", async () => {
    const config = CONFIG.replace(
      "defineConfig({",
      'defineConfig({ timeZone: "Europe/Madrid", searchConfig: "spanish", slowQueryMs: null,',
    );
    const project = projectForTest({ "dorm.config.ts": config });
    const shown = await project.output(["shell", "-c", "JSON.stringify([settings.timeZone, settings.searchConfig, settings.slowQueryMs])"]);
    expect(shown).toBe('["Europe/Madrid","spanish",null]\n');
  });

  it("is read by the project's own copy of dorm, where it has another one", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG });
    const installed = join(project.root, "node_modules/dorm");
    const copy = join(project.root, "copy");
    mkdirSync(copy);
    for (const part of ["dist", "package.json"]) cpSync(join(realpathSync(installed), part), join(copy, part), { recursive: true });
    symlinkSync(realpathSync(join(installed, "node_modules")), join(copy, "node_modules"));
    renameSync(installed, join(project.root, "unused"));
    renameSync(copy, installed);
    const { stderr } = await project.dorm(["sql", "nothing", "--traceback"]);
    expect(stderr).toContain(`${project.root}/node_modules/dorm/dist/`);
  });

  it("also serves a project without a copy of its own", async () => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG });
    renameSync(join(project.root, "node_modules"), join(project.root, "elsewhere"));
    expect(await project.output(["sql", "blog.Tag"])).toMatch(/^CREATE TABLE "blog_tag"/);
  });
});

describe("the apps of a project", () => {
  const appsOf = async (files: Record<string, string>): Promise<Record<string, string[]>> => {
    const output = await projectForTest({ "dorm.config.ts": CONFIG, ...files }).output(["models-tree", "--format", "json"]);
    const tree = JSON.parse(output) as { app: string; models: { label: string }[] }[];
    return Object.fromEntries(tree.map(({ app, models }) => [app, models.map(({ label }) => label)]));
  };

  it("are the folders with models, those of tools apart", async () => {
    const apps = await appsOf({
      "blog/models.ts": model("blog.Post"),
      "src/shop/models/index.ts": model("shop.Order"),
      "node_modules/x/models.ts": model("x.X"),
      "dist/models.ts": model("dist.X"),
      "build/models.js": model("build.X"),
      ".cache/models.ts": model("cache.X"),
      "blog/migrations/models.ts": model("m.X"),
      "venv/lib/models.ts": model("venv.X"),
    });
    expect(apps).toEqual({ blog: ["blog.Post"], shop: ["shop.Order"] });
  });

  it("may import each other in a circle, with enums and decorators", async () => {
    const apps = await appsOf({
      "blog/models.ts": `import { CASCADE, ForeignKey, Model } from "dorm";
import { Order } from "../shop/models.js";
export enum Kind { Long = "long" }
export class Post extends Model<Post>("blog.Post")({ order: ForeignKey(() => Order, { onDelete: CASCADE }) }) {}\n`,
      "shop/models.ts": `import { CASCADE, CharField, ForeignKey, Model } from "dorm";
import { Kind, Post } from "../blog/models.js";
const logged = (_target: object, _key: string, descriptor: PropertyDescriptor) => descriptor;
export class Order extends Model<Order>("shop.Order")({
  kind: CharField({ maxLength: 9, default: () => Kind.Long }),
  get post() { return ForeignKey(() => Post, { onDelete: CASCADE }); },
}) { @logged total() { return 1; } }\n`,
    });
    expect(apps).toEqual({ blog: ["blog.Post"], shop: ["shop.Order"] });
  });

  it("are named by the labels of their models where these are not their folder's", async () => {
    expect(await appsOf({ "models.ts": model("core.Thing"), "server/things/models.ts": model("stock.Item") })).toEqual({
      core: ["core.Thing"],
      stock: ["stock.Item"],
    });
  });

  it("are the ones of the setting, also without models", async () => {
    const files = {
      "dorm.config.ts": withApps('["src/shop", "empty"]'),
      "src/shop/models.ts": model("shop.Order"),
      "blog/models.ts": model("blog.Post"),
      "empty/x.txt": "",
    };
    expect(await appsOf(files)).toEqual({ shop: ["shop.Order"], empty: [] });
  });

  it.each([
    [
      "a named folder is not there",
      { "dorm.config.ts": withApps('["blgo"]'), "blog/models.ts": BLOG },
      /names "blgo", and there is no such folder .*Did you mean "blog"/,
    ],
    ["A12: a named folder is outside", { "dorm.config.ts": withApps('["../etc"]') }, /names "\.\.\/etc", which is not a folder below/],
    [
      "a model file throws",
      { "blog/models.ts": 'import { Model } from "dorm";\n\nundefinedThing();\n' },
      /^Error: blog\/models\.ts:3 could not be loaded\. ReferenceError: undefinedThing is not defined\n$/,
    ],
    [
      "what a model file imports throws",
      { "blog/models.ts": 'import "./other.js";', "blog/other.ts": "\nthrow new Error('broken');" },
      /^Error: blog\/models\.ts \(at blog\/other\.ts:2\) could not be loaded\. Error: broken\n$/,
    ],
    [
      "a field is wrong",
      { "blog/models.ts": model("blog.Post", "name: CharField({ maxLenght: 9 })") },
      /^Error: blog\/models\.ts:2 could not be loaded\. CharField: unknown option "maxLenght"\. Did you mean "maxLength"/,
    ],
    [
      "two folders are one app",
      { "a/models.ts": model("blog.Post"), "b/models.ts": model("blog.Author") },
      /^Error: Both a and b are the app "blog"/,
    ],
    [
      "one folder has two apps",
      { "a/models.ts": `${model("one.A")}${model("two.B").split("\n")[1]}` },
      /^Error: a\/models\.ts has models of several apps: "one", "two"/,
    ],
  ])("are refused in one message when %s", async (_case, files, message) => {
    const project = projectForTest({ "dorm.config.ts": CONFIG, ...files });
    const { code, stdout, stderr } = await project.dorm(["models-tree"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it("M02, M03: are named when an unknown one is asked for", async () => {
    const { code, stderr } = await projectForTest({ "dorm.config.ts": CONFIG, "blog/models.ts": BLOG }).dorm(["models-tree", "../etc"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Error: There is no app "../etc". Choices are: "blog".\n' });
  });
});
