import { isField } from "../../fields/field.js";
import { AddConstraintOperation, RemoveConstraintOperation } from "../operations/constraints.js";
import { CreateModelOperation } from "../operations/create-model.js";
import { DeleteModelOperation } from "../operations/delete-model.js";
import { AddFieldOperation, AlterFieldOperation, RemoveFieldOperation } from "../operations/fields.js";
import { AddIndexOperation, RemoveIndexOperation } from "../operations/indexes.js";
import { AlterModelTableOperation } from "../operations/model-options.js";
import { movingName } from "../operations/moving-names.js";
import type { Operation } from "../operations/operation.js";
import { labelOf, type ModelState, type StateField } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { withFieldOption } from "./field-option.js";
import type { PlannedOperation } from "./planned-operation.js";

/** The names in the database that an operation gives free, and those that it needs. */
interface NameChange {
  readonly planned: PlannedOperation;
  readonly frees: readonly string[];
  readonly takes: readonly string[];
}

/**
 * The same operations in need of each other's names: what takes the name of a table, a column, an index or a constraint
 * comes after what gives it free. Where tables or columns exchange their names, one has another name meanwhile.
 *
 * @param from - the state before them
 * @param to - the state after them
 */
export function withFreeNames(planned: readonly PlannedOperation[], from: ProjectState, to: ProjectState): PlannedOperation[] {
  const changes = planned.map((each) => nameChange(each, from, to));
  const circular = oneOfEachCircle(changes);
  let moving = 0;
  return changes.flatMap(({ planned: each, frees, takes }): PlannedOperation[] => {
    const provides = [...each.provides, ...frees];
    const after = [...each.after, ...takes.filter((word) => !frees.includes(word))];
    if (!circular.has(each)) return [{ ...each, provides, after }];
    moving++;
    const away = `moved:${moving}`;
    return [
      { ...each, operation: toMovingName(each, from, moving), provides: [...frees, away], after: [] },
      { ...each, after: [...after, away] },
    ];
  });
}

function nameChange(planned: PlannedOperation, from: ProjectState, to: ProjectState): NameChange {
  const { app, operation } = planned;
  const change = (frees: readonly string[], takes: readonly string[]): NameChange => ({ planned, frees, takes });
  const modelIn = (state: ProjectState, name: string): ModelState | undefined => state.find(app, name);
  if (operation instanceof CreateModelOperation) return change([], namesOf(modelIn(to, operation.name), to));
  if (operation instanceof DeleteModelOperation) return change(namesOf(modelIn(from, operation.name), from), []);
  if (operation instanceof AlterModelTableOperation) {
    const label = labelOf(app, operation.model);
    return change([tableWord(label, from)], [tableWord(label, to)]);
  }
  if (operation instanceof RemoveIndexOperation) return change(typeof operation.index === "string" ? [nameWord(operation.index)] : [], []);
  if (operation instanceof AddIndexOperation) return change([], operation.index.name === undefined ? [] : [nameWord(operation.index.name)]);
  if (operation instanceof RemoveConstraintOperation) return change([nameWord(operation.name)], []);
  if (operation instanceof AddConstraintOperation) return change([], [nameWord(operation.constraint.name)]);
  const old = (name: string, model: string): StateField | undefined => modelIn(from, model)?.fields.get(name);
  if (operation instanceof AddFieldOperation) return change([], columnWords(app, operation.model, operation.name, operation.field));
  if (operation instanceof RemoveFieldOperation)
    return change(columnWords(app, operation.model, operation.name, old(operation.name, operation.model)), []);
  if (operation instanceof AlterFieldOperation) {
    const before = columnWords(app, operation.model, operation.name, old(operation.name, operation.model));
    const after = columnWords(app, operation.model, operation.name, operation.field);
    return before[0] === after[0] ? change([], []) : change(before, after);
  }
  return change([], []);
}

const nameWord = (name: string): string => `free:name:${name}`;

function tableWord(label: string, state: ProjectState): string {
  return `free:table:${state.historical.meta(label).table}`;
}

/** Columns that differ in case are one to some databases. */
function columnWords(app: string, model: string, name: string, field: StateField | undefined): readonly string[] {
  if (field === undefined || !isField(field)) return [];
  return [`free:column:${labelOf(app, model)}.${field.bind(name, labelOf(app, model)).column.toLowerCase()}`];
}

/** The names of a table and of what is on it. */
function namesOf(model: ModelState | undefined, state: ProjectState): readonly string[] {
  if (model === undefined) return [];
  const named = [...model.indexes, ...model.constraints].flatMap(({ name }) => (name === undefined ? [] : [nameWord(name)]));
  return [tableWord(model.label, state), ...named];
}

/** Of the changes that wait for each other's name in a circle, the first. */
function oneOfEachCircle(changes: readonly NameChange[]): ReadonlySet<PlannedOperation> {
  const moves = changes.filter(
    ({ planned, frees, takes }) =>
      (planned.operation instanceof AlterFieldOperation || planned.operation instanceof AlterModelTableOperation) &&
      frees.length > 0 &&
      frees[0] !== takes[0],
  );
  const holders = new Map(moves.map((move) => [move.frees[0], move]));
  const found = new Set<PlannedOperation>();
  const seen = new Set<NameChange>();
  for (const start of moves) {
    const path: NameChange[] = [];
    for (let next: NameChange | undefined = start; next !== undefined && !seen.has(next); next = holders.get(next.takes[0])) {
      seen.add(next);
      path.push(next);
      if (holders.get(next.takes[0]) === start) found.add(start.planned);
    }
  }
  return found;
}

/** The step that only takes a name out of the way. */
function toMovingName({ app, operation }: PlannedOperation, from: ProjectState, number: number): Operation {
  if (operation instanceof AlterModelTableOperation) return new AlterModelTableOperation(operation.model, movingName(number));
  // circles are made of these two kinds
  const { model, name } = operation as AlterFieldOperation;
  const field = from.get(app, model).field(name);
  // an altered field that has a column had one before
  return new AlterFieldOperation(model, name, isField(field) ? withFieldOption(field, { dbColumn: movingName(number) }) : field, true);
}
