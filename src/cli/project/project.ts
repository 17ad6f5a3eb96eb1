import { existsSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { configure, type SettingsInput, settings } from "../../engine/settings.js";
import { DormError, ImproperlyConfigured } from "../../errors.js";
import { findMeta, type ModelMeta } from "../../models/meta.js";
import { registry } from "../../models/registry.js";
import { didYouMean } from "../../suggestions.js";
import { UsageError } from "../failures.js";
import { type AppFolder, discoverAppFolders, namedAppFolders, packagedApp } from "./app-folders.js";
import { requireConfigFile } from "./config-file.js";
import { ProjectModules } from "./project-modules.js";

/** A folder with models, and those models. */
export interface App extends AppFolder {
  /** The part before the point in the labels of its models. */
  readonly label: string;
  readonly models: readonly ModelMeta[];
}

/** The project that a command works on. */
export class Project {
  /** The folder of the configuration file, which is the working directory from now on. */
  readonly root: string;
  readonly configFile: string;
  readonly modules: ProjectModules;
  #apps: Promise<readonly App[]> | null = null;

  constructor(configFile: string) {
    this.root = dirname(configFile);
    this.configFile = configFile;
    this.modules = new ProjectModules(this.root);
  }

  /** The apps, their models loaded; once. */
  apps(): Promise<readonly App[]> {
    this.#apps ??= loadApps(this);
    return this.#apps;
  }

  /**
   * The apps of these labels; all where none is named.
   *
   * @throws DormError naming the nearest label when there is no such app
   */
  async chosenApps(labels: readonly string[]): Promise<readonly App[]> {
    const apps = await this.apps();
    if (labels.length === 0) return apps;
    return labels.map((label) => findApp(apps, label));
  }

  /** A path as messages show it. */
  show(path: string): string {
    return relative(this.root, path) || ".";
  }
}

/** @throws DormError naming the nearest label when there is no such app */
export function findApp(apps: readonly App[], label: string): App {
  const found = apps.find((app) => app.label === label);
  if (found !== undefined) return found;
  const known = apps.map((app) => app.label);
  const advice = known.length === 0 ? "No folder of this project holds models." : didYouMean(label, known);
  throw new DormError(`There is no app "${label}". ${advice}`.trimEnd(), { code: "unknown_app" });
}

/**
 * Finds, loads and applies a project's configuration. Relative paths in it start at its folder, wherever in the project
 * the command was called.
 *
 * @param directory - where the search for the file begins
 * @param given - the value of `--config`
 * @throws ImproperlyConfigured when there is none, or it cannot be used
 */
export async function openProject(directory: string, given: string | undefined): Promise<Project> {
  const configFile = requireConfigFile(directory, given);
  const project = new Project(configFile);
  process.chdir(project.root);
  const module = await project.modules.importFile(configFile);
  const input = module.default;
  const file = project.show(configFile);
  if (typeof input !== "object" || input === null) {
    throw new ImproperlyConfigured(`${file} must give its settings as default export: export default defineConfig({ databases: {…} });`, {
      code: "invalid_setting",
    });
  }
  try {
    // configure checks every key before it uses any
    configure(input as SettingsInput);
  } catch (error) {
    if (!(error instanceof ImproperlyConfigured)) throw error;
    throw new ImproperlyConfigured(`${file}: ${error.message}`, { code: error.code, alias: error.alias, cause: error.cause });
  }
  return project;
}

async function loadApps(project: Project): Promise<readonly App[]> {
  const { modules } = project;
  const named = settings.apps !== null;
  const folders = [
    ...(settings.apps === null
      ? discoverAppFolders(project.root)
      : namedAppFolders(project.root, settings.apps, (name) => modules.entryOf(name))),
  ];
  const exported: ReadonlySet<string>[] = [];
  const load = async ({ modelsFile }: AppFolder): Promise<ReadonlySet<string>> => {
    const module = modelsFile === null ? {} : await modules.importFile(modelsFile);
    return new Set(Object.values(module).flatMap((value) => findMeta(value)?.appLabel ?? []));
  };
  for (const folder of folders) exported.push(await load(folder));
  if (!named) {
    for (const folder of modulesInUse(project, new Set(exported.flatMap((labels) => [...labels])))) {
      folders.push(folder);
      exported.push(await load(folder));
    }
  }
  const labels = folders.map((folder, index) => ownLabel(folder, exported[index] ?? new Set(), project));
  const taken = new Map<string, AppFolder>();
  return folders.map((folder, index) => {
    const label = labels[index] ?? remainingLabel(folder, exported[index] ?? new Set(), labels, project);
    const other = taken.get(label);
    if (other !== undefined) {
      throw new ImproperlyConfigured(
        `Both ${project.show(other.directory)} and ${project.show(folder.directory)} are the app "${label}". Give the models of one another app, or name the folders in "apps".`,
        { code: "duplicate_app" },
      );
    }
    taken.set(label, folder);
    return { ...folder, label, models: registry.all().filter((meta) => meta.appLabel === label && !meta.autoCreated) };
  });
}

/** The modules of dorm whose models the project has loaded, and which bring migrations. */
function modulesInUse({ modules }: Project, taken: ReadonlySet<string>): readonly AppFolder[] {
  const loaded = new Set(registry.all().map((meta) => meta.appLabel));
  return [...modules.contrib]
    .map(([module, entry]) => packagedApp(module, entry))
    .filter(({ directory }) => {
      const label = basename(directory);
      return loaded.has(label) && !taken.has(label) && existsSync(join(directory, "migrations"));
    });
}

/** The label under which a folder is meant by its name: its path with dots, or the end of it, if its models have it. */
function ownLabel(folder: AppFolder, exported: ReadonlySet<string>, project: Project): string | null {
  const segments = pathSegments(folder, project);
  const suffixes = segments.map((_, index) => segments.slice(index).join("."));
  return suffixes.find((suffix) => exported.has(suffix)) ?? null;
}

/** The label of a folder whose models have another app than its name; imported models of other apps do not count. */
function remainingLabel(folder: AppFolder, exported: ReadonlySet<string>, labels: readonly (string | null)[], project: Project): string {
  const own = [...exported].filter((label) => !labels.includes(label));
  if (own.length > 1) {
    throw new ImproperlyConfigured(
      `${project.show(folder.modelsFile ?? folder.directory)} has models of several apps: ${own.map((label) => `"${label}"`).join(", ")}. Give each app a folder of its own.`,
      { code: "ambiguous_app" },
    );
  }
  return own[0] ?? pathSegments(folder, project).at(-1) ?? "";
}

function pathSegments(folder: AppFolder, project: Project): string[] {
  return project
    .show(folder.directory)
    .split(/[\\/]/)
    .filter((segment) => segment !== ".");
}

/**
 * The alias that `--database` names.
 *
 * @throws UsageError when the settings have no such database
 */
export function requireAlias(alias: string): string {
  const aliases = Object.keys(settings.databases);
  if (aliases.includes(alias)) return alias;
  throw new UsageError(
    `There is no database "${alias}" in the settings. ${aliases.length === 0 ? 'The setting "databases" is empty.' : didYouMean(alias, aliases)}`.trimEnd(),
  );
}
