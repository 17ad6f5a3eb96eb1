import { DormError } from "../../errors.js";
import type { ModelMeta } from "../../models/meta.js";
import { didYouMean } from "../../suggestions.js";
import type { App } from "./project.js";

/**
 * The models that names mean.
 *
 * @param apps - of the project
 * @param names - each an app, a label ("blog.Author"), or a model's name where only one app has it
 * @returns each model once, in the order of the names
 * @throws DormError naming the nearest name
 */
export function namedModels(apps: readonly App[], names: readonly string[]): readonly ModelMeta[] {
  const all = apps.flatMap((app) => app.models);
  const found = names.flatMap((name) => {
    const matching =
      apps.find((app) => app.label === name)?.models ??
      all.filter((meta) => meta.label === name || (meta.name === name && all.filter((other) => other.name === name).length === 1));
    if (matching.length > 0 || apps.some((app) => app.label === name)) return matching;
    const known = [...apps.map((app) => app.label), ...all.map((meta) => meta.label)];
    throw new DormError(`There is no app or model "${name}". ${didYouMean(name, known)}`.trimEnd(), { code: "unknown_model" });
  });
  return [...new Set(found)];
}
