import type { Flow } from "../engine/flow.js";
import { resolveAlias } from "../engine/routing.js";
import { afterCommit } from "../engine/transaction-callbacks.js";
import { FieldFile, type FileOwner, isFieldFile } from "../fields/field-file.js";
import { FileDefinition } from "../fields/files.js";
import { toFile } from "../storage/file.js";
import type { Storage } from "../storage/storage.js";
import { type ModelCore, metaOfInstance, stateOf } from "./core.js";
import { uploadFile } from "./file-uploads.js";
import type { ModelMeta } from "./meta.js";

/**
 * Puts a property for each file field on a model's prototype. The column holds a name, the property shows the file
 * behind it; anything else that an attribute can hold (null, an expression, a column that is not loaded) it shows as it is.
 */
export function defineFileAccessors(prototype: ModelCore, meta: ModelMeta): void {
  for (const field of meta.fields) {
    if (!(field instanceof FileDefinition)) continue;
    Object.defineProperty(prototype, field.attname, {
      configurable: true,
      enumerable: false,
      get(this: ModelCore) {
        return readFile(this, field);
      },
      set(this: ModelCore, value: unknown) {
        assignFile(this, field, value);
      },
    });
  }
}

function readFile(instance: ModelCore, field: FileDefinition): unknown {
  const state = stateOf(instance);
  const held = state.file(field.attname);
  if (typeof held !== "string") return held;
  if (held === "" && field.null) return null;
  const shown = new FieldFile(new InstanceFile(instance, field), held);
  state.setFile(field.attname, shown);
  return shown;
}

function assignFile(instance: ModelCore, field: FileDefinition, given: unknown): void {
  const state = stateOf(instance);
  const held = state.file(field.attname);
  // what belongs to another instance is taken over as what it stands for
  const value = isFieldFile(given) && given !== held ? (given.pending ?? given.name) : given;
  if (isFieldFile(held) && (value === held || value === (held.pending ?? held.name))) return;
  const file = toFile(value);
  state.setFile(field.attname, file === null ? value : new FieldFile(new InstanceFile(instance, field), "", file));
}

/** One file field of one instance. */
class InstanceFile implements FileOwner {
  readonly field: FileDefinition;
  readonly #instance: ModelCore;

  constructor(instance: ModelCore, field: FileDefinition) {
    this.#instance = instance;
    this.field = field;
  }

  assign(value: unknown): void {
    // past assignFile, which would take a file of this very instance for another one's
    stateOf(this.#instance).setFile(this.field.attname, value);
  }

  *upload(): Flow<void> {
    yield* uploadFile(this.#instance, this.field, this.#alias());
  }

  *save(): Flow<void> {
    const instance = this.#instance;
    yield { perform: () => instance.save(), performSync: () => instance.saveSync() };
  }

  *discard(storage: Storage, name: string): Flow<void> {
    yield* afterCommit(this.#alias(), () => storage.deleteFlow(name), `Deleting the file "${name}" of ${this.field.label}`);
  }

  #alias(): string {
    const instance = this.#instance;
    return resolveAlias(metaOfInstance(instance), "write", null, { instance }, stateOf(instance).alias ?? undefined);
  }
}
