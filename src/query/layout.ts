import type { FieldDefinition } from "../fields/field.js";
import type { ModelMeta } from "../models/meta.js";
import type { Relation } from "../models/relations.js";

/** How the values of a row become instances: which columns are whose, by their position. */
export interface InstanceLayout {
  readonly kind: "instances";
  readonly meta: ModelMeta;
  readonly offset: number;
  /** The position of each field of the model in the row; -1 where it is not loaded. */
  readonly positions: readonly number[];
  /** True where all fields stand in order from the offset on. */
  readonly whole: boolean;
  readonly annotations: readonly { readonly name: string; readonly index: number }[];
  readonly related: readonly { readonly relation: Relation; readonly layout: InstanceLayout; readonly keyIndexes: readonly number[] }[];
}

/** How the values of a row become a record, a list or a single value. */
export interface RecordLayout {
  readonly kind: "values" | "list" | "flat" | "named";
  readonly names: readonly string[];
  /** The column of each value of a list, where valuesList() names one twice: it is selected once. */
  readonly repeated: readonly number[] | null;
}

export interface RowLayout {
  readonly shape: InstanceLayout | RecordLayout;
  /** Where the query's extra columns stand in the row: behind the others, or among them where they are selected anyway. */
  readonly extra: readonly number[];
  /** What each column of the row holds, for decoding; null where the driver's value is taken as it is. */
  readonly outputs: readonly (FieldDefinition | null)[];
}
