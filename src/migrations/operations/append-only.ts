import type { Flow } from "../../engine/flow.js";
import { NotSupportedError } from "../../errors.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import { schemaName } from "../schema-names.js";
import { type DeconstructedOperation, Operation, type OperationContext, trimArguments } from "./operation.js";

/** What `MakeTableAppendOnly` takes. */
export interface AppendOnlyOptions {
  /** True: rows may be deleted, only not changed. */
  readonly allowDelete?: boolean;
}

interface Triggers {
  readonly create: (runner: StatementRunner, table: string, allowDelete: boolean) => readonly string[];
  readonly drop: (runner: StatementRunner, table: string, allowDelete: boolean) => readonly string[];
}

const nameOf = (table: string, event: string): string => schemaName("append_only", table, [event]);
const eventsOf = (allowDelete: boolean): readonly string[] => (allowDelete ? ["UPDATE"] : ["UPDATE", "DELETE"]);
const messageOf = (table: string, event: string): string => `the table ${table} is append-only: no ${event}`;

const TRIGGERS: Readonly<Record<string, Triggers>> = {
  sqlite: {
    create: (runner, table, allowDelete) =>
      eventsOf(allowDelete).map(
        (event) =>
          `CREATE TRIGGER ${runner.quote(nameOf(table, event.toLowerCase()))} BEFORE ${event} ON ${runner.quote(table)} BEGIN SELECT RAISE(ABORT, ${runner.dialect.literal(messageOf(table, event))}); END`,
      ),
    drop: (runner, table, allowDelete) =>
      eventsOf(allowDelete).map((event) => `DROP TRIGGER ${runner.quote(nameOf(table, event.toLowerCase()))}`),
  },
  postgresql: {
    create: (runner, table, allowDelete) => {
      const call = `EXECUTE FUNCTION ${runner.quote(nameOf(table, "refuse"))}()`;
      const rows = `CREATE TRIGGER ${runner.quote(nameOf(table, "rows"))} BEFORE ${eventsOf(allowDelete).join(" OR ")} ON ${runner.quote(table)}`;
      const whole = `CREATE TRIGGER ${runner.quote(nameOf(table, "truncate"))} BEFORE TRUNCATE ON ${runner.quote(table)}`;
      return [
        `CREATE FUNCTION ${runner.quote(nameOf(table, "refuse"))}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the table % is append-only: no %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation'; END $$`,
        `${rows} FOR EACH ROW ${call}`,
        ...(allowDelete ? [] : [`${whole} FOR EACH STATEMENT ${call}`]),
      ];
    },
    drop: (runner, table, allowDelete) => [
      ...(allowDelete ? [] : [`DROP TRIGGER ${runner.quote(nameOf(table, "truncate"))} ON ${runner.quote(table)}`]),
      `DROP TRIGGER ${runner.quote(nameOf(table, "rows"))} ON ${runner.quote(table)}`,
      `DROP FUNCTION ${runner.quote(nameOf(table, "refuse"))}()`,
    ],
  },
};

export class MakeTableAppendOnlyOperation extends Operation {
  readonly table: string;
  readonly options: AppendOnlyOptions;

  constructor(table: string, options: AppendOnlyOptions) {
    super();
    this.table = table;
    this.options = options;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "MakeTableAppendOnly", args: trimArguments([this.table, this.options]) };
  }

  describe(): string {
    return `Make table ${this.table} append-only`;
  }

  override get nameFragment(): string {
    return `${this.table}_append_only`.toLowerCase();
  }

  override *databaseForwards({ runner }: OperationContext): Flow<void> {
    yield* runner.runAll(triggersOf(runner).create(runner, this.table, this.options.allowDelete ?? false));
  }

  override *databaseBackwards({ runner }: OperationContext): Flow<void> {
    yield* runner.runAll(triggersOf(runner).drop(runner, this.table, this.options.allowDelete ?? false));
  }
}

function triggersOf({ alias, dialect: { vendor } }: StatementRunner): Triggers {
  const triggers = TRIGGERS[vendor];
  if (triggers !== undefined) return triggers;
  throw new NotSupportedError(`MakeTableAppendOnly is for PostgreSQL and SQLite; dorm writes no triggers for ${vendor}.`, {
    alias,
    vendor,
  });
}

/**
 * Lets rows be added to a table, but not changed: triggers refuse an UPDATE, a DELETE and a TRUNCATE, whoever sends it. On
 * SQLite `INSERT OR REPLACE` is not among them, as it deletes without triggers unless `recursive_triggers` is on.
 *
 * @param table - the table's name, not the model's
 * @param options - `allowDelete: true` lets rows be deleted
 * @throws NotSupportedError on other databases than PostgreSQL and SQLite
 * @example export default migration({ operations: [MakeTableAppendOnly("library_job")] });
 */
export function MakeTableAppendOnly(table: string, options: AppendOnlyOptions = {}): Operation {
  return new MakeTableAppendOnlyOperation(table, options);
}
