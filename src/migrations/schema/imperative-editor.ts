import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { metaOf } from "../../models/meta.js";
import { registry } from "../../models/registry.js";
import { CreateModelOperation } from "../operations/create-model.js";
import { DeleteModel } from "../operations/delete-model.js";
import { AddField, AlterField, RemoveField } from "../operations/fields.js";
import type { MigrationField, Operation } from "../operations/operation.js";
import { labelOf, splitLabel } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { modelState, stateFromModels, stateLabel } from "../state/state-from-models.js";
import { enclosed } from "./enclosed.js";
import { StatementRunner } from "./statement-runner.js";

/** A model class. */
type AnyModel = { readonly prototype: object };

/**
 * Changes a schema by calls, outside of migration files: for experiments, fixtures, repairs. It runs the operations that
 * migrations run, so the SQL is the same; nothing is recorded. It remembers what it changed, and begins with the models
 * of the code.
 *
 * @example
 * class Article extends Model<Article>("library.Article")({ title: CharField({ maxLength: 100 }) }) {}
 * const editor = new SchemaEditor();
 * await editor.createModel(Article);
 * await editor.addField(Article, "summary", TextField({ null: true }));
 * const { columns } = await getConnection().execute("SELECT * FROM library_article");
 * console.log(columns); // → [ 'id', 'title', 'summary' ]
 */
export class SchemaEditor {
  readonly #runner: StatementRunner;
  #state: ProjectState;

  /**
   * @param options - `using`, the alias; `collect`, a list that gets the SQL instead of the database
   * @throws ImproperlyConfigured when there is no such alias
   */
  constructor(options: { readonly using?: string; readonly collect?: string[] } = {}) {
    this.#runner = new StatementRunner(options.using ?? "default", options.collect ?? null);
    this.#state = stateFromModels(registry.all());
  }

  /** Makes the table of a model, with its junctions, indexes and constraints. */
  createModel(model: AnyModel): Promise<void> {
    return run(this.#create(model));
  }
  /** As {@link createModel}, without waiting. */
  createModelSync(model: AnyModel): void {
    runSync(this.#create(model));
  }

  /** Drops the table of a model and its junctions. */
  deleteModel(model: AnyModel): Promise<void> {
    return run(this.#apply(model, (name) => DeleteModel(name)));
  }
  /** As {@link deleteModel}, without waiting. */
  deleteModelSync(model: AnyModel): void {
    runSync(this.#apply(model, (name) => DeleteModel(name)));
  }

  /** Adds a column, or a junction. Rows that are there get the field's default. */
  addField(model: AnyModel, name: string, field: MigrationField): Promise<void> {
    return run(this.#addField(model, name, field));
  }
  /** As {@link addField}, without waiting. */
  addFieldSync(model: AnyModel, name: string, field: MigrationField): void {
    runSync(this.#addField(model, name, field));
  }

  /** Drops the column, or the junction, of a field. */
  removeField(model: AnyModel, name: string): Promise<void> {
    return run(this.#apply(model, (owner) => RemoveField(owner, name)));
  }
  /** As {@link removeField}, without waiting. */
  removeFieldSync(model: AnyModel, name: string): void {
    runSync(this.#apply(model, (owner) => RemoveField(owner, name)));
  }

  /** Changes a column to what another field says. */
  alterField(model: AnyModel, name: string, field: MigrationField): Promise<void> {
    return run(this.#apply(model, (owner) => AlterField(owner, name, field)));
  }
  /** As {@link alterField}, without waiting. */
  alterFieldSync(model: AnyModel, name: string, field: MigrationField): void {
    runSync(this.#apply(model, (owner) => AlterField(owner, name, field)));
  }

  /** Runs one statement. @param params - for `%s`, `?` or the database's own placeholders */
  execute(sql: string, params: readonly unknown[] = []): Promise<void> {
    return run(this.#runner.runWith(sql, params));
  }
  /** As {@link execute}, without waiting. */
  executeSync(sql: string, params: readonly unknown[] = []): void {
    runSync(this.#runner.runWith(sql, params));
  }

  *#create(model: AnyModel): Flow<void> {
    const { app, name, label, fields, options } = modelState(metaOf(model));
    this.#state = this.#state.without(label);
    yield* this.#perform(app, new CreateModelOperation(name, fields, options));
  }

  /** A field that the class has already is one that the table does not have yet. */
  *#addField(model: AnyModel, name: string, field: MigrationField): Flow<void> {
    const [app, owner] = splitLabel(stateLabel(metaOf(model)));
    const state = this.#state.models.get(labelOf(app, owner));
    if (state?.fields.has(name)) this.#state = this.#state.with(state.withoutField(name));
    yield* this.#perform(app, AddField(owner, name, field));
  }

  *#apply(model: AnyModel, operation: (name: string) => Operation): Flow<void> {
    const [app, name] = splitLabel(stateLabel(metaOf(model)));
    yield* this.#perform(app, operation(name));
  }

  *#perform(app: string, operation: Operation): Flow<void> {
    const [from, runner] = [this.#state, this.#runner];
    const to = operation.stateForwards(app, from);
    const body = (): Flow<void> => operation.databaseForwards({ app, runner, progress: () => undefined }, from, to);
    yield* runner.collected === null ? enclosed(runner.alias, body) : body();
    this.#state = to;
  }
}
