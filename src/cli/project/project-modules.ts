import { readFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti, type Jiti } from "jiti";
import { DormError, ImproperlyConfigured } from "../../errors.js";
import type { ModuleImporter } from "../../migrations/running/import-module.js";
import type { Reference } from "../../migrations/writing/imports.js";

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

/** Imports the files of a project, TypeScript without a build step. */
export class ProjectModules implements ModuleImporter {
  /** The modules of dorm that may bring models, by the files that they are. */
  readonly contrib: ReadonlyMap<string, string>;
  readonly #root: string;
  readonly #jiti: Jiti;

  /** @param root - the project's folder */
  constructor(root: string) {
    this.#root = root;
    const alias = ownEntries();
    this.contrib = new Map(Object.entries(alias).filter(([name]) => name.startsWith("dorm/contrib/")));
    this.#jiti = createJiti(join(root, "dorm.config.ts"), { alias, interopDefault: false, tsconfigPaths: true });
  }

  /** The file that a module of a package is, as the project would import it; null where there is no such module. */
  entryOf(module: string): string | null {
    const own = this.contrib.get(module);
    if (own !== undefined || /^[./\\]/.test(module)) return own ?? null;
    const url = this.#jiti.esmResolve(module, { try: true });
    return url === undefined || !url.startsWith("file:") ? null : fileURLToPath(url);
  }

  /** Imports a file; its errors are its own. */
  load(path: string): Promise<unknown> {
    return this.#jiti.import(path);
  }

  loadSync(path: string): unknown {
    return this.#jiti(path);
  }

  /**
   * Imports a file.
   *
   * @param path - absolute
   * @throws ImproperlyConfigured naming the file and the line
   */
  async importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await this.#jiti.import<Readonly<Record<string, unknown>>>(path);
    } catch (error) {
      const place = placeOf(error, this.#root);
      const file = relative(this.#root, path);
      const where = place === null || place.startsWith(`${file}:`) ? (place ?? file) : `${file} (at ${place})`;
      throw new ImproperlyConfigured(`${where} could not be loaded. ${describe(error)}`, { code: "module_failed", cause: error });
    }
  }

  /**
   * Finds the export of the project that a value is, for files that are written.
   *
   * @param value - a function or a class
   * @param folder - of the file that will import it
   */
  findExport(value: unknown, folder: string): Reference | undefined {
    for (const [path, module] of Object.entries(this.#jiti.cache)) {
      if (!path.startsWith(this.#root + sep) || path.includes("node_modules") || module === undefined) continue;
      const exports: unknown = module.exports;
      if (typeof exports !== "object" || exports === null) continue;
      const name = Object.entries(exports).find(([, exported]) => exported === value)?.[0];
      if (name === undefined) continue;
      const specifier = relative(folder, path)
        .replaceAll(sep, "/")
        .replace(/\.(m?)ts$/, ".$1js");
      return { module: specifier.startsWith(".") ? specifier : `./${specifier}`, name };
    }
    return undefined;
  }
}
