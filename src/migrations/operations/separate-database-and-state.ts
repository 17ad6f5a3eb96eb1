import type { Flow } from "../../engine/flow.js";
import type { ProjectState } from "../state/project-state.js";
import { type DeconstructedOperation, Operation, type OperationContext } from "./operation.js";

/** What `SeparateDatabaseAndState` takes. */
export interface SeparateOptions {
  /** What happens to the database; nothing unless given. */
  readonly databaseOperations?: readonly Operation[];
  /** What happens to the models; nothing unless given. */
  readonly stateOperations?: readonly Operation[];
}

export class SeparateDatabaseAndStateOperation extends Operation {
  readonly databaseOperations: readonly Operation[];
  readonly stateOperations: readonly Operation[];
  override readonly reversible: boolean;
  override readonly outsideTransaction: boolean;

  constructor({ databaseOperations = [], stateOperations = [] }: SeparateOptions) {
    super();
    this.databaseOperations = databaseOperations;
    this.stateOperations = stateOperations;
    this.reversible = databaseOperations.every((operation) => operation.reversible);
    this.outsideTransaction = databaseOperations.some((operation) => operation.outsideTransaction);
  }

  deconstruct(): DeconstructedOperation {
    const { databaseOperations, stateOperations } = this;
    return {
      name: "SeparateDatabaseAndState",
      args: [
        { ...(databaseOperations.length > 0 ? { databaseOperations } : {}), ...(stateOperations.length > 0 ? { stateOperations } : {}) },
      ],
    };
  }

  describe(): string {
    return "Change the database and the state apart";
  }

  override stateForwards(app: string, state: ProjectState): ProjectState {
    return this.stateOperations.reduce((current, operation) => operation.stateForwards(app, current), state);
  }

  override *databaseForwards(context: OperationContext, from: ProjectState): Flow<void> {
    let current = from;
    for (const operation of this.databaseOperations) {
      const next = operation.stateForwards(context.app, current);
      yield* operation.databaseForwards(context, current, next);
      current = next;
    }
  }

  /** The states between the operations are worked out from the start, then walked back. */
  override *databaseBackwards(context: OperationContext, _from: ProjectState, to: ProjectState): Flow<void> {
    const steps: { operation: Operation; before: ProjectState; after: ProjectState }[] = [];
    let current = to;
    for (const operation of this.databaseOperations) {
      const after = operation.stateForwards(context.app, current);
      steps.push({ operation, before: current, after });
      current = after;
    }
    for (const { operation, before, after } of steps.reverse()) yield* operation.databaseBackwards(context, after, before);
  }
}

/**
 * Does one thing to the database and another one to the state of the models.
 *
 * @param options - `databaseOperations` and `stateOperations`
 * @example
 * export default migration({
 *   operations: [
 *     SeparateDatabaseAndState({
 *       databaseOperations: [
 *         RunSQL("ALTER TABLE library_job ADD COLUMN priority integer NOT NULL DEFAULT 0", {
 *           reverseSql: "ALTER TABLE library_job DROP COLUMN priority",
 *         }),
 *       ],
 *       stateOperations: [AddField("Job", "priority", IntegerField({ dbDefault: 0 }))],
 *     }),
 *   ],
 * });
 */
export function SeparateDatabaseAndState(options: SeparateOptions): Operation {
  return new SeparateDatabaseAndStateOperation(options);
}
