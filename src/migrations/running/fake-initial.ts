import { dialectFor } from "../../engine/execute.js";
import type { Flow } from "../../engine/flow.js";
import type { ModelMeta } from "../../models/meta.js";
import type { Migration } from "../migration.js";
import { CreateModelOperation } from "../operations/create-model.js";
import { tablesAmong } from "../schema-checks.js";
import { labelOf } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { withJunctions } from "../table-order.js";
import { stateAfter } from "./graph.js";

/** Whether a migration is the first of its app, and the tables that it makes are all there already. */
export function* isThere(alias: string, migration: Migration, before: ProjectState): Flow<boolean> {
  const first = migration.initial ?? !migration.dependencies.some(([app]) => app === migration.app);
  if (!first) return false;
  const after = stateAfter(before, migration).historical;
  const created = migration.operations.filter((operation) => operation instanceof CreateModelOperation);
  const metas: readonly ModelMeta[] = withJunctions(created.map((operation) => after.meta(labelOf(migration.app, operation.name))));
  if (metas.length === 0) return false;
  const tables = metas.map(({ table }) => table);
  const there = yield* tablesAmong(alias, dialectFor(alias), tables);
  return tables.every((table) => there.get(table) === true);
}
