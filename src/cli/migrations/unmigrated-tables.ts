import { existsSync } from "node:fs";
import { createTables } from "../../migrations/create-tables.js";
import type { Terminal } from "../output/terminal.js";
import type { App } from "../project/project.js";
import { migrationFolder } from "./project-migrations.js";

/** The tables of apps that have no migrations, as `--run-syncdb` makes them. */
export async function createUnmigratedTables(apps: readonly App[], alias: string, terminal: Terminal): Promise<void> {
  for (const app of apps) {
    const models = app.models.filter((meta) => meta.options.managed !== false);
    if (models.length === 0 || existsSync(migrationFolder(app))) continue;
    // a class with the meta's managers is what createTables takes
    await createTables(models.map((meta) => meta.modelClass) as unknown as Parameters<typeof createTables>[0], {
      using: alias,
      ifNotExists: true,
    });
    terminal.tell(
      `  Tables of ${terminal.colors.bold(app.label)}, which has no migrations: ${models.map((meta) => meta.table).join(", ")}`,
    );
  }
}
