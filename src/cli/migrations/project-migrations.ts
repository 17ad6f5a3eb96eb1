import { join } from "node:path";
import type { Migration } from "../../migrations/migration.js";
import { loadMigrations } from "../../migrations/running/loader.js";
import type { ProjectState } from "../../migrations/state/project-state.js";
import { stateFromModels } from "../../migrations/state/state-from-models.js";
import type { App, Project } from "../project/project.js";

/** The folder of an app's migration files. */
export function migrationFolder(app: App): string {
  return join(app.directory, "migrations");
}

/** The migrations of all apps of a project. */
export async function projectMigrations(project: Project): Promise<readonly Migration[]> {
  const apps = await project.apps();
  const folders = apps.map((app) => ({ label: app.label, folder: migrationFolder(app) }));
  return loadMigrations(folders, { importModule: project.modules });
}

/** The state that the project's models describe. */
export async function projectState(project: Project): Promise<ProjectState> {
  return stateFromModels((await project.apps()).flatMap((app) => app.models));
}
