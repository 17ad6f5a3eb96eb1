import { existsSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { ImproperlyConfigured } from "../../errors.js";

const NAMES = ["dorm.config.ts", "dorm.config.mts", "dorm.config.js", "dorm.config.mjs"];
const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** What names the file besides the search: `--config`, else DORM_CONFIG. */
function namedFile(given: string | undefined): { readonly path: string; readonly source: string } | null {
  if (given !== undefined) return { path: given, source: "--config" };
  const { DORM_CONFIG: variable } = process.env;
  return variable === undefined || variable === "" ? null : { path: variable, source: "DORM_CONFIG" };
}

/**
 * The configuration file that a command would use, without complaint.
 *
 * @param directory - where the search upwards begins
 * @param given - the value of `--config`
 * @returns its absolute path, or null where there is none
 */
export function searchConfigFile(directory: string, given: string | undefined): string | null {
  const named = namedFile(given);
  if (named !== null) {
    const path = resolve(directory, named.path);
    return isFile(path) ? path : null;
  }
  for (let current = resolve(directory); ; current = dirname(current)) {
    const found = NAMES.map((name) => join(current, name)).find(isFile);
    if (found !== undefined) return found;
    if (dirname(current) === current) return null;
  }
}

/**
 * The configuration file of a command.
 *
 * @param directory - where the search upwards begins
 * @param given - the value of `--config`
 * @returns its absolute path
 * @throws ImproperlyConfigured when there is none, or what was named is no such file
 */
export function requireConfigFile(directory: string, given: string | undefined): string {
  const named = namedFile(given);
  if (named !== null && !EXTENSIONS.includes(extname(named.path))) {
    throw new ImproperlyConfigured(
      `${named.source} names "${named.path}", which is not a TypeScript or JavaScript file. Name a file such as dorm.config.ts.`,
      { code: "config_not_found" },
    );
  }
  const found = searchConfigFile(directory, given);
  if (found !== null) return found;
  throw new ImproperlyConfigured(
    named !== null
      ? `${named.source} names "${named.path}", and there is no such file.`
      : `There is no dorm.config.ts in ${directory} or above it. Run "dorm init" to make a project, or name the file with --config.`,
    { code: "config_not_found" },
  );
}
