import type { Imports } from "../../migrations/writing/imports.js";
import { rawSqlCode } from "./code.js";
import type { FieldChoice } from "./column-types.js";

const NUMERIC = /IntegerField$|^(Float|Decimal)Field$/;
const TEXTUAL = /^(Char|Text|CIText|UUID|Date|Time|GenericIPAddress|Enum)Field$/;

/** The SQL without the parentheses around all of it. */
function unwrapped(sql: string): string {
  let text = sql.trim();
  while (text.startsWith("(") && text.endsWith(")")) {
    let depth = 0;
    const closesEarly = [...text.slice(0, -1)].some((sign) => {
      depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
      return depth === 0;
    });
    if (closesEarly) break;
    text = text.slice(1, -1).trim();
  }
  return text;
}

/**
 * The value of a column's DEFAULT, as `dbDefault` takes it: a literal where the field has it, else SQL.
 *
 * @param sql - as the database has it
 */
export function defaultCode(imports: Imports, sql: string, { factory }: FieldChoice): unknown {
  // PostgreSQL writes 'x'::character varying
  const literal = unwrapped(sql).replace(/::[\w "]+(\(\d+(,\s*\d+)?\))?$/, "");
  const [, quoted] = /^'((?:[^']|'')*)'$/.exec(literal) ?? [];
  const text = quoted?.replaceAll("''", "'");
  if (factory === "BooleanField" && /^(true|false|0|1)$/i.test(text ?? literal)) return /^(true|1)$/i.test(text ?? literal);
  if (NUMERIC.test(factory) && /^-?\d{1,15}(\.\d+)?$/.test(text ?? literal)) {
    return factory === "DecimalField" || !(text ?? literal).includes(".") || factory === "FloatField"
      ? Number(text ?? literal)
      : rawSqlCode(imports, sql);
  }
  if (TEXTUAL.test(factory) && text !== undefined) return text;
  return rawSqlCode(imports, unwrapped(sql));
}
