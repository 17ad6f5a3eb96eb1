import type { FieldDefinition } from "../fields/field.js";
import type { Node } from "../sql/nodes.js";
import type { Query } from "./query.js";

/** The left side of a lookup. */
export interface Operand {
  readonly node: Node;
  /** What its values are; null where that is not known. */
  readonly field: FieldDefinition | null;
  /** How the path was written, for messages: `author__age`. */
  readonly path: string;
  /** What a transform does to the right side too, as `unaccent`; absent for most. */
  readonly wrapRight?: (node: Node) => Node;
}

/** The right side of a lookup. */
export type RightSide =
  | { readonly kind: "value"; readonly slot: number; readonly value: unknown }
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "items"; readonly items: readonly RightSide[] }
  | { readonly kind: "query"; readonly query: Query };
