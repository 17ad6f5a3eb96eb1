import { MigrationError } from "../../errors.js";
import type { StateField } from "../state/model-state.js";

/** Why a value is asked for. */
export type DefaultReason = "add" | "alter";

/** An answer to the question for the value of rows that are there. */
export type DefaultAnswer =
  | { readonly kind: "value"; readonly value: unknown }
  /** The rows have values already, or the column is made NOT NULL where there are none. */
  | { readonly kind: "none" };

/** Decides what models alone do not tell. Each answer may be a promise, where the caller is asynchronous. */
export interface MigrationQuestioner {
  /** Whether a model that is gone and a new one with the same fields are one model. */
  isModelRenamed(app: string, oldName: string, newName: string): boolean | PromiseLike<boolean>;
  /** Whether a field that is gone and a new one of the same kind are one field. */
  isFieldRenamed(label: string, oldName: string, newName: string, field: StateField): boolean | PromiseLike<boolean>;
  /** What rows that are there get in a column that must have a value and has no default. */
  defaultFor(label: string, name: string, field: StateField, reason: DefaultReason): DefaultAnswer | PromiseLike<DefaultAnswer>;
}

/**
 * Guesses nothing: no renames, and an error where a value is needed.
 *
 * @example
 * const planned = await detectMigrations({ to: stateFromModels(registry.all()), questioner: cautiousQuestioner });
 * console.log(planned.length); // → 1
 */
export const cautiousQuestioner: MigrationQuestioner = {
  isModelRenamed: () => false,
  isFieldRenamed: () => false,
  defaultFor(label, name, _field, reason): never {
    throw new MigrationError(
      reason === "add"
        ? `${label}.${name} is new and must have a value, and rows that are there have none. Give the field a default or null: true, or give a value for those rows.`
        : `${label}.${name} must have a value now, and rows that are there may have none. Give a value for those rows, or fill them in an earlier migration.`,
      { code: "default_needed" },
    );
  },
};
