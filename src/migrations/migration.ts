import { MigrationError } from "../errors.js";
import { isOperation, type Operation } from "./operations/operation.js";

const BRAND = Symbol.for("dorm.migrations.definition");

/** Another migration: its app and its name; `__first__` and `__latest__` stand for the app's first and last one. */
export type Dependency = readonly [app: string, name: string];

/** What a migration file says. */
export interface MigrationOptions {
  /** The migrations that must have been applied before. */
  readonly dependencies?: readonly Dependency[];
  /** What it does, in order. */
  readonly operations: readonly Operation[];
  /** The migrations that this one is in the place of, once squashed. */
  readonly replaces?: readonly Dependency[];
  /** False: not in one transaction, for what cannot be in one. A failure then leaves what was done before it. */
  readonly atomic?: boolean;
  /** True for the first of an app; `--fake-initial` looks for these. */
  readonly initial?: boolean;
}

/** What `migration` gives, for a file to export. */
export interface MigrationDefinition extends MigrationOptions {
  readonly [BRAND]: true;
}

/**
 * What a migration file exports as its default.
 *
 * @example
 * export default migration({
 *   dependencies: [["library", "0001_initial"]],
 *   operations: [CreateModel("Reader", { name: CharField({ maxLength: 100 }) })],
 * });
 */
export function migration(options: MigrationOptions): MigrationDefinition {
  return Object.freeze({ ...options, [BRAND]: true as const });
}

/**
 * A migration of an app.
 *
 * @example
 * const drop = new Migration("library", "0002_drop", { operations: [DeleteModel("Job")] });
 * console.log(String(drop), drop.atomic); // → library.0002_drop true
 */
export class Migration {
  /** The app. */
  readonly app: string;
  /** The name of its file, without the ending. */
  readonly name: string;
  /** The migrations that must have been applied before. */
  readonly dependencies: readonly Dependency[];
  /** What it does, in order. */
  readonly operations: readonly Operation[];
  /** The migrations that it is in the place of. */
  readonly replaces: readonly Dependency[];
  /** Whether it is one transaction. */
  readonly atomic: boolean;
  /** Whether its file says that it is the app's first; null where it says nothing. */
  readonly initial: boolean | null;
  /** The file that it was read from, where it was. */
  readonly path: string | null;

  /**
   * @param source - what the file says: an object with `operations`
   * @throws MigrationError naming the migration and what is wrong with it
   */
  constructor(app: string, name: string, source: unknown, path: string | null = null) {
    this.app = app;
    this.name = name;
    this.path = path;
    const options = checkedOptions(`${app}.${name}`, source);
    this.dependencies = options.dependencies ?? [];
    this.operations = options.operations;
    this.replaces = options.replaces ?? [];
    this.atomic = options.atomic ?? true;
    this.initial = options.initial ?? null;
  }

  /** `blog.0001_initial`. */
  get key(): string {
    return migrationKey(this.app, this.name);
  }

  /** `blog.0001_initial`. */
  toString(): string {
    return this.key;
  }
}

export function migrationKey(app: string, name: string): string {
  return `${app}.${name}`;
}

function checkedOptions(key: string, source: unknown): MigrationOptions {
  if ((typeof source !== "object" && typeof source !== "function") || source === null)
    throw new MigrationError(`${key}: the file exports no migration. Write export default migration({ operations: […] }).`);
  const operations: unknown = Reflect.get(source, "operations");
  if (!Array.isArray(operations))
    throw new MigrationError(`${key}: "operations" must be a list of operations. Write export default migration({ operations: […] }).`);
  const wrong = operations.findIndex((operation) => !isOperation(operation));
  if (wrong >= 0) throw new MigrationError(`${key}: operation ${wrong + 1} is not an operation, but ${describe(operations[wrong])}.`);
  const atomic: unknown = Reflect.get(source, "atomic");
  const initial: unknown = Reflect.get(source, "initial");
  for (const [name, value] of Object.entries({ atomic, initial })) {
    if (value !== undefined && typeof value !== "boolean") throw new MigrationError(`${key}: "${name}" must be true or false.`);
  }
  return {
    operations,
    dependencies: pairs(key, source, "dependencies"),
    replaces: pairs(key, source, "replaces"),
    // just checked
    ...(atomic === undefined ? {} : { atomic: atomic as boolean }),
    ...(initial === undefined ? {} : { initial: initial as boolean }),
  };
}

function pairs(key: string, source: object, name: string): readonly Dependency[] {
  const given: unknown = Reflect.get(source, name) ?? [];
  const isPair = (entry: unknown): entry is Dependency =>
    Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === "string");
  if (Array.isArray(given) && given.every(isPair)) return given;
  throw new MigrationError(`${key}: "${name}" must be a list of pairs of an app and a name, as in [["auth", "0001_initial"]].`);
}

function describe(value: unknown): string {
  return typeof value === "function" ? `the function ${value.name}, which has to be called` : String(value);
}
