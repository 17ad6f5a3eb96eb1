import type { Flow } from "../../engine/flow.js";
import { call } from "../../engine/run.js";
import { MigrationError } from "../../errors.js";
import { isField } from "../../fields/field.js";
import { didYouMean } from "../../suggestions.js";
import type { Operation } from "../operations/operation.js";
import { RenameFieldOperation } from "../operations/rename-field.js";
import { RenameModelOperation } from "../operations/rename-model.js";
import { labelOf, type ModelState, type StateField } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { fieldText } from "../writing/canonical.js";
import type { MigrationQuestioner } from "./questioner.js";

/** Renames that are known. */
export interface RenameHints {
  /** `{ blog: { Writer: "Author" } }` */
  readonly models?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By the model's new label: `{ "blog.Author": { name: "fullName" } }` */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A rename that was found, and the state after it. */
export interface FoundRename {
  readonly app: string;
  readonly operation: Operation;
  /** The label of the model after it. */
  readonly label: string;
}

/** How renames are found. */
export interface RenameOptions {
  readonly hints: RenameHints;
  readonly questioner: MigrationQuestioner;
  /** True: where exactly one goes and one comes that are alike, they are taken for one without asking. */
  readonly detectRenames: boolean;
}

/**
 * Finds the models and the fields that only got another name.
 *
 * @param from - the state of the files
 * @param to - the state of the models
 * @returns the renames in their order, and the state of the files after them
 * @throws MigrationError for a hint that fits nothing
 */
export function* findRenames(
  from: ProjectState,
  to: ProjectState,
  options: RenameOptions,
): Flow<{ readonly renames: readonly FoundRename[]; readonly state: ProjectState }> {
  checkHints(from, to, options.hints);
  const renames: FoundRename[] = [];
  let state = from;
  const take = (app: string, operation: Operation, label: string): void => {
    renames.push({ app, operation, label });
    state = operation.stateForwards(app, state);
  };
  for (const model of to.models.values()) {
    if (state.models.has(model.label)) continue;
    const old = yield* oldModel(state, to, model, options);
    if (old !== null) take(model.app, new RenameModelOperation(old, model.name), model.label);
  }
  for (const model of to.models.values()) {
    for (const name of model.fields.keys()) {
      const before = state.models.get(model.label);
      if (before === undefined || before.fields.has(name)) continue;
      const old = yield* oldField(before, model, name, options);
      if (old !== null) take(model.app, new RenameFieldOperation(model.name, old, name), model.label);
    }
  }
  return { renames, state };
}

/** The name that a new model had before; null where it is new. */
function* oldModel(
  from: ProjectState,
  to: ProjectState,
  model: ModelState,
  { hints, questioner, detectRenames }: RenameOptions,
): Flow<string | null> {
  const hinted = Object.entries(hints.models?.[model.app] ?? {}).find(([, newName]) => newName === model.name)?.[0];
  if (hinted !== undefined) return hinted;
  const alike = [...from.models.values()].filter((old) => old.app === model.app && !to.models.has(old.label) && sameFields(old, model));
  const rivals = [...to.models.values()].filter(
    (other) => other.app === model.app && !from.models.has(other.label) && alike.some((old) => sameFields(old, other)),
  );
  const [only] = alike;
  if (detectRenames && only !== undefined && alike.length === 1 && rivals.length === 1) return only.name;
  for (const old of alike)
    if (yield call(() => questioner.isModelRenamed(model.app, old.name, model.name), "the questioner")) return old.name;
  return null;
}

/** The name that a new field had before; null where it is new. */
function* oldField(
  before: ModelState,
  after: ModelState,
  name: string,
  { hints, questioner, detectRenames }: RenameOptions,
): Flow<string | null> {
  const hinted = Object.entries(hints.fields?.[after.label] ?? {}).find(([, newName]) => newName === name)?.[0];
  if (hinted !== undefined) return before.fields.has(hinted) ? hinted : null;
  const field = after.field(name);
  const gone = [...before.fields].filter(([old]) => !after.fields.has(old));
  const alike = gone.filter(([old, candidate]) => sameField(old, candidate, name, field));
  const come = [...after.fields.keys()].filter((other) => !before.fields.has(other));
  const [only] = alike;
  if (detectRenames && only !== undefined && gone.length === 1 && come.length === 1) return only[0];
  for (const [old] of alike) if (yield call(() => questioner.isFieldRenamed(after.label, old, name, field), "the questioner")) return old;
  return null;
}

function sameFields(left: ModelState, right: ModelState): boolean {
  if (left.fields.size !== right.fields.size) return false;
  const text = (model: ModelState, field: StateField): string => fieldText(field).replaceAll(model.label, "self");
  return [...left.fields].every(([name, field]) => {
    const other = right.fields.get(name);
    return other !== undefined && text(left, field) === text(right, other);
  });
}

/** Alike in all but the name; a column that is named explicitly is the same one. */
function sameField(oldName: string, old: StateField, newName: string, field: StateField): boolean {
  const column = (name: string, given: StateField): string => (isField(given) ? given.bind(name, "model").column : name);
  if (fieldText(old) === fieldText(field)) return true;
  return fieldText(old, ["dbColumn"]) === fieldText(field, ["dbColumn"]) && column(oldName, old) === column(newName, field);
}

function checkHints(from: ProjectState, to: ProjectState, hints: RenameHints): void {
  for (const [app, names] of Object.entries(hints.models ?? {})) {
    for (const [old, name] of Object.entries(names)) {
      // a hint that was followed before is no mistake
      if (from.models.has(labelOf(app, name))) continue;
      checkHint(`the model ${labelOf(app, old)}`, labelOf(app, old), from.models, "of the migrations");
      checkHint(`the model ${labelOf(app, name)}`, labelOf(app, name), to.models, "of the code");
    }
  }
  for (const [label, names] of Object.entries(hints.fields ?? {})) {
    const model = to.models.get(label);
    checkHint(`the model ${label}`, label, to.models, "of the code");
    for (const name of Object.values(names))
      if (model !== undefined) checkHint(`the field ${label}.${name}`, name, model.fields, "of the model");
  }
}

function checkHint(what: string, wanted: string, known: ReadonlyMap<string, unknown>, where: string): void {
  if (known.has(wanted)) return;
  throw new MigrationError(`A rename names ${what}, which is none ${where}. ${didYouMean(wanted, known.keys())}`.trim(), {
    code: "unknown_rename",
  });
}
