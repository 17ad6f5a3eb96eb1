import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getConnection } from "../../src/engine/connections.js";
import {
  CreateModel,
  type DetectionOptions,
  detectMigrations,
  loadMigrations,
  type MigrateOptions,
  Migration,
  MigrationExecutor,
  MigrationGraph,
  type MigrationOptions,
  type MigrationOutcome,
  type MigrationShape,
  type ModelState,
  type ModuleImporter,
  migrationFilesOf,
  ProjectState,
  writeMigrationFiles,
} from "../../src/migrations/index.js";

/** Models by their labels, with targets as labels, as code would define them. */
export type Models = Readonly<Record<string, readonly [shape: MigrationShape, options?: ModelState["options"]]>>;

/** The state that such models have. */
export function stateOf(models: Models): ProjectState {
  let state = new ProjectState();
  for (const label of Object.keys(models).sort()) {
    const [app = "", name = ""] = label.split(".");
    const [shape = {}, options] = models[label] ?? [];
    state = CreateModel(name, shape, options).stateForwards(app, state);
  }
  return state;
}

/** Imports files through the runner of the tests, so that they share its modules. */
export const testImporter: ModuleImporter = {
  load: (path) => import(/* @vite-ignore */ path),
  loadSync: () => {
    throw new Error("the runner of the tests imports asynchronously");
  },
};

/** A project with migration files of its own, on one database. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "dorm-migrations-"));
  readonly using: string;

  constructor(using = "default") {
    this.using = using;
  }

  folderOf = (app: string): string => join(this.folder, app, "migrations");

  load(apps: readonly string[] = ["blog", "shop", "auth"]): Promise<readonly Migration[]> {
    return loadMigrations(
      apps.map((label) => ({ label, folder: this.folderOf(label) })),
      { importModule: testImporter },
    );
  }

  async executor(options: Partial<ConstructorParameters<typeof MigrationExecutor>[0]> = {}): Promise<MigrationExecutor> {
    return new MigrationExecutor({ migrations: await this.load(), using: this.using, ...options });
  }

  /** Detects, writes and loads; gives the texts of the new files by name. */
  async make(models: Models, options: Partial<DetectionOptions> = {}): Promise<Record<string, string>> {
    const graph = new MigrationGraph(await this.load());
    const planned = await detectMigrations({ graph, to: stateOf(models), ...options });
    const files = migrationFilesOf(planned, this.folderOf);
    writeMigrationFiles(files);
    return Object.fromEntries(files.map(({ app, name, code }) => [`${app}.${name}`, code]));
  }

  async migrate(options: MigrateOptions = {}): Promise<readonly MigrationOutcome[]> {
    return (await this.executor()).migrate(options);
  }

  /** Detects, writes, and applies; the difference is empty after it. */
  async evolve(models: Models, options: Partial<DetectionOptions> = {}): Promise<Record<string, string>> {
    const files = await this.make(models, options);
    await this.migrate();
    const rest = await detectMigrations({ graph: new MigrationGraph(await this.load()), to: stateOf(models) });
    if (rest.length > 0)
      throw new Error(
        `a difference is left: ${rest.map(({ operations }) => operations.map((operation) => operation.describe()).join("; ")).join("; ")}`,
      );
    return files;
  }

  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await dropEverything(this.using);
  }
}

/** Empties a test database. */
export async function dropEverything(using: string): Promise<void> {
  const connection = getConnection(using);
  const { rows } = await connection.execute("SELECT 1 AS one");
  if (rows.length !== 1) throw new Error("no database");
  if (connection.vendor === "postgresql") {
    await connection.executeScript("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
    return;
  }
  const tables = await connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  await connection.executeScript(
    `PRAGMA foreign_keys = OFF; ${tables.rows.map(({ name }) => `DROP TABLE "${String(name)}";`).join(" ")} PRAGMA foreign_keys = ON;`,
  );
}

/** Rows of SQL. */
export async function rows(sql: string, using = "default"): Promise<Record<string, unknown>[]> {
  return (await getConnection(using).execute(sql)).rows;
}

/** An executor over migrations that are in no files. */
export function executorOf(
  migrations: Readonly<Record<string, MigrationOptions>>,
  options: Partial<ConstructorParameters<typeof MigrationExecutor>[0]> = {},
): MigrationExecutor {
  const list = Object.entries(migrations).map(([key, source]) => {
    const [app = "", name = ""] = key.split(".");
    return new Migration(app, name, source);
  });
  return new MigrationExecutor({ migrations: list, ...options });
}
