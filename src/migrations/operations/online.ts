import { atomicFlow } from "../../engine/atomic.js";
import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import { copyField } from "../../fields/copy-field.js";
import { type FieldDefinition, isField } from "../../fields/field.js";
import type { CheckConstraint } from "../../models/constraints.js";
import type { ModelMeta } from "../../models/meta.js";
import { conditionSql } from "../expression-sql.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import { labelOf, type ModelState, type StateField } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { isStateField } from "../state/targets.js";
import { AddConstraintOperation } from "./constraints.js";
import { AddFieldOperation, AlterFieldOperation } from "./fields.js";
import { fieldFootprint } from "./footprints.js";
import { ModelOperation } from "./model-operation.js";
import {
  type DeconstructedOperation,
  type Footprint,
  type MigrationField,
  type Operation,
  type OperationContext,
  trimArguments,
} from "./operation.js";

/** A copy of a field that may, or may not, be null. The field that was given stays as it is. */
function withNull(field: FieldDefinition, nullable: boolean): FieldDefinition {
  const { null: _null, ...rest } = field.options;
  const options = Object.freeze(nullable ? { ...rest, null: true } : rest);
  return copyField(field, { options, null: nullable });
}

function columnField(factory: string, field: unknown): FieldDefinition {
  if (isStateField(field) && isField(field)) return field;
  throw new MigrationError(`${factory} is for fields with a column.`);
}

/** What `AddFieldOnline` takes. */
export interface AddFieldOnlineOptions {
  /** True: NOT NULL at once, as for a column with a `dbDefault`. */
  readonly setNotNullNow?: boolean;
}

export class AddFieldOnlineOperation extends AddFieldOperation {
  readonly given: FieldDefinition;
  readonly options: AddFieldOnlineOptions;

  constructor(model: string, name: string, field: FieldDefinition, options: AddFieldOnlineOptions) {
    super(model, name, options.setNotNullNow === true ? field : withNull(field, true), true);
    this.given = field;
    this.options = options;
  }

  override deconstruct(): DeconstructedOperation {
    return { name: "AddFieldOnline", args: trimArguments([this.model, this.name, this.given, this.options]) };
  }

  /** Rows that are there keep NULL: filling them all at once is what this operation avoids. */
  protected override fills(): ReadonlyMap<string, string> {
    return new Map();
  }

  override reduce(): null {
    return null;
  }
}

/**
 * Adds a column without rewriting or locking the table: it may be NULL at first. `BackfillBatch` fills it, and
 * `SetNotNullOnline` ends it.
 *
 * @param field - as it is to be in the end
 * @example
 * // PostgreSQL
 * export default migration({ operations: [AddFieldOnline("Job", "priority", IntegerField({ default: 0 }))] });
 */
export function AddFieldOnline(model: string, name: string, field: MigrationField, options: AddFieldOnlineOptions = {}): Operation {
  return new AddFieldOnlineOperation(model, name, columnField("AddFieldOnline", field), options);
}

export class SetNotNullOnlineOperation extends ModelOperation {
  override readonly outsideTransaction = true;
  readonly name: string;

  constructor(model: string, name: string) {
    super(model);
    this.name = name;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "SetNotNullOnline", args: [this.model, this.name] };
  }

  describe(): string {
    return `Set ${this.name} of ${this.model} NOT NULL`;
  }

  override get nameFragment(): string {
    return `${this.model}_${this.name}_not_null`.toLowerCase();
  }

  protected change(model: ModelState): ModelState {
    return model.withField(this.name, withNull(columnField("SetNotNullOnline", model.field(this.name)), false));
  }

  /** Each step is a transaction of its own: the check is made without looking at the rows, and looks at them without a lock against writing. */
  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    const { app, runner } = context;
    if (!runner.dialect.features.alterConstraints) return yield* this.changeModel(context, from, to);
    const meta = to.historical.meta(labelOf(app, this.model));
    const { column } = meta.column(this.name);
    const [table, quoted] = [runner.quote(meta.table), runner.quote(column)];
    const check = runner.quote(`dorm_not_null_${column}`.slice(0, 63));
    yield* runner.run(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${check}`);
    yield* runner.run(`ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${quoted} IS NOT NULL) NOT VALID`);
    yield* runner.run(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${check}`);
    yield* runner.run(`ALTER TABLE ${table} ALTER COLUMN ${quoted} SET NOT NULL`);
    yield* runner.run(`ALTER TABLE ${table} DROP CONSTRAINT ${check}`);
  }

  override footprint(app: string): Footprint {
    return fieldFootprint(app, this.model, this.name, null);
  }
}

