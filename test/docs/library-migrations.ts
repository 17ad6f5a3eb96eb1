import { detectMigrations, Migration, MigrationExecutor, MigrationGraph, registry, stateFromModels } from "dorm/migrations";
import { addRows } from "./library.js";

/** Applies what an example exports as a migration of the library's app, after the one that makes its tables, over its rows, and takes it back. */
export async function applyToLibrary(definition: unknown): Promise<void> {
  const models = registry.all().filter((meta) => meta.appLabel === "library");
  const [initial] = await detectMigrations({ graph: new MigrationGraph([]), to: stateFromModels(models) });
  if (initial === undefined) throw new Error("The library has no models.");
  const first = new Migration("library", "0001_initial", initial);
  const second = new Migration("library", "0002_example", withInitial(definition));
  await new MigrationExecutor({ migrations: [first] }).migrate();
  await addRows();
  const executor = new MigrationExecutor({ migrations: [first, second] });
  await executor.migrate();
  if (second.operations.every((operation) => operation.reversible)) await executor.migrate({ app: "library", name: "0001" });
}

function withInitial(definition: unknown): unknown {
  if (typeof definition !== "object" || definition === null) throw new Error("The example exports no migration.");
  return { dependencies: [["library", "0001_initial"]], ...definition };
}
