import type { Statement, StatementKind } from "../drivers/driver.js";
import { QueryError, TransactionManagementError } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import { translatePlaceholders } from "./placeholders.js";

const KINDS: Readonly<Record<string, StatementKind>> = {
  select: "select",
  values: "select",
  table: "select",
  show: "select",
  explain: "select",
  insert: "insert",
  replace: "insert",
  update: "update",
  merge: "update",
  delete: "delete",
  create: "ddl",
  alter: "ddl",
  drop: "ddl",
  truncate: "ddl",
  comment: "ddl",
  reindex: "ddl",
  begin: "transaction",
  start: "transaction",
  commit: "transaction",
  end: "transaction",
  rollback: "transaction",
  abort: "transaction",
  savepoint: "transaction",
  release: "transaction",
};

const CAPACITY = 256;
const statements = new Map<string, Statement>();

function withoutComments(sql: string): string {
  return sql.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/|\()+/, "");
}

/** What SQL does, by its first word; of a WITH by the statements inside, the one that changes most. */
export function statementKind(sql: string): StatementKind {
  const word = /^[a-z]+/i.exec(withoutComments(sql))?.[0].toLowerCase() ?? "";
  if (word !== "with") {
    // An EXPLAIN ANALYZE runs what it explains, and SELECT … INTO makes a table.
    if (word === "explain" && /\banaly[sz]e\b/i.test(sql) && /\b(insert|update|delete|merge)\b/i.test(sql)) return "other";
    return KINDS[word] ?? "other";
  }
  const text = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "");
  if (/\bmerge\s+into\b/i.test(text)) return "update";
  for (const kind of ["insert", "update", "delete"] as const) if (new RegExp(`\\b${kind}\\b`, "i").test(text)) return kind;
  return "select";
}

/**
 * SQL that a user wrote, as a statement; the same text gives the same statement.
 *
 * @param sql - with `%s`, `?` or the database's own placeholders
 * @param count - how many parameters come with it
 * @throws QueryError when the numbers differ; TransactionManagementError for BEGIN, COMMIT and their like
 */
export function rawStatement(dialect: Dialect, sql: string, count: number): Statement {
  const key = `${dialect.vendor}:${count}:${sql}`;
  const known = statements.get(key);
  if (known !== undefined) return known;
  // Drivers would send what stands before it, or nothing that the server understands.
  if (sql.includes("\0"))
    throw new QueryError("SQL ends at a NUL character; pass text that has one as a parameter.", { code: "nul_character" });
  const kind = statementKind(sql);
  if (kind === "transaction") {
    throw new TransactionManagementError(
      "Transactions are not begun and ended by SQL text, as dorm would not know of them. Use transaction.atomic(), savepoint(), or setAutocommit(false) with commit() and rollback().",
      { code: "raw_transaction", sql },
    );
  }
  const statement: Statement = {
    sql: translatePlaceholders(sql, count, (position) => dialect.placeholder(position)),
    kind,
    returnsRows: kind === "select" || /\breturning\b/i.test(sql) || /^(pragma|fetch|call)\b/i.test(withoutComments(sql)),
    describe: true,
    ...(kind === "ddl" ? { once: true } : {}),
  };
  if (statements.size >= CAPACITY) statements.clear();
  statements.set(key, statement);
  return statement;
}

/**
 * The values of a user's parameters as the driver binds them.
 *
 * @throws QueryError for undefined, which never means null
 */
export function rawParameters(dialect: Dialect, params: readonly unknown[]): unknown[] {
  return params.map((value, index) => {
    if (value === undefined)
      throw new QueryError(`Parameter ${index + 1} is undefined; pass null for NULL.`, { code: "undefined_parameter" });
    if (typeof value === "function" || typeof value === "symbol") {
      throw new QueryError(`Parameter ${index + 1} is a ${typeof value}, which no database holds.`, { code: "bad_parameter" });
    }
    return value === null ? null : dialect.encodeUntyped(value);
  });
}
