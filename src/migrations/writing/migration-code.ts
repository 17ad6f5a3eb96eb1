import type { Dependency, MigrationOptions } from "../migration.js";
import { isOperation, type Operation } from "../operations/operation.js";
import { type Code, callCode, entry, layOut, listCode, objectCode } from "./code.js";
import { Imports } from "./imports.js";
import { MIGRATIONS_MODULE, type ReferenceFinder, Serializer } from "./serializer.js";

/**
 * The text of a migration file: readable, the same for the same migration, with everything that it uses imported.
 *
 * @param where - the migration, for messages: "blog.0002_author_age"
 * @param options - what the migration says
 * @param findReference - finds the module that exports a function of the user's
 * @throws MigrationError for a value that cannot be written, naming where it is and what to do
 * @example
 * const code = migrationCode("library.0002_drop", { operations: [DeleteModel("Job")] });
 * console.log(code.includes('DeleteModel("Job")')); // → true
 */
export function migrationCode(where: string, options: MigrationOptions, findReference?: ReferenceFinder): string {
  const imports = new Imports();
  const serializer = new Serializer(imports, findReference);
  const factory = imports.add(MIGRATIONS_MODULE, "migration");
  const entries: Code[] = [];
  if (options.initial === true) entries.push(entry("initial", "true"));
  if (options.atomic === false) entries.push(entry("atomic", "false"));
  if (options.replaces !== undefined && options.replaces.length > 0) entries.push(entry("replaces", pairsCode(options.replaces)));
  if (options.dependencies !== undefined && options.dependencies.length > 0)
    entries.push(entry("dependencies", pairsCode(options.dependencies)));
  const operations = options.operations.map((operation) => operationCode(operation, serializer, where));
  entries.push(entry("operations", listCode(operations, operations.length > 0)));
  const body = layOut(callCode(factory, [objectCode(entries, true)]));
  return `${imports.toString()}\nexport default ${body};\n`;
}

function pairsCode(pairs: readonly Dependency[]): Code {
  return listCode(pairs.map(([app, name]) => listCode([JSON.stringify(app), JSON.stringify(name)])));
}

/** An operation as a call of its factory. */
export function operationCode(operation: Operation, serializer: Serializer, migration: string): Code {
  const { name, args } = operation.deconstruct();
  const where = `${migration}, "${operation.describe()}"`;
  const codes = args.map((arg, position): Code => {
    if (name === "CreateModel" && position === 1) return objectCode(serializer.entries(Object(arg), where), true);
    return operationArgument(arg, serializer, where, migration);
  });
  return callCode(serializer.own(name), codes, name === "CreateModel" && codes.length > 2);
}

/** Operations may be inside of operations. */
function operationArgument(arg: unknown, serializer: Serializer, where: string, migration: string): Code {
  if (Array.isArray(arg) && arg.some(isOperation))
    return listCode(
      arg.map((item) => operationCode(item, serializer, migration)),
      true,
    );
  if (typeof arg === "object" && arg !== null && Object.values(arg).some((value) => Array.isArray(value) && value.some(isOperation))) {
    return objectCode(
      Object.entries(arg).map(([key, value]) => entry(key, operationArgument(value, serializer, where, migration))),
      true,
    );
  }
  return serializer.code(arg, where);
}
