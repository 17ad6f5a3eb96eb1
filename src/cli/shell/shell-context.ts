import * as dorm from "../../index.js";
import type { App } from "../project/project.js";

/** What can be named in the shell. */
export interface ShellContext {
  readonly values: Readonly<Record<string, unknown>>;
  /** The models by the names under which they are there. */
  readonly models: ReadonlyMap<string, string>;
}

/** Everything that dorm exports, and each model by its class name; where two apps have one name, with the app before it. */
export function shellContext(apps: readonly App[]): ShellContext {
  const metas = apps.flatMap((app) => app.models);
  const values: Record<string, unknown> = { ...dorm };
  const models = new Map<string, string>();
  for (const meta of metas) {
    const shared = metas.some((other) => other !== meta && other.name === meta.name);
    const name = shared ? meta.label.replaceAll(".", "_") : meta.name;
    values[name] = meta.modelClass;
    models.set(name, meta.label);
  }
  return { values, models };
}
