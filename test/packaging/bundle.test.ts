import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildBundle, root } from "./build-bundle.js";

const folder = mkdtempSync(join(tmpdir(), "dorm-bundle-"));

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
    await buildBundle({ folder, entry, format, file: file.slice(folder.length + 1), minify: true });
  }, 60_000);
  afterAll(() => rmSync(file, { force: true }));

  it("runs, and says what synchronous calls to a server need", () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", file], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^Ann true Book\(1\)\nSynchronous calls to a server run in a worker.* mark it as external\.\n$/);
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
