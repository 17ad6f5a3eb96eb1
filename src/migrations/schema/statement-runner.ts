import type { Row } from "../../drivers/driver.js";
import { dialectFor, execute, rowsOf } from "../../engine/execute.js";
import type { Flow } from "../../engine/flow.js";
import { rawStatement, statementKind } from "../../engine/raw-statement.js";
import type { Dialect } from "../../sql/dialect.js";

/**
 * Where the statements of a schema change go: to a database, or into a list, for a dry run.
 */
export class StatementRunner {
  readonly alias: string;
  readonly dialect: Dialect;
  /** The statements of a dry run; null where they are executed. */
  readonly collected: string[] | null;

  /**
   * @param alias - the database
   * @param collected - a list that gets the statements instead of the database
   * @throws ImproperlyConfigured when there is no such alias
   */
  constructor(alias: string, collected: string[] | null = null) {
    this.alias = alias;
    this.dialect = dialectFor(alias);
    this.collected = collected;
  }

  /** Runs one statement whose values are part of its text. */
  *run(sql: string): Flow<void> {
    if (this.collected !== null) this.collected.push(`${sql};`);
    else yield execute(this.alias, { sql, kind: statementKind(sql), returnsRows: false, once: true }, []);
  }

  *runAll(statements: readonly string[]): Flow<void> {
    for (const sql of statements) yield* this.run(sql);
  }

  /** Runs a statement of the user's with values bound to `%s`, `?` or the database's own placeholders. */
  *runWith(sql: string, params: readonly unknown[]): Flow<void> {
    const statement = rawStatement(this.dialect, sql, params.length);
    if (this.collected !== null) {
      const values = params.map((value) => (typeof value === "bigint" ? `${value}` : JSON.stringify(value)));
      this.collected.push(`${statement.sql.trim().replace(/;$/, "")};${params.length > 0 ? ` -- with ${values.join(", ")}` : ""}`);
    } else {
      const bound = params.map((value) => (value === null ? null : this.dialect.encodeUntyped(value)));
      yield execute(this.alias, statement, bound);
    }
  }

  /**
   * Checks the constraints that wait for the end of the transaction: rows that were changed before would stand in the
   * way of an ALTER TABLE otherwise.
   */
  *settleConstraints(): Flow<void> {
    if (this.collected !== null || !this.dialect.features.alterConstraints) return;
    yield* this.run("SET CONSTRAINTS ALL IMMEDIATE");
    yield* this.run("SET CONSTRAINTS ALL DEFERRED");
  }

  /** Notes what a dry run cannot show. */
  note(text: string): void {
    this.collected?.push(`-- ${text}`);
  }

  /** Reads from the database, in a dry run too. */
  *rows(sql: string): Flow<Row[]> {
    return rowsOf(yield execute(this.alias, { sql, kind: "select", returnsRows: true, internal: true, once: true }, []));
  }

  quote(name: string): string {
    return this.dialect.quoteIdentifier(name);
  }
}
