import type { QueryResult, Statement } from "../drivers/driver.js";
import { execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { run } from "../engine/run.js";

function* statementFlow(alias: string, statement: Statement, params: readonly unknown[]): Flow<QueryResult> {
  // the value of an execute step is a QueryResult
  return (yield execute(alias, statement, params)) as QueryResult;
}

/** Runs a statement in the transaction that is open on the alias, else by itself. */
export function runStatement(alias: string, statement: Statement, params: readonly unknown[]): Promise<QueryResult> {
  return run(statementFlow(alias, statement, params));
}

/** Runs SQL of dorm's own, without parameters. */
export function runSql(alias: string, sql: string, kind: Statement["kind"]): Promise<QueryResult> {
  return runStatement(alias, { sql, kind, returnsRows: kind === "select", once: true, internal: true }, []);
}
