import { ImproperlyConfigured } from "../errors.js";
import type { Bindable } from "../types/expressions.js";
import type { CommonOptions, Field, Generated } from "../types/field.js";
import { ColumnDefinition } from "./column-definition.js";
import { type FieldDefinition, type IntegerLimits, isField, publish } from "./field.js";

/** The options of computed columns. */
export interface GeneratedOptions<Output>
  extends Pick<
    CommonOptions<never>,
    "verboseName" | "helpText" | "dbColumn" | "dbComment" | "dbTablespace" | "pii" | "serialize" | "dbIndex" | "unique"
  > {
  /** What computes it from fields of the same row: an expression, or SQL with the names of columns. */
  readonly expression: string | Bindable;
  /** The field that says what comes out. */
  readonly outputField: Output;
  /** True, as unless given: computed when the row is written, and stored. False: computed when it is read (not on PostgreSQL before 18). */
  readonly stored?: boolean;
}

/** What an expression may be made of: names, numbers, strings, operators, calls. */
const ALLOWED = /^[\w\s+\-*/%|&<>=!~().,'":]+$/;
const COMMENT_OR_END = /--|\/\*|;/;

/** A column that the database computes. */
export class GeneratedDefinition extends ColumnDefinition {
  override readonly generated = true;
  override readonly filledOnSave = true;
  /** SQL, or an expression of the query layer, which the model's definition checks. */
  readonly expression: string | object;
  readonly stored: boolean;
  readonly outputField: FieldDefinition;

  constructor(options: object) {
    const outputField: unknown = Reflect.get(options, "outputField");
    if (!isField(outputField))
      throw new ImproperlyConfigured('GeneratedField: "outputField" must be a field, as in outputField: IntegerField()');
    super("GeneratedField", outputField.lookupFamily, outputField.storage, options, {
      expression: undefined,
      outputField: undefined,
      stored: true,
      editable: false,
      blank: true,
      null: outputField.null,
    });
    const expression = this.option("expression");
    if (typeof expression === "string" ? expression.trim() === "" : typeof expression !== "object" || expression === null)
      throw new ImproperlyConfigured(
        'GeneratedField: "expression" is missing: F("price").mul(F("amount")), or the SQL that computes the column',
      );
    if (typeof expression === "string") checkExpression(expression);
    // a string or an object, as checked above
    this.expression = expression as string | object;
    this.stored = this.flag("stored");
    this.outputField = outputField;
    if (this.primaryKey || this.hasDefault()) throw new ImproperlyConfigured("GeneratedField: cannot be a primary key or have a default");
  }

  override get limits(): IntegerLimits | null {
    return this.outputField.limits;
  }

  protected convert(input: unknown): unknown {
    return this.outputField.coerce(input);
  }

  override coerceLookup(input: unknown): unknown {
    return this.outputField.coerceLookup(input);
  }

  override equals(left: unknown, right: unknown): boolean {
    return this.outputField.equals(left, right);
  }
}

function checkExpression(expression: string): void {
  const fail = (problem: string): never => {
    throw new ImproperlyConfigured(`GeneratedField: the expression ${JSON.stringify(expression)} ${problem}`);
  };
  // What stands between quotes is data, but quotes must end.
  const bare = expression.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "_");
  if (/['"]/.test(bare)) fail("has a quote that does not end");
  if (COMMENT_OR_END.test(bare)) fail("cannot hold comments or several statements");
  if (!ALLOWED.test(bare)) fail("has characters that belong to no expression: use names, numbers, strings, operators and calls");
  let depth = 0;
  for (const character of bare) {
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) fail("has parentheses that do not match");
}

/**
 * A column that the database computes from others of its row. It is read, filtered and ordered by, never assigned.
 *
 * @param options - `expression`, `outputField`, `stored` and some of the common options
 * @throws ImproperlyConfigured when SQL could be more than one expression; the model's definition throws it for fields that
 * do not exist
 * @example
 * class Item extends Model<Item>("library.Item")({ price: IntegerField(), amount: IntegerField(), total: GeneratedField({ expression: F("price").mul(F("amount")), outputField: IntegerField() }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ price: 3, amount: 4 });
 * console.log(item.total); // → 12
 */
export function GeneratedField<Value, Null extends boolean, Kind extends string>(
  options: GeneratedOptions<Field<Value, Null, boolean, Kind, false>>,
): Generated<Value, Null, Kind> {
  return publish(new GeneratedDefinition(options));
}
