import { type Connection, getConnection } from "../../engine/connections.js";
import type { Flow } from "../../engine/flow.js";
import { call } from "../../engine/run.js";
import { IrreversibleError, MigrationError } from "../../errors.js";
import type { HistoricalModels } from "../state/historical-models.js";
import type { ProjectState } from "../state/project-state.js";
import { type DeconstructedOperation, Operation, type OperationContext, trimArguments } from "./operation.js";

/** What the code of a migration gets besides the models. */
export interface MigrationSchema {
  /** The database that is migrated: `apps.getModel("blog", "Author").objects.using(schema.alias)`. */
  readonly alias: string;
  /** The kind of database, as "postgresql". */
  readonly vendor: string;
  /** The app of the migration. */
  readonly app: string;
  /** For SQL: `await schema.connection.execute("UPDATE …", […])`. */
  readonly connection: Connection;
}

/** Code of a migration. It gets the models as they were at that point, whatever they are now. */
export type MigrationCode = (apps: HistoricalModels, schema: MigrationSchema) => unknown;

/** What `RunCode` takes. */
export interface RunCodeOptions {
  /** What it does. */
  readonly forward: MigrationCode;
  /** Without it the migration is irreversible; `RunCode.noop` where nothing needs to be undone. */
  readonly reverse?: MigrationCode;
  /** True: a squashed migration may leave it out. */
  readonly elidable?: boolean;
}

export class RunCodeOperation extends Operation {
  readonly options: RunCodeOptions;
  override readonly reversible: boolean;
  override readonly elidable: boolean;

  constructor(options: RunCodeOptions) {
    super();
    this.options = options;
    this.reversible = options.reverse !== undefined;
    this.elidable = options.elidable ?? false;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "RunCode", args: trimArguments([this.options]) };
  }

  describe(): string {
    return "Run code";
  }

  override *databaseForwards(context: OperationContext, from: ProjectState): Flow<void> {
    yield* runCode(context, from, this.options.forward);
  }

  override *databaseBackwards(context: OperationContext, _from: ProjectState, to: ProjectState): Flow<void> {
    if (this.options.reverse === undefined) throw new IrreversibleError("RunCode has no reverse.");
    yield* runCode(context, to, this.options.reverse);
  }
}

function* runCode({ app, runner }: OperationContext, state: ProjectState, code: MigrationCode): Flow<void> {
  if (code === noop) return;
  if (runner.collected !== null) {
    runner.note("RunCode: what it does cannot be shown as SQL");
    return;
  }
  const { alias, dialect } = runner;
  const schema: MigrationSchema = { alias, vendor: dialect.vendor, app, connection: getConnection(alias) };
  yield call(() => code(state.historical, schema), `the code of a migration of ${app}`);
  yield* runner.settleConstraints();
}

const noop: MigrationCode = () => undefined;

function runCodeFactory(options: RunCodeOptions): Operation {
  if (typeof options !== "object" || typeof options.forward !== "function") {
    throw new MigrationError("RunCode takes { forward(apps, schema) { … }, reverse(apps, schema) { … } }.");
  }
  return new RunCodeOperation(options);
}

/**
 * Runs code, such as a change of data. What it awaits is part of the migration's transaction.
 *
 * @param options - `forward` and `reverse`, which get the models as they were at this point
 * @example
 * export default migration({
 *   operations: [
 *     RunCode({
 *       async forward(apps, schema) {
 *         await apps.getModel("library", "Author").objects.using(schema.alias).filter({ bio: "" }).update({ bio: "unknown" });
 *       },
 *       reverse: RunCode.noop,
 *     }),
 *   ],
 * });
 */
export const RunCode = Object.assign(runCodeFactory, { noop });