/**
 * Makes a column NOT NULL without a long lock: a CHECK is added unvalidated, validated, and exchanged for NOT NULL
 * (PostgreSQL). The file says `atomic: false`.
 *
 * @param name - the field, whose rows all have a value by now
 * @example
 * // PostgreSQL
 * export default migration({
 *   atomic: false,
 *   operations: [
 *     AddFieldOnline("Job", "priority", IntegerField({ default: 0 })),
 *     BackfillBatch({ table: "library_job", sql: "UPDATE library_job SET priority = 0 WHERE id BETWEEN %s AND %s" }),
 *     SetNotNullOnline("Job", "priority"),
 *   ],
 * });
 */
export function SetNotNullOnline(model: string, name: string): Operation {
  return new SetNotNullOnlineOperation(model, name);
}

export class AddCheckConstraintOnlineOperation extends AddConstraintOperation {
  override readonly outsideTransaction = true;
  declare readonly constraint: CheckConstraint;

  override deconstruct(): DeconstructedOperation {
    return { name: "AddCheckConstraintOnline", args: [this.model, this.constraint] };
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    const { app, runner } = context;
    if (!runner.dialect.features.alterConstraints) return yield* this.changeModel(context, from, to);
    const meta = to.historical.meta(labelOf(app, this.model));
    const [table, name] = [runner.quote(meta.table), runner.quote(this.constraint.name)];
    const condition = conditionSql(runner.dialect, meta, this.constraint.check, `${meta.label}: the constraint "${this.constraint.name}"`);
    yield* runner.run(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${name}`);
    yield* runner.run(`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID`);
    yield* runner.run(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`);
  }

  override reduce(): null {
    return null;
  }
}

/**
 * Adds a check without a long lock: unvalidated first, then validated in a transaction of its own (PostgreSQL). The file says `atomic: false`.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   atomic: false,
 *   operations: [
 *     AddCheckConstraintOnline("Author", CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_not_negative" })),
 *   ],
 * });
 */
export function AddCheckConstraintOnline(model: string, constraint: CheckConstraint): Operation {
  return new AddCheckConstraintOnlineOperation(model, constraint);
}

/** What `AlterColumnTypeOnline` takes. */
export interface AlterColumnTypeOnlineOptions {
  /** Milliseconds to wait for the lock before giving up. */
  readonly lockTimeoutMs?: number;
  /** SQL that makes the new value out of the old one. */
  readonly using?: string;
}

export class AlterColumnTypeOnlineOperation extends AlterFieldOperation {
  override readonly outsideTransaction = true;
  readonly options: AlterColumnTypeOnlineOptions;

  constructor(model: string, name: string, field: StateField, options: AlterColumnTypeOnlineOptions) {
    super(model, name, field, true);
    this.options = options;
  }

  override deconstruct(): DeconstructedOperation {
    return { name: "AlterColumnTypeOnline", args: trimArguments([this.model, this.name, this.field, this.options]) };
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    const { app, runner } = context;
    const { lockTimeoutMs, using } = this.options;
    if (!runner.dialect.features.alterConstraints) return yield* super.databaseForwards(context, from, to);
    const change = (): Flow<void> =>
      this.#change(
        context,
        using === undefined
          ? super.databaseForwards(context, from, to)
          : convert(runner, to.historical.meta(labelOf(app, this.model)), this.name, using),
        lockTimeoutMs,
      );
    if (runner.collected !== null) yield* change();
    else yield* atomicFlow(runner.alias, change);
  }

  *#change({ runner }: OperationContext, change: Flow<void>, lockTimeoutMs: number | undefined): Flow<void> {
    if (lockTimeoutMs !== undefined) yield* runner.run(`SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)}`);
    yield* change;
  }

  override reduce(): null {
    return null;
  }
}

function* convert(runner: StatementRunner, meta: ModelMeta, name: string, using: string): Flow<void> {
  const field = meta.column(name);
  const type = runner.dialect.codec(field.storage).columnType;
  yield* runner.run(`ALTER TABLE ${runner.quote(meta.table)} ALTER COLUMN ${runner.quote(field.column)} TYPE ${type} USING ${using}`);
}

/**
 * Changes the type of a column in a transaction of its own, giving up where the lock is not to be had (PostgreSQL). The file says `atomic: false`.
 *
 * @example
 * // PostgreSQL
 * export default migration({ atomic: false, operations: [AlterColumnTypeOnline("Tag", "name", TextField())] });
 */
export function AlterColumnTypeOnline(
  model: string,
  name: string,
  field: MigrationField,
  options: AlterColumnTypeOnlineOptions = {},
): Operation {
  return new AlterColumnTypeOnlineOperation(model, name, columnField("AlterColumnTypeOnline", field), options);
}
