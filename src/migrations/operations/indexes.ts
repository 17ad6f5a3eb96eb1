import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import type { Index } from "../../models/constraints.js";
import { didYouMean } from "../../suggestions.js";
import { createIndexSql, indexName } from "../index-sql.js";
import { databaseIndexName } from "../schema/database-names.js";
import { labelOf, type ModelState } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { sameWritten } from "../writing/canonical.js";
import { optionFootprint } from "./footprints.js";
import { ModelOperation } from "./model-operation.js";
import { type DeconstructedOperation, type Footprint, type Operation, type OperationContext, trimArguments } from "./operation.js";

/** How an index is made or dropped. */
export interface IndexOperationOptions {
  /** True: without locking the table against writes (PostgreSQL); the file must say `atomic: false`. */
  readonly concurrently?: boolean;
}

/** What AddIndex and RemoveIndex have in common. */
abstract class IndexOperation extends ModelOperation {
  /** An index, or the name of one. */
  readonly index: Index | string;
  readonly concurrently: boolean;
  override readonly outsideTransaction: boolean;

  constructor(model: string, index: Index | string, concurrently: boolean) {
    super(model);
    this.index = index;
    this.concurrently = concurrently;
    this.outsideTransaction = concurrently;
  }

  protected get arguments(): readonly unknown[] {
    return trimArguments([this.model, this.index, this.concurrently ? { concurrently: true } : {}]);
  }

  /** The index's name in the database, of which an index without a name has one made of its table and columns. */
  protected nameIn(app: string, state: ProjectState): string {
    return typeof this.index === "string" ? this.index : indexName(state.historical.meta(labelOf(app, this.model)), this.index);
  }

  protected *createConcurrently({ app, runner }: OperationContext, state: ProjectState): Flow<void> {
    const meta = state.historical.meta(labelOf(app, this.model));
    const wanted = this.nameIn(app, state);
    const index = meta.options.indexes?.find((candidate) => indexName(meta, candidate) === wanted);
    if (index === undefined) throw new MigrationError(`${meta.label} has no index "${wanted}" at this point.`);
    // an index that an earlier attempt left unfinished is in the way, and of no use
    yield* runner.run(`DROP INDEX CONCURRENTLY IF EXISTS ${runner.quote(wanted)}`);
    yield* runner.run(createIndexSql(runner.dialect, meta, { ...index, name: wanted }).replace(" INDEX ", " INDEX CONCURRENTLY "));
  }

  protected *dropConcurrently({ app, runner }: OperationContext, state: ProjectState): Flow<void> {
    const name = yield* databaseIndexName(runner, state.historical.meta(labelOf(app, this.model)), this.nameIn(app, state));
    yield* runner.run(`DROP INDEX CONCURRENTLY IF EXISTS ${runner.quote(name)}`);
  }

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, "index");
  }

  protected isConcurrent({ runner }: OperationContext): boolean {
    return this.concurrently && runner.dialect.schema.concurrentIndexes;
  }
}

/** Whether two mean the same index: by name, or where it has none by what it says. */
export function sameIndex(left: Index, right: Index | string): boolean {
  if (typeof right === "string") return left.name === right;
  if (right.name !== undefined || left.name !== undefined) return left.name === right.name;
  return sameWritten(left, right);
}

export class AddIndexOperation extends IndexOperation {
  declare readonly index: Index;

  deconstruct(): DeconstructedOperation {
    return { name: "AddIndex", args: this.arguments };
  }

  describe(): string {
    return `Create index ${this.index.name ?? `on ${this.index.fields.join(", ")}`} on ${this.model}`;
  }

  override get nameFragment(): string {
    return (this.index.name ?? `${this.model}_${this.index.fields.join("_").replaceAll("-", "")}_idx`).toLowerCase();
  }

  protected change(model: ModelState): ModelState {
    return model.withOptions({ indexes: [...model.indexes, this.index] });
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    if (this.isConcurrent(context)) yield* this.createConcurrently(context, to);
    else yield* this.changeModel(context, from, to);
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    if (this.isConcurrent(context)) yield* this.dropConcurrently(context, from);
    else yield* this.changeModel(context, from, to);
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    if (later instanceof RemoveIndexOperation && later.model === this.model && sameIndex(this.index, later.index)) return [];
    return super.reduce(later, app);
  }
}

export class RemoveIndexOperation extends IndexOperation {
  deconstruct(): DeconstructedOperation {
    return { name: "RemoveIndex", args: this.arguments };
  }

  describe(): string {
    return `Remove index ${typeof this.index === "string" ? this.index : (this.index.name ?? `on ${this.index.fields.join(", ")}`)} from ${this.model}`;
  }

  override get nameFragment(): string {
    const name =
      typeof this.index === "string"
        ? this.index
        : (this.index.name ?? `${this.model}_${this.index.fields.join("_").replaceAll("-", "")}_idx`);
    return `remove_${name.toLowerCase()}`;
  }

  protected change(model: ModelState): ModelState {
    const kept = model.indexes.filter((index) => !sameIndex(index, this.index));
    if (kept.length === model.indexes.length) {
      const names = model.indexes.flatMap(({ name }) => name ?? []);
      const wanted = typeof this.index === "string" ? this.index : (this.index.name ?? this.index.fields.join(", "));
      throw new MigrationError(`RemoveIndex: ${model.label} has no index "${wanted}" at this point. ${didYouMean(wanted, names)}`.trim());
    }
    return model.withOptions({ indexes: kept });
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    if (this.isConcurrent(context)) yield* this.dropConcurrently(context, from);
    else yield* this.changeModel(context, from, to);
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    if (this.isConcurrent(context)) yield* this.createConcurrently(context, to);
    else yield* this.changeModel(context, from, to);
  }
}

/**
 * Makes an index.
 *
 * @param model - the model's name, without its app
 * @param options - `concurrently: true` lets writes go on meanwhile (PostgreSQL), in a file with `atomic: false`
 * @example export default migration({ operations: [AddIndex("Author", Index({ fields: ["-age"], name: "author_age" }))] });
 */
export function AddIndex(model: string, index: Index, options: IndexOperationOptions = {}): Operation {
  return new AddIndexOperation(model, index, options.concurrently ?? false);
}

/**
 * Drops an index.
 *
 * @param index - its name, or the index as it was added where it has none
 * @example
 * export default migration({
 *   operations: [
 *     AddIndex("Author", Index({ fields: ["-age"], name: "author_age" })),
 *     RemoveIndex("Author", "author_age"),
 *   ],
 * });
 */
export function RemoveIndex(model: string, index: Index | string, options: IndexOperationOptions = {}): Operation {
  return new RemoveIndexOperation(model, index, options.concurrently ?? false);
}
