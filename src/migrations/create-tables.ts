import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { QueryError } from "../errors.js";
import { type ModelMeta, metaOf } from "../models/meta.js";
import { registry } from "../models/registry.js";
import { checkOptions } from "../suggestions.js";
import { SchemaEditor } from "./schema-editor.js";

/** A model class. */
export interface ModelLike {
  readonly prototype: object;
  readonly objects: unknown;
}

export interface DropTablesOptions {
  /** The alias of the database; default "default". */
  readonly using?: string;
}
export interface CreateTablesOptions extends DropTablesOptions {
  /** True: tables that are there are left as they are. Else they are an error. */
  readonly ifNotExists?: boolean;
}

function metasOf(models: readonly ModelLike[] | undefined, caller: string): readonly ModelMeta[] {
  if (models === undefined) return registry.all().filter((meta) => !meta.autoCreated);
  if (!Array.isArray(models)) throw new QueryError(`${caller} takes a list of models, as in ${caller}([Author, Book]).`);
  return models.map((model) => metaOf(model));
}

/* Flows, so that an asynchronous call rejects instead of throwing. */
function* create(models: readonly ModelLike[] | undefined, options: CreateTablesOptions): Flow<void> {
  checkOptions("createTables()", options, ["using", "ifNotExists"]);
  const metas = metasOf(models, "createTables");
  yield* new SchemaEditor(options.using ?? "default").createTables(metas, options.ifNotExists ?? false);
}
function* drop(models: readonly ModelLike[] | undefined, options: DropTablesOptions): Flow<void> {
  checkOptions("dropTables()", options, ["using"]);
  const metas = metasOf(models, "dropTables");
  yield* new SchemaEditor(options.using ?? "default").dropTables(metas);
}

/**
 * Makes the tables of models, in the order that their foreign keys need, with the junctions of many-to-many fields,
 * indexes and constraints; all or nothing. For scripts and tests; migrations change a schema that has data.
 *
 * @param models - default every model that is loaded; models with `managed: false` are left out
 * @param options - `using`, the alias; `ifNotExists`
 * @throws ProgrammingError when a table is there already, or one is missing that a foreign key names; NotSupportedError
 * for what the database lacks; nothing is changed then
 * @example
 * class Reader extends Model<Reader>("library.Reader")({ name: CharField({ maxLength: 100 }) }) {}
 * await createTables([Reader]);
 * await createTables([Reader], { ifNotExists: true });
 * console.log(await Reader.objects.count()); // → 0
 */
export function createTables(models?: readonly ModelLike[], options: CreateTablesOptions = {}): Promise<void> {
  return run(create(models, options));
}

/** As {@link createTables}, without waiting. */
export function createTablesSync(models?: readonly ModelLike[], options: CreateTablesOptions = {}): void {
  runSync(create(models, options));
}

/**
 * Drops the tables of models and the junctions of their many-to-many fields, with all their rows. Tables that are not
 * there are passed over.
 *
 * @param models - default every model that is loaded; models with `managed: false` are left out
 * @param options - `using`, the alias
 * @throws ProgrammingError when a table that stays refers to one of them; nothing is changed then
 * @example
 * await dropTables([Job]);
 * await Job.objects.count().catch((error: Error) => console.log(error.name)); // → ProgrammingError
 */
export function dropTables(models?: readonly ModelLike[], options: DropTablesOptions = {}): Promise<void> {
  return run(drop(models, options));
}

/** As {@link dropTables}, without waiting. */
export function dropTablesSync(models?: readonly ModelLike[], options: DropTablesOptions = {}): void {
  runSync(drop(models, options));
}
