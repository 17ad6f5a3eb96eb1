import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ImproperlyConfigured } from "../../errors.js";
import { didYouMean } from "../../suggestions.js";

/** A folder that holds models. */
export interface AppFolder {
  readonly directory: string;
  /** Its models file; null for one that the configuration names although it has none. */
  readonly modelsFile: string | null;
  /** The module whose package brings the models and their migrations, as "dorm/contrib/contenttypes"; null for the project's own. */
  readonly module: string | null;
}

const EXTENSIONS = ["ts", "mts", "js", "mjs"];
/** Folders of tools and of what they make; hidden ones are passed over too. */
const SKIPPED = new Set([
  "node_modules",
  "bower_components",
  "dist",
  "build",
  "out",
  "coverage",
  "migrations",
  "venv",
  "env",
  "site-packages",
  "__pycache__",
]);

function modelsFileOf(directory: string): string | null {
  const candidates = EXTENSIONS.flatMap((extension) => [
    join(directory, `models.${extension}`),
    join(directory, "models", `index.${extension}`),
  ]);
  return candidates.find((path) => existsSync(path) && statSync(path).isFile()) ?? null;
}

function walk(directory: string, found: AppFolder[]): void {
  const modelsFile = modelsFileOf(directory);
  if (modelsFile !== null) found.push({ directory, modelsFile, module: null });
  const folders = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name))
    .map((entry) => entry.name)
    // what is under models/ belongs to its index
    .filter((name) => name !== "models" || modelsFile === null);
  for (const name of folders.sort()) walk(join(directory, name), found);
}

/** Every folder below the root, itself included, that holds a models file, in the order of their paths. */
export function discoverAppFolders(root: string): readonly AppFolder[] {
  const found: AppFolder[] = [];
  walk(root, found);
  return found;
}

/** The app that a module of a package is: its models are the exports, its migrations lie beside it. */
export function packagedApp(module: string, entry: string): AppFolder {
  return { directory: dirname(entry), modelsFile: entry, module };
}

/**
 * The folders that the setting `apps` names.
 *
 * @param root - the folder of the configuration file
 * @param names - folders below it, with slashes or dots, and modules of packages
 * @param entryOf - the file that a module is, where there is such a module
 * @throws ImproperlyConfigured for one that is not there or not below the root
 */
export function namedAppFolders(root: string, names: readonly string[], entryOf: (module: string) => string | null): readonly AppFolder[] {
  return names.map((name) => {
    const direct = resolve(root, name);
    const directory = existsSync(direct) ? direct : resolve(root, ...name.split("."));
    const entry = existsSync(directory) ? null : entryOf(name);
    if (entry !== null) return packagedApp(name, entry);
    const inside = relative(root, directory);
    if (isAbsolute(name) || inside === ".." || inside.startsWith(`..${sep}`)) {
      throw new ImproperlyConfigured(`The setting "apps" names "${name}", which is not a folder below ${root}.`, {
        code: "invalid_setting",
      });
    }
    if (!existsSync(directory) || !statSync(directory).isDirectory()) {
      const folders = discoverAppFolders(root).map((app) => relative(root, app.directory));
      throw new ImproperlyConfigured(
        `The setting "apps" names "${name}", and there is no such folder in ${root}, and no such module of a package. ${didYouMean(name, folders)}`.trimEnd(),
        { code: "invalid_setting" },
      );
    }
    return { directory, modelsFile: modelsFileOf(directory), module: null };
  });
}
