import { executeScript } from "../../engine/connections.js";
import type { Flow } from "../../engine/flow.js";
import { IrreversibleError, MigrationError } from "../../errors.js";
import type { ProjectState } from "../state/project-state.js";
import { type DeconstructedOperation, Operation, type OperationContext, trimArguments } from "./operation.js";

/** SQL of the user's: one text, or several, of which some have values. */
export type SqlInput = string | readonly (string | readonly [sql: string, params: readonly unknown[]])[];

/** What `RunSQL` takes. */
export interface RunSQLOptions {
  /** What undoes it; `""` where nothing needs to be undone. Without it the migration is irreversible. */
  readonly reverseSql?: SqlInput;
  /** Values for the placeholders (`%s`, `?` or the database's own) of `sql`, where it is one statement. */
  readonly params?: readonly unknown[];
  /** Values for the placeholders of `reverseSql`. */
  readonly reverseParams?: readonly unknown[];
  /** What the SQL means for the models. */
  readonly stateOperations?: readonly Operation[];
  /** True: a squashed migration may leave it out. */
  readonly elidable?: boolean;
}

export class RunSQLOperation extends Operation {
  readonly sql: SqlInput;
  readonly options: RunSQLOptions;
  override readonly reversible: boolean;
  override readonly elidable: boolean;

  constructor(sql: SqlInput, options: RunSQLOptions) {
    super();
    this.sql = sql;
    this.options = options;
    this.reversible = options.reverseSql !== undefined && (options.stateOperations ?? []).every((operation) => operation.reversible);
    this.elidable = options.elidable ?? false;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "RunSQL", args: trimArguments([this.sql, this.options]) };
  }

  describe(): string {
    return "Raw SQL operation";
  }

  override stateForwards(app: string, state: ProjectState): ProjectState {
    return (this.options.stateOperations ?? []).reduce((current, operation) => operation.stateForwards(app, current), state);
  }

  override *databaseForwards({ runner }: OperationContext): Flow<void> {
    yield* runSql(runner, this.sql, this.options.params);
  }

  override *databaseBackwards({ runner }: OperationContext): Flow<void> {
    if (this.options.reverseSql === undefined) throw new IrreversibleError("RunSQL has no reverseSql.");
    yield* runSql(runner, this.options.reverseSql, this.options.reverseParams);
  }
}

function* runSql(runner: OperationContext["runner"], sql: SqlInput, params: readonly unknown[] | undefined): Flow<void> {
  for (const part of typeof sql === "string" ? [sql] : sql) {
    const [text, values] = typeof part === "string" ? [part, params] : part;
    if (text.trim() === "") continue;
    if (values !== undefined) yield* runner.runWith(text, values);
    else if (runner.collected !== null) runner.collected.push(`${text.trim().replace(/;$/, "")};`);
    else yield* executeScript(runner.alias, text);
  }
  yield* runner.settleConstraints();
}

/**
 * Runs SQL.
 *
 * @param sql - one text, which may be several statements, or a list of texts and of pairs of a statement and its values
 * @param options - `reverseSql`, without which the migration cannot be undone; `params`; `stateOperations`
 * @throws MigrationError for several texts with one list of values
 * @example
 * export default migration({
 *   operations: [
 *     RunSQL("CREATE VIEW elders AS SELECT * FROM library_author WHERE age >= 60", { reverseSql: "DROP VIEW elders" }),
 *   ],
 * });
 */
export function RunSQL(sql: SqlInput, options: RunSQLOptions = {}): Operation {
  if (
    (typeof sql !== "string" && options.params !== undefined) ||
    (typeof options.reverseSql === "object" && options.reverseParams !== undefined)
  ) {
    throw new MigrationError("RunSQL: of several statements each has its own values: [[sql, params], …].");
  }
  return new RunSQLOperation(sql, options);
}
