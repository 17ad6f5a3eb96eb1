import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "dorm-bundle-"));
// vitest brings a bundler with it
const viteModule = createRequire(createRequire(import.meta.url).resolve("vitest/package.json")).resolve("vite");

const PROGRAM = `
import { CASCADE, CharField, closeAll, configure, createTables, ForeignKey, Model } from "${join(root, "src/index.ts")}";
class Author extends Model<Author>("blog.Author")({ name: CharField({ maxLength: 10 }) }) {}
class Book extends Model<Book>("blog.Book")({ author: ForeignKey(() => Author, { onDelete: CASCADE }) }) {}
const main = async () => {
  configure({ databases: { default: "sqlite::memory:", server: { url: "postgres://127.0.0.1:1/none", sync: true } } });
  await createTables([Author, Book]);
  await Book.objects.create({ author: await Author.objects.create({ name: "Ann" }) });
  const book = await Book.objects.selectRelated("author").get();
  console.log(book.author.name, Author.name.length < 3, String(book));
  try { Author.objects.using("server").countSync(); } catch (error) { console.log((error as Error).message); }
  await closeAll();
};
main();
`;

describe.each(["es", "cjs"] as const)("a program with dorm in one minified file, as %s", (format) => {
  const file = join(folder, `${format}.${format === "es" ? "mjs" : "cjs"}`);

  beforeAll(async () => {
    const entry = join(folder, "program.ts");
    writeFileSync(entry, PROGRAM);
    // the module's own types are not a dependency of this package
    const { build } = (await import(pathToFileURL(viteModule).href)) as { build(config: object): Promise<unknown> };
    await build({
      configFile: false,
      root: folder,
      logLevel: "silent",
      ssr: { noExternal: true },
      // as esbuild leaves it there
      define: format === "cjs" ? { "import.meta.url": "undefined" } : {},
      build: {
        ssr: entry,
        outDir: folder,
        emptyOutDir: false,
        minify: true,
        target: "es2022",
        rolldownOptions: { output: { format, entryFileNames: file.slice(folder.length + 1), codeSplitting: false } },
      },
    });
  }, 60_000);
  afterAll(() => rmSync(file, { force: true }));

  it("runs, and says what synchronous calls to a server need", () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", file], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^Ann true Book\(1\)\nSynchronous calls to a server run in a worker.* mark it as external\.\n$/);
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
