import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const FILE = join(FOLDER, "typed-by-a-user.ts");
const IMPORTS = 'import { Author, Book } from "./schema.js";\n';

let text = IMPORTS;
let version = 0;
let service: ts.LanguageService;

beforeAll(() => {
  const { config } = ts.readConfigFile(join(FOLDER, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, FOLDER);
  service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [FILE],
    getScriptVersion: (name) => (name === FILE ? String(version) : "0"),
    getScriptSnapshot: (name) => {
      const content = name === FILE ? text : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => FOLDER,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === FILE || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
  });
});

/** What an editor offers at the `|` of a line. */
function completions(line: string): string[] {
  const at = line.indexOf("|");
  text = IMPORTS + line.slice(0, at) + line.slice(at + 1);
  version += 1;
  return (service.getCompletionsAtPosition(FILE, IMPORTS.length + at, {})?.entries ?? []).map((entry) => entry.name);
}

describe("an editor offers", { timeout: 120_000 }, () => {
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
  ])("%s", (line, expected) => {
    expect(completions(line)).toEqual(expect.arrayContaining(expected));
  });

  it("only relations to one object for selectRelated", () => {
    expect(completions('Author.objects.selectRelated("|");')).not.toContain("books");
    expect(completions('Author.objects.selectRelated("|");')).not.toContain("name");
  });

  it("the place where a field was declared", () => {
    text = `${IMPORTS}new Author().name;`;
    version += 1;
    const [definition] = service.getDefinitionAtPosition(FILE, text.length - 2) ?? [];
    expect(definition?.fileName).toBe(join(FOLDER, "schema.ts"));
    expect(definition?.name).toBe("name");
  });
});
