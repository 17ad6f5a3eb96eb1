import type { CommonOptions, Field } from "../types/field.js";
import { isJSONNull, JSONNull, type JSONNullValue } from "../values/json-null.js";
import { canonicalJson, JsonProblem } from "../values/json-text.js";
import { ColumnDefinition } from "./column-definition.js";
import { publish } from "./field.js";

export { JSONNull, type JSONNullValue };

/** JSON documents. A string is a JSON string: it is never parsed. */
export class JSONDefinition extends ColumnDefinition {
  constructor(options: object) {
    super("JSONField", "json", { kind: "json" }, options);
  }

  protected convert(input: unknown): unknown {
    this.checkDocument(input);
    return input;
  }

  /** A document may have changed since it was assigned; when it is saved, the codec refuses it. */
  protected override checkValue(value: unknown): void {
    this.checkDocument(value);
  }

  private checkDocument(value: unknown): void {
    try {
      canonicalJson(value);
    } catch (error) {
      if (error instanceof JsonProblem) throw this.invalid(error.message, error);
      throw error;
    }
  }

  /** Documents are the same when they say the same, whatever the order of their keys. */
  override equals(left: unknown, right: unknown): boolean {
    if (left === null || right === null) return left === right;
    if (isJSONNull(left) || isJSONNull(right)) return isJSONNull(left) && isJSONNull(right);
    return canonicalJson(left) === canonicalJson(right);
  }
}

/** The options of JSON fields; `null: true` and a default say in the type what they do. */
export type JSONOptions<T> = Omit<CommonOptions<T | JSONNullValue, T>, "primaryKey" | "unique">;

/**
 * A JSON document: `jsonb` on PostgreSQL, text in one canonical form on SQLite. Keys come back sorted by the database's own rule.
 * `null` is SQL's NULL; for JSON's own null see {@link JSONNull}. NaN, infinities and what else JSON cannot say is refused.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ data: JSONField<{ tags: string[] }>({ default: { tags: [] } }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ data: { tags: ["new"] } });
 * console.log(await Item.objects.filter({ data__hasKey: "tags" }).count(), item.data.tags); // → 1 [ 'new' ]
 */
export function JSONField<T = unknown>(options: JSONOptions<T> & { readonly null: true }): Field<T, true, true, "json">;
export function JSONField<T = unknown>(
  options: JSONOptions<T> & ({ readonly default: unknown } | { readonly dbDefault: unknown }),
): Field<T, false, true, "json">;
export function JSONField<T = unknown>(options?: JSONOptions<T>): Field<T, false, false, "json">;
export function JSONField<T>(options: JSONOptions<T> = {}): Field<T, boolean, boolean, "json"> {
  return publish(new JSONDefinition(options));
}
