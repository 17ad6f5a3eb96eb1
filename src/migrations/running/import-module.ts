import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createJiti } from "jiti";

/** Imports files of the user's. */
export interface ModuleImporter {
  /** @returns the module's exports */
  load(path: string): unknown;
  /** The same at once. */
  loadSync(path: string): unknown;
}

/** What Node says of TypeScript that is more than types, and of imports as bundlers take them. */
const NOT_FOR_NODE = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "MODULE_NOT_FOUND",
]);

function isForJiti(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && "code" in error && NOT_FOR_NODE.has(String(error.code)));
}

/** Node imports what it can, so that a module is there once; jiti takes the rest. */
export const importModule: ModuleImporter = {
  async load(path) {
    try {
      return await import(pathToFileURL(path).href);
    } catch (error) {
      if (!isForJiti(error)) throw error;
      return await createJiti(path, { nativeModules: ["dorm"] }).import(path);
    }
  },
  loadSync(path) {
    const require = createRequire(path);
    try {
      return require(path);
    } catch (error) {
      if (!isForJiti(error)) throw error;
      return createJiti(path, { nativeModules: ["dorm"] })(path);
    }
  },
};
