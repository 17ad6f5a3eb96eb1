import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { searchConfigFile } from "./project/config-file.js";

const ownRoot = realpathSync(fileURLToPath(new URL("../..", import.meta.url)));

/** The `--config` of a command line that nobody has parsed yet. */
function configArgument(args: readonly string[]): string | undefined {
  const index = args.findIndex((argument) => argument === "--config" || argument.startsWith("--config="));
  const found = args[index];
  return found === undefined ? undefined : found === "--config" ? args[index + 1] : found.slice("--config=".length);
}

/** The folder of the copy of dorm that files in a folder import; null where there is none. */
function copyBeside(directory: string): string | null {
  try {
    return dirname(realpathSync(createRequire(join(directory, "_.js")).resolve("dorm/package.json")));
  } catch {
    return null;
  }
}

/**
 * Lets the project's own copy of dorm do the work, where it has another one than this.
 *
 * @param args - the command line
 * @param directory - the working directory
 * @returns whether another copy was run
 */
export async function importOwnCopy(args: readonly string[], directory: string): Promise<boolean> {
  const config = searchConfigFile(directory, configArgument(args));
  const root = copyBeside(config === null ? directory : dirname(config));
  if (root === null || root === ownRoot) return false;
  const description: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bin = typeof description === "object" && description !== null && "bin" in description ? description.bin : null;
  const main = typeof bin === "object" && bin !== null && "dorm" in bin ? bin.dorm : null;
  if (typeof main !== "string") return false;
  await import(pathToFileURL(join(root, main)).href);
  return true;
}
