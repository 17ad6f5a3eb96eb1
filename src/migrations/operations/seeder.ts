import type { Flow } from "../../engine/flow.js";
import { IrreversibleError, MigrationError } from "../../errors.js";
import type { ModelMeta } from "../../models/meta.js";
import { didYouMean } from "../../suggestions.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import type { HistoricalInstance, HistoricalModel } from "../state/historical-models.js";
import type { ProjectState } from "../state/project-state.js";
import { type DeconstructedOperation, Operation, type OperationContext, trimArguments } from "./operation.js";

/** A row as in a fixture. */
export interface SeedRow {
  /** The label of its model: "blog.Author". */
  readonly model: string;
  /** Its key; of a composite key a list. Without it the database or the field's default gives one. */
  readonly pk?: unknown;
  /** Values by the names of fields; of a foreign key the other row's key. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What `SeederMigration` takes. */
export interface SeederOptions {
  /** "delete" deletes the rows again, by their keys; `[]` leaves them. Without it the migration is irreversible. */
  readonly reverse?: "delete" | readonly SeedRow[];
}

/** Rows of one model that follow each other. */
interface Batch {
  readonly meta: ModelMeta;
  readonly model: HistoricalModel;
  readonly rows: Record<string, unknown>[];
}

export class SeederMigrationOperation extends Operation {
  readonly rows: readonly SeedRow[];
  readonly options: SeederOptions;
  override readonly reversible: boolean;

  constructor(rows: readonly SeedRow[], options: SeederOptions) {
    super();
    this.rows = rows;
    this.options = options;
    this.reversible = options.reverse !== undefined;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "SeederMigration", args: trimArguments([this.rows, this.options]) };
  }

  describe(): string {
    const models = [...new Set(this.rows.map(({ model }) => model))];
    return `Insert ${this.rows.length} rows of ${models.join(", ")}`;
  }

  override get nameFragment(): string {
    return "seed";
  }

  override *databaseForwards({ runner }: OperationContext, from: ProjectState): Flow<void> {
    yield* insert(runner, batchesOf(this.rows, from));
  }

  override *databaseBackwards({ runner }: OperationContext, _from: ProjectState, to: ProjectState): Flow<void> {
    const { reverse } = this.options;
    if (reverse === undefined) throw new IrreversibleError("SeederMigration has no reverse.");
    if (reverse === "delete") yield* remove(runner, batchesOf(this.rows, to));
    else yield* insert(runner, batchesOf(reverse, to));
  }
}

/** @throws MigrationError for a model or a field that is not there at this point, before anything is written */
function batchesOf(rows: readonly SeedRow[], state: ProjectState): readonly Batch[] {
  const batches: Batch[] = [];
  for (const row of rows) {
    const meta = state.historical.meta(row.model);
    const values = valuesOf(meta, row);
    const last = batches.at(-1);
    if (last?.meta === meta) last.rows.push(values);
    // the class of a model of a state is a historical model
    else batches.push({ meta, model: meta.modelClass as unknown as HistoricalModel, rows: [values] });
  }
  return batches;
}

function valuesOf(meta: ModelMeta, { pk, fields }: SeedRow): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  if (pk !== undefined) {
    const parts: readonly unknown[] = Array.isArray(pk) ? pk : [pk];
    if (parts.length !== meta.keyFields.length)
      throw new MigrationError(`SeederMigration: the key of ${meta.label} has ${meta.keyFields.length} values, not ${parts.length}.`);
    for (const [position, field] of meta.keyFields.entries()) values[field.attname] = parts[position];
  }
  for (const [name, value] of Object.entries(fields)) {
    const field = meta.findColumn(name);
    if (!field)
      throw new MigrationError(
        `SeederMigration: ${meta.label} has no field "${name}" with a column at this point. ${didYouMean(
          name,
          meta.fields.map((known) => known.name),
        )}`.trim(),
      );
    values[field.attname] = value;
  }
  return values;
}

function* insert(runner: StatementRunner, batches: readonly Batch[]): Flow<void> {
  const { alias, dialect } = runner;
  for (const { meta, model, rows } of batches) {
    if (runner.collected !== null) {
      runner.note(`${rows.length} rows of ${meta.label}, which cannot be shown as SQL`);
      continue;
    }
    const instances = rows.map((values): HistoricalInstance => new model(values));
    yield {
      perform: () => model.objects.using(alias).bulkCreate(instances),
      performSync: () => model.objects.using(alias).bulkCreateSync(instances),
    };
    const numbered = meta.keyFields.filter((field) => field.auto && rows.some((values) => field.attname in values));
    for (const field of numbered) {
      const sql = dialect.schema.continueNumbering;
      if (sql !== null) yield* runner.rows(sql(meta.table, field.column));
    }
  }
  yield* runner.settleConstraints();
}

function* remove(runner: StatementRunner, batches: readonly Batch[]): Flow<void> {
  const { alias } = runner;
  const keyOf = (meta: ModelMeta, values: Record<string, unknown>): [string, unknown][] =>
    meta.keyFields.map((field) => [field.attname, values[field.attname]]);
  for (const { meta, rows } of batches) {
    if (rows.some((values) => keyOf(meta, values).some(([, value]) => value === undefined)))
      throw new MigrationError(`SeederMigration: a row of ${meta.label} has no key, so reverse: "delete" cannot find it. Give it a pk.`);
  }
  for (const { meta, model, rows } of [...batches].reverse()) {
    if (runner.collected !== null) {
      runner.note(`${rows.length} rows of ${meta.label} are deleted, which cannot be shown as SQL`);
      continue;
    }
    for (const values of [...rows].reverse()) {
      const found = model.objects.using(alias).filter(Object.fromEntries(keyOf(meta, values)));
      yield { perform: () => found.delete(), performSync: () => found.deleteSync() };
    }
  }
  yield* runner.settleConstraints();
}

/**
 * Inserts rows, such as those that a program counts on. Each batch of one model is one statement; rows that others refer to
 * come first.
 *
 * @param rows - as in a fixture; fields with defaults may be left out
 * @param options - `reverse: "delete"` deletes them by their keys when the migration is undone
 * @throws MigrationError for a model or a field that is not there at this point
 * @example
 * export default migration({
 *   operations: [
 *     SeederMigration([{ model: "library.Tag", pk: 100, fields: { name: "classic" } }], { reverse: "delete" }),
 *   ],
 * });
 */
export function SeederMigration(rows: readonly SeedRow[], options: SeederOptions = {}): Operation {
  return new SeederMigrationOperation(rows, options);
}
