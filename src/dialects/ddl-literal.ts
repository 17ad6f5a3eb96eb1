import { DataError } from "../errors.js";
import { quoteText } from "./quoting.js";

/** What databases write differently in literals. */
export interface LiteralForms {
  readonly true: string;
  readonly false: string;
  /** The literal of bytes, from their hexadecimal digits. */
  bytes(hexadecimal: string): string;
}

/**
 * How values are written in DDL, which takes no parameters.
 *
 * @param forms - what the database writes in its own way
 * @returns gives a value its literal; throws DataError for what has none
 */
export function ddlLiteral(forms: LiteralForms): (value: unknown) => string {
  return (value) => {
    if (value === null) return "NULL";
    switch (typeof value) {
      case "string":
        return quoteText(value);
      case "number":
      case "bigint":
        return String(value);
      case "boolean":
        return value ? forms.true : forms.false;
      default:
        if (value instanceof Uint8Array) return forms.bytes(Buffer.from(value).toString("hex"));
        throw new DataError(`A ${typeof value} cannot stand in a DDL statement.`);
    }
  };
}
