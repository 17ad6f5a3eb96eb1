import { readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { DormError, ImproperlyConfigured } from "../../errors.js";

const packageRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** Where each entry of this copy of dorm is: so a project's files import this very copy, also where they have none. */
function ownEntries(): Record<string, string> {
  // our own package.json, whose exports have these conditions
  const { exports } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    exports: Record<string, string | { default: string }>;
  };
  const entries = Object.entries(exports).map(([name, target]): [string, string] => [
    `dorm${name.slice(1)}`,
    join(packageRoot, typeof target === "string" ? target : target.default),
  ]);
  // the longer names first, as an alias also stands for what begins with it
  return Object.fromEntries(entries.sort(([left], [right]) => right.length - left.length));
}

/** Imports the files of a project, TypeScript without a build step. */
export type ModuleImporter = (path: string) => Promise<Readonly<Record<string, unknown>>>;

/** The first place of an error's stack that lies in the project: "blog/models.ts:3"; the columns are of other code. */
function placeOf(error: unknown, root: string): string | null {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, path = "", position = ""] of stack.matchAll(/(?:file:\/\/)?(\/[^\s():]+|[A-Za-z]:\\[^\s():]+)(:\d+):\d+/g)) {
    const inside = relative(root, path);
    if (!inside.startsWith("..") && !isAbsolute(inside) && !inside.includes("node_modules")) return `${inside}${position}`;
  }
  return null;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // what a compiler adds below its first line is an excerpt of the file, and useful
  return error instanceof DormError ? error.message : `${error.name}: ${error.message}`;
}

/**
 * Makes the importer of one project.
 *
 * @param root - the project's folder
 * @returns a function that imports a file by its absolute path; it throws ImproperlyConfigured naming the file and the place
 */
export function createModuleImporter(root: string): ModuleImporter {
  const jiti = createJiti(join(root, "dorm.config.ts"), { alias: ownEntries(), interopDefault: false, tsconfigPaths: true });
  return async (path) => {
    try {
      return await jiti.import<Readonly<Record<string, unknown>>>(path);
    } catch (error) {
      const place = placeOf(error, root);
      const file = relative(root, path);
      const where = place === null || place.startsWith(`${file}:`) ? (place ?? file) : `${file} (at ${place})`;
      throw new ImproperlyConfigured(`${where} could not be loaded. ${describe(error)}`, { code: "module_failed", cause: error });
    }
  };
}
