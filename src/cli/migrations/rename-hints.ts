import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { RenameHints } from "../../migrations/detection/renames.js";
import type { ProjectState } from "../../migrations/state/project-state.js";
import { CommandFailure, UsageError } from "../failures.js";

/** What a file for machines may answer beforehand. */
export interface MigrationHints extends RenameHints {
  /** Values for rows that are there, by `blog.Author.age`. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNames(value: unknown): value is Readonly<Record<string, Readonly<Record<string, string>>>> {
  return (
    isRecord(value) &&
    Object.values(value).every((names) => isRecord(names) && Object.values(names).every((name) => typeof name === "string"))
  );
}

/**
 * Reads a hints file.
 *
 * @param directory - where the path starts
 * @throws UsageError when it is not there or not of the form
 */
export function readHints(directory: string, path: string | undefined): MigrationHints {
  if (path === undefined) return {};
  let hints: unknown;
  try {
    hints = JSON.parse(readFileSync(resolve(directory, path), "utf8"));
  } catch (error) {
    throw new UsageError(`--hints ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { models = {}, fields = {}, defaults = {}, ...unknown } = isRecord(hints) ? hints : { form: null };
  if (!isNames(models) || !isNames(fields) || !isRecord(defaults) || Object.keys(unknown).length > 0) {
    throw new UsageError(
      `--hints ${path}: it must have the form {"models": {"blog": {"Writer": "Author"}}, "fields": {"blog.Author": {"name": "fullName"}}, "defaults": {"blog.Author.age": 0}}, each part where it is wanted.`,
    );
  }
  return { models, fields, defaults };
}

/**
 * The renames that `--rename` gives, with those of the hints.
 *
 * @param renames - each `blog.Writer=Author` or `blog.Author.name=fullName`, with the model's new name
 * @param from - the state of the migration files, which tells a model from a field
 */
export function withRenames(hints: RenameHints, renames: readonly string[], from: ProjectState): RenameHints {
  const models: Record<string, Record<string, string>> = structuredClone(hints.models ?? {}) as Record<string, Record<string, string>>;
  const fields: Record<string, Record<string, string>> = structuredClone(hints.fields ?? {}) as Record<string, Record<string, string>>;
  for (const rename of renames) {
    const [, path = "", old, name] = /^(?:(.+)\.)?([^.=]+)=([^.=]+)$/.exec(rename) ?? [];
    if (old === undefined || name === undefined) {
      throw new UsageError(`--rename ${rename}: write blog.Writer=Author for a model, blog.Author.name=fullName for a field.`);
    }
    const target = from.models.has(path === "" ? old : `${path}.${old}`) ? models : fields;
    if (target === fields && path === "") throw new CommandFailure(`--rename ${rename}: the migrations have no model "${old}".`);
    target[path] = { ...target[path], [old]: name };
  }
  return { models, fields };
}
