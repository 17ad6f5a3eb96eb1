import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Editor, languageServer, languageService } from "../support/editors.js";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const FILE = join(FOLDER, "typed-by-a-user.ts");
const IMPORTS = `import { Count, F, Q, Sum } from "../../src/index.js";
import { Author, Book, Publisher } from "./schema.js";
`;

const editors = {
  "typescript-5.9": () => languageService("typescript-5.9", FILE),
  "typescript-7": () => languageServer(FILE),
};

describe.each(["typescript-5.9", "typescript-7"] as const)("an editor with %s offers", { timeout: 120_000 }, (version) => {
  let editor: Editor;
  beforeAll(async () => {
    editor = await editors[version]();
  });
  afterAll(() => editor.close());

  /** What it offers at the `|` of a line. */
  function completions(line: string): Promise<string[]> {
    const at = line.indexOf("|");
    return editor.completions(IMPORTS + line.slice(0, at) + line.slice(at + 1), IMPORTS.length + at);
  }

  it.each([
    ["Author.objects.filter({ | });", ["name", "age", "publisher", "books", "pk"]],
    ["Author.objects.filter({ age: 3 }).exclude({ | });", ["name", "age", "pk"]],
    ["Author.objects.get({ | });", ["name", "id"]],
    ['Author.objects.orderBy("|");', ["name", "-name", "joined", "-joined", "pk"]],
    ['Author.objects.orderBy("name", "|");', ["age", "-age"]],
    ['Author.objects.values("|");', ["name", "publisher", "id"]],
    ['Author.objects.valuesList("|");', ["name", "publisher", "id"]],
    ['Author.objects.valuesList("name", "|");', ["age"]],
    ['Author.objects.selectRelated("|");', ["publisher", "mentor", "profile"]],
    ['Author.objects.prefetchRelated("|");', ["books", "publisher", "students"]],
    ['Author.objects.only("|");', ["name", "bio"]],
    ['Author.objects.defer("|");', ["name", "bio"]],
    ['Author.objects.distinct("|");', ["name"]],
    ['Author.objects.earliest("|");', ["joined", "-joined"]],
    ['Author.objects.dates("|", "year");', ["joined"]],
    ['Author.objects.inBulk(["x"], { fieldName: "|" });', ["name"]],
    ["Author.objects.create({ | });", ["name", "age", "publisher", "publisherId"]],
    ['Author.objects.create({ name: "x", age: 3, level: "|" });', ["gold", "tin"]],
    ["Author.objects.update({ | });", ["name", "publisherId"]],
    ["Author.objects.getOrCreate({ | });", ["name", "age"]],
    ['Author.objects.getOrCreate({ name: "x" }, { defaults: { | } });', ["age", "level"]],
    ["new Author({ | });", ["name", "age", "publisherId"]],
    ['new Author().save({ updateFields: ["|"] });', ["name", "publisher"]],
    ['Author.objects.bulkUpdate([], ["|"]);', ["name", "publisher"]],
    ["Book.objects.published().filter({ | });", ["title", "author"]],
    ["new Author().books.filter({ | });", ["title", "author"]],
    ["Author.objects.filter({ publisher__| });", ["publisher__name", "publisher__pk", "publisher__isnull"]],
    ["Author.objects.filter({ age: 3, books__author__publisher__| });", ["books__author__publisher__name"]],
    ['Author.objects.filter({ publisher__|: "x" });', ["publisher__name"]],
    ["Author.objects.filter({ name__ico| });", ["name__icontains", "name__in", "name__startswith"]],
    ["Author.objects.exclude({ joined__| });", ["joined__year", "joined__date", "joined__gte"]],
    ["Author.objects.get({ joined__year__| });", ["joined__year__gte", "joined__year__in"]],
    ['Author.objects.annotate({ n: Count("books") }).filter({ n__| });', ["n__gte"]],
    ['Author.objects.orderBy("-publisher__|");', ["-publisher__name"]],
    ['Author.objects.values("books__author__|");', ["books__author__age"]],
    ['Author.objects.valuesList("name", "publisher__na|");', ["publisher__name"]],
    ['Author.objects.valuesList("joined__|");', ["joined__year"]],
    ['Author.objects.only("publisher__|");', ["publisher__name"]],
    ['Author.objects.defer("publisher__|");', ["publisher__name"]],
    ['Book.objects.selectRelated("author__|");', ["author__publisher", "author__mentor", "author__profile"]],
    ['Book.objects.prefetchRelated("author__|");', ["author__books", "author__publisher"]],
    ['Author.objects.annotate({ n: Count("|") });', ["books", "name"]],
    ['Author.objects.aggregate({ n: Sum("|") });', ["age"]],
    ['Author.objects.annotate({ n: F("|") });', ["age"]],
    ['Author.objects.filter({ age: F("|") });', ["age"]],
    ['Author.objects.update({ age: F("|") });', ["age"]],
    ["Author.objects.annotate({ grown: Q({ | }) });", ["age", "name"]],
    ["Author.objects.filter(Q({ | }));", ["age", "name"]],
    ["Author.objects.exclude({ age: 3 }, Q({ | }));", ["age", "name"]],
  ])("%s", async (line, expected) => {
    expect(await completions(line)).toEqual(expect.arrayContaining(expected));
  });

  it("only relations to one object for selectRelated", async () => {
    expect(await completions('Author.objects.selectRelated("|");')).not.toContain("books");
    expect(await completions('Author.objects.selectRelated("|");')).not.toContain("name");
    expect(await completions('Book.objects.selectRelated("author__|");')).not.toContain("author__books");
  });

  it.each(["Author.objects.|", "Author.objects.all().|", "new Author().books.|"])("methods only: %s", async (line) => {
    const names = await completions(line);
    expect(names).toContain("filter");
    expect(names.filter((name) => !/^[a-zA-Z]+$/.test(name))).toEqual([]);
  });

  it("fields only for a record of conditions", async () => {
    expect((await completions("Publisher.objects.filter({ | });")).sort()).toEqual(["authors", "name", "pk", "uid"]);
  });

  it("no transforms where a relation is meant, and no lookups where a path is", async () => {
    expect(await completions('Author.objects.valuesList("name__|");')).not.toContain("name__icontains");
    expect(await completions("Author.objects.filter({ age__| });")).not.toContain("age__hasKey");
  });

  it("the place where a field was declared", async () => {
    const text = `${IMPORTS}new Author().name;`;
    expect(await editor.definition(text, text.length - 2)).toBe(join(FOLDER, "schema.ts"));
  });
});
