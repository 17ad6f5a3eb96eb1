import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printedBy } from "./pages.js";
import type { PublicName } from "./public-api.js";

/** One `@example` of a doc comment, as a module. */
export interface CommentExample {
  /** The name that it belongs to, with a number from the second one on. */
  readonly title: string;
  readonly place: string;
  readonly file: string;
  readonly database: "sqlite" | "postgresql";
  /** Whether it declares tests, and so is imported where tests are collected. */
  readonly declaresTests: boolean;
  /** Whether it is a migration file, for the app of the library. */
  readonly isMigration: boolean;
  readonly printed: readonly string[];
}

/** The entries of package.json as files of the sources: `dorm`, `dorm/test` and so on. */
export function packageEntries(root: string): Record<string, string> {
  // package.json is ours, and its exports are objects with a default, but for itself
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: Record<string, { default?: string }> };
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, { default: built }]) =>
      built === undefined ? [] : [[`dorm${path.slice(1)}`, join(root, built.replace("./dist/", "src/").replace(/\.js$/, ".ts"))]],
    ),
  );
}

const TESTS = /^(it|test|transactionalDb|setUpTestData)\(|= setUpTestData\(/m;

/** Writes every example below a folder as a module that imports what it names: of dorm, of the library, of the test runner. */
export function writeExamples(root: string, folder: string, api: readonly PublicName[]): CommentExample[] {
  const library = join(root, "test/docs/library.js");
  const models = new Map(
    [...readFileSync(library.replace(/js$/, "ts"), "utf8").matchAll(/^export class (\w+)/gm)].map(([, name]) => [name, library]),
  );
  const written: CommentExample[] = [];
  for (const { name, entry, place, examples } of api) {
    examples.forEach((code, index) => {
      const title = index === 0 ? name : `${name} (${index + 1})`;
      // the number keeps apart names that differ only in case
      const file = join(folder, `${written.length + 1}-${title.replace(/\W+/g, "-")}.ts`);
      writeFileSync(file, `${importsOf(code, entry, api, models)}\n${code}\nexport {};\n`);
      written.push({
        title,
        place,
        file,
        database: code.startsWith("// PostgreSQL") ? "postgresql" : "sqlite",
        declaresTests: TESTS.test(code),
        isMigration: /^export default migration\(/m.test(code),
        printed: printedBy(code),
      });
    });
  }
  return written;
}

function importsOf(code: string, entry: string, api: readonly PublicName[], models: ReadonlyMap<string | undefined, string>): string {
  const declared = new Set(
    [...code.matchAll(/\b(?:class|const|let|function\*?|interface|type) (\w+)|^import .*$/gm)].flatMap(declaredNames),
  );
  const imports: string[] = [];
  for (const name of new Set(code.replace(/\/\/ .*$/gm, "").match(/(?<![.\w])[A-Za-z_]\w*/g))) {
    if (declared.has(name)) continue;
    const module = models.get(name) ?? (/^(it|expect)$/.test(name) ? "vitest" : exporterOf(name, entry, api));
    if (module !== null)
      imports.push(`import { ${module.startsWith("type ") ? `type ${name}` : name} } from "${module.replace("type ", "")}";`);
  }
  return imports.join("\n");
}

/** The name of a declaration, or what an import names. */
function declaredNames([text, name]: RegExpExecArray): readonly string[] {
  return name === undefined ? (text.match(/\w+/g) ?? []) : [name];
}

/** The entry that exports a name: the example's own before the others. */
function exporterOf(name: string, entry: string, api: readonly PublicName[]): string | null {
  const found = api.filter((each) => each.kind !== "member" && each.name.split(" ").at(-1) === name);
  const best = found.find((each) => each.entry === entry) ?? found[0];
  if (best === undefined) return null;
  return `${best.kind === "type" ? "type " : ""}${best.entry}`;
}
