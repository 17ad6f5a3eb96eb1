import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigrationError } from "../../errors.js";
import type { PlannedMigration } from "../detection/arrange.js";
import { type MigrationOptions, migrationKey } from "../migration.js";
import type { Reference } from "./imports.js";
import { migrationCode } from "./migration-code.js";

/** A migration file. */
export interface MigrationFile {
  /** The app. */
  readonly app: string;
  /** The name of the migration. */
  readonly name: string;
  /** Where the file is to be. */
  readonly path: string;
  /** What is to stand in it. */
  readonly code: string;
}

/** What a file needs of a migration. */
export type WritableMigration = MigrationOptions & Pick<PlannedMigration, "app" | "name">;

/** What `migrationFilesOf` takes. */
export interface WriteOptions {
  /** Finds the module that exports a function of the user's, as the new file imports it. */
  readonly findReference?: (value: unknown, folder: string) => Reference | undefined;
}

/**
 * The files of migrations that were planned, not written yet.
 *
 * @param planned - as `detectMigrations` gives them
 * @param folderOf - the folder of an app's migrations
 * @throws MigrationError for a value that cannot be written, or a file that is there already; nothing is written then
 * @example
 * const planned = await detectMigrations({ to: stateFromModels(registry.all()) });
 * const [file] = migrationFilesOf(planned, (app) => `${app}/migrations`);
 * console.log(file?.path); // → library/migrations/0001_initial.ts
 */
export function migrationFilesOf(
  planned: readonly WritableMigration[],
  folderOf: (app: string) => string,
  options: WriteOptions = {},
): readonly MigrationFile[] {
  return planned.map(({ app, name, ...rest }) => {
    const folder = folderOf(app);
    const path = join(folder, `${name}.ts`);
    if (existsSync(path)) throw new MigrationError(`${path} is there already.`, { code: "migration_file" });
    const { findReference } = options;
    return {
      app,
      name,
      path,
      code: migrationCode(migrationKey(app, name), rest, findReference && ((value) => findReference(value, folder))),
    };
  });
}

/**
 * Writes the files, and makes their folders where they are not there.
 *
 * @example
 * import { mkdtempSync, readdirSync } from "node:fs";
 *
 * const folder = mkdtempSync("/tmp/migrations-");
 * const planned = await detectMigrations({ to: stateFromModels(registry.all()) });
 * writeMigrationFiles(migrationFilesOf(planned, () => folder));
 * console.log(readdirSync(folder)); // → [ '0001_initial.ts' ]
 */
export function writeMigrationFiles(files: readonly MigrationFile[]): void {
  for (const { path, code } of files) {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, code, { flag: "wx" });
  }
}
