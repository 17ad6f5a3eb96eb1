import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const ROOT = join(FOLDER, "../..");
const COMPILERS = ["typescript-7", "typescript-5.9", "typescript"];

/* Below node_modules, so that decimal.js and @types/node are found. */
const CACHE = join(ROOT, "node_modules/.cache");
let scratch: string;

function compile(compiler: string, folder: string): string {
  const tsc = join(ROOT, "node_modules", compiler, "bin/tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  return stdout + stderr;
}

function project(name: string, options: object, files: Readonly<Record<string, string>>): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  // not the paths to our sources: "dorm" is the installed package here
  const compilerOptions = { rootDir: ".", types: ["node"], paths: {}, ...options };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include: ["./*.ts"] }),
  );
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** The schema of these tests as a user's module would have it. */
function userSchema(): string {
  return readFileSync(join(FOLDER, "schema.ts"), "utf8").replaceAll('"../../src/index.js"', '"dorm"');
}

beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  scratch = mkdtempSync(join(CACHE, "dorm-package-"));
  // the declarations as an installed package, reachable by its entry alone
  const installed = join(scratch, "node_modules/dorm");
  mkdirSync(installed, { recursive: true });
  writeFileSync(
    join(installed, "package.json"),
    JSON.stringify({ name: "dorm", type: "module", exports: { ".": { types: "./src/index.d.ts" } } }),
  );
  writeFileSync(
    join(installed, "tsconfig.json"),
    JSON.stringify({
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: ".", rootDir: ROOT },
      include: [],
      files: [join(ROOT, "src/index.ts")],
    }),
  );
  expect(compile("typescript", installed)).toBe("");
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("a project that emits declarations", { timeout: 120_000 }, () => {
  it.each(COMPILERS)("has usable ones under %s", (compiler) => {
    const library = project(
      `library-${compiler}`,
      { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: "./out" },
      { "schema.ts": userSchema() },
    );
    expect(compile(compiler, library)).toBe("");
    const declarations = readFileSync(join(library, "out/schema.d.ts"), "utf8");
    expect(declarations).not.toMatch(/\bany\b/);
    const user = project(
      `user-${compiler}`,
      { skipLibCheck: false },
      {
        "schema.d.ts": declarations,
        "index.ts": `
        import { Count } from "dorm";
        import { Author, Book, Post } from "./schema.js";
        export async function run(): Promise<void> {
          const name: string = (await Book.objects.published().selectRelated("author").get({ author__publisher__name: "x" })).author.name;
          const n: number = (await Author.objects.annotate({ n: Count("books") }).get({ n__gt: 3 })).n;
          const loud: string = (await Post.recentObjects.get({ title: "x" })).loud;
          // @ts-expect-error no such field
          await Author.objects.filter({ nope: 3 });
          // @ts-expect-error not loaded
          (await Book.objects.get()).author.name;
          void [name, n, loud];
        }`,
      },
    );
    expect(compile(compiler, user)).toBe("");
  });
});

describe("lookups and transforms that a project adds", { timeout: 120_000 }, () => {
  it.each(COMPILERS)("are typed by declaration merging under %s", (compiler) => {
    const folder = project(
      `lookups-${compiler}`,
      {},
      {
        "schema.ts": userSchema(),
        "index.ts": `
        import { Author } from "./schema.js";
        declare module "dorm" {
          interface CustomLookups { notEqual: { text: string; number: number } }
          interface CustomTransforms { length: { text: { value: number; kind: "number" } }; lower: { text: { value: string; kind: "text" } } }
        }
        export async function run(): Promise<void> {
          await Author.objects.filter({ name__notEqual: "x", age__notEqual: 3, name__length__gte: 3, name__lower__startswith: "x", publisher__name__lower: "x" });
          const lengths: number[] = await Author.objects.orderBy("name__length").valuesList("name__length", { flat: true });
          // @ts-expect-error a number
          await Author.objects.filter({ name__length: "3" });
          // @ts-expect-error a text
          await Author.objects.filter({ name__notEqual: 3 });
          // @ts-expect-error not for moments
          await Author.objects.filter({ joined__notEqual: "2026-11-20" });
          void lengths;
        }`,
      },
    );
    expect(compile(compiler, folder)).toBe("");
  });

  it.each(COMPILERS)("do not exist otherwise under %s", (compiler) => {
    const folder = project(
      `none-${compiler}`,
      {},
      {
        "schema.ts": userSchema(),
        "index.ts": `
        import { Author } from "./schema.js";
        // @ts-expect-error not registered
        await Author.objects.filter({ name__notEqual: "x" });
        // @ts-expect-error not registered
        await Author.objects.filter({ name__length: 3 });`,
      },
    );
    expect(compile(compiler, folder)).toBe("");
  });
});
