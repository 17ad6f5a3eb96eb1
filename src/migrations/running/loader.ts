import { existsSync, readdirSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { MigrationError } from "../../errors.js";
import { Migration } from "../migration.js";
import { importModule, type ModuleImporter } from "./import-module.js";

/** An app and where its migrations are. */
export interface MigrationFolder {
  /** The app's label, as in the labels of its models: "blog". */
  readonly label: string;
  /** The folder of its migration files; it need not be there. */
  readonly folder: string;
  /** Only these files of it. */
  readonly files?: readonly string[];
}

export interface LoadOptions {
  /** How a file is imported; default: by Node itself, and what Node does not take by jiti. */
  readonly importModule?: ModuleImporter;
}

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/**
 * Reads the migration files of apps: those whose names begin with a digit. A file exports its migration as the default
 * (`export default migration({…})`), as a class named `Migration`, or as `operations`, `dependencies` and so on by name.
 *
 * @param apps - their labels and folders
 * @returns the migrations of all apps
 * @throws MigrationError naming the file that cannot be loaded, with its error as the cause
 * @example
 * const migrations = await loadMigrations([{ label: "blog", folder: "blog/migrations" }]);
 * for (const { key, operations } of migrations) console.log(key, operations.length);
 */
export function loadMigrations(apps: readonly MigrationFolder[], options: LoadOptions = {}): Promise<readonly Migration[]> {
  return run(loadMigrationsFlow(apps, options));
}

/** As {@link loadMigrations}, for files without top-level await. */
export function loadMigrationsSync(apps: readonly MigrationFolder[], options: LoadOptions = {}): readonly Migration[] {
  return runSync(loadMigrationsFlow(apps, options));
}

/** The flow behind {@link loadMigrations}. */
export function* loadMigrationsFlow(apps: readonly MigrationFolder[], options: LoadOptions): Flow<readonly Migration[]> {
  const importer = options.importModule ?? importModule;
  const migrations: Migration[] = [];
  for (const { label, folder, files } of apps) {
    for (const path of files ?? migrationFiles(folder)) {
      let module: unknown;
      try {
        module = yield { perform: () => importer.load(path), performSync: () => importer.loadSync(path) };
      } catch (cause) {
        throw new MigrationError(`The migration ${path} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
          code: "migration_file",
        });
      }
      migrations.push(new Migration(label, migrationFileName(path), exportedMigration(module), path));
    }
  }
  return migrations;
}

/** The paths of the migration files in a folder, in the order of their names; none where there is no folder. */
export function migrationFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter(
    (name) => /^\d/.test(name) && EXTENSIONS.includes(extname(name)) && !name.endsWith(".d.ts") && !name.endsWith(".d.mts"),
  );
  const names = new Map<string, string>();
  for (const name of files.sort()) {
    const twin = names.get(migrationFileName(name));
    if (twin !== undefined)
      throw new MigrationError(`${folder} has two files of one migration: ${twin} and ${name}. Delete the one that is not the source.`, {
        code: "migration_file",
      });
    names.set(migrationFileName(name), name);
  }
  return [...names.values()].map((name) => resolve(join(folder, name)));
}

/** The name of the migration in a file. */
export function migrationFileName(path: string): string {
  return basename(path, extname(path));
}

/** What a module says, whichever of the forms it has. */
function exportedMigration(module: unknown): unknown {
  if (typeof module !== "object" || module === null) return module;
  const exported: unknown = Reflect.get(module, "default") ?? Reflect.get(module, "Migration");
  if (exported === undefined) return module;
  if (typeof exported !== "function") {
    // through require() a module of the other kind has its exports under "default"
    return typeof exported === "object" && exported !== null && !("operations" in exported) && "default" in exported
      ? exportedMigration(exported)
      : exported;
  }
  if ("operations" in exported) return exported;
  // a class with its parts as properties of an instance
  return Reflect.construct(exported, []);
}
