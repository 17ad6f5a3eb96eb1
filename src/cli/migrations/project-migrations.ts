import { join } from "node:path";
import { settings } from "../../engine/settings.js";
import { ImproperlyConfigured } from "../../errors.js";
import type { Migration } from "../../migrations/migration.js";
import { loadMigrations } from "../../migrations/running/loader.js";
import type { ProjectState } from "../../migrations/state/project-state.js";
import { stateFromModels } from "../../migrations/state/state-from-models.js";
import { targetsOf } from "../../migrations/state/targets.js";
import { UsageError } from "../failures.js";
import type { App, Project } from "../project/project.js";

/**
 * The apps for which files may be written: the project's own, as the migrations of a package come with it.
 *
 * @throws UsageError for a package that was named
 */
export function writableApps(apps: readonly App[], named: readonly string[]): readonly App[] {
  const packaged = apps.find(({ label, module }) => module !== null && named.includes(label));
  if (packaged !== undefined)
    throw new UsageError(`The migrations of "${packaged.label}" come with ${packaged.module}; they are not written by this project.`);
  return apps.filter(({ module }) => module === null);
}

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

/**
 * The state that the project's models describe.
 *
 * @throws ImproperlyConfigured where a relation leads out of the project, as no migration would make that table
 */
export async function projectState(project: Project): Promise<ProjectState> {
  const apps = await project.apps();
  const state = stateFromModels(apps.flatMap((app) => app.models));
  for (const model of state.models.values()) {
    for (const [name, field] of model.fields) {
      const missing = targetsOf(field).find((label) => !state.models.has(label));
      if (missing !== undefined) throw outsideOfProject(`${model.label}.${name}`, missing, apps, project);
    }
  }
  return state;
}

function outsideOfProject(where: string, target: string, apps: readonly App[], project: Project): ImproperlyConfigured {
  const labels = apps.map(({ label }) => label);
  const [app = ""] = target.split(".");
  const module = [...project.modules.contrib.keys()].find((name) => name === `dorm/contrib/${app}`);
  const way =
    module !== undefined && !labels.includes(app)
      ? `Its module brings the migration: name it in ${project.show(project.configFile)}, apps: ${JSON.stringify([module, ...(settings.apps ?? [])]).replaceAll(",", ", ")}.`
      : labels.includes(app)
        ? `Export it from the models file of the app "${app}".`
        : `Export it from the models file of an app of that name (${app}/models.ts) and, if "apps" is set, name its folder there.`;
  return new ImproperlyConfigured(
    `${where} refers to ${target}, which no app of the project has (${labels.join(", ")}), so no migration would make its table. ${way}`,
  );
}
