import { expect } from "vitest";

import { createTables, dropTables, preQuery, type QueryEvent } from "../../src/index.js";
import { fill, models } from "./models.js";

/** Makes the tables of the shared models and fills them. */
export async function prepare(): Promise<Awaited<ReturnType<typeof fill>>> {
  await dropTables(models);
  await createTables(models);
  return await fill();
}

/** What a body gives, and the statements that it sent. */
export interface Recorded<T> {
  readonly result: T;
  readonly events: readonly QueryEvent[];
  readonly sql: readonly string[];
}

/** Runs a body and listens to its statements; those of transactions and dorm's own are left out. */
export async function record<T>(body: () => T | PromiseLike<T>): Promise<Recorded<T>> {
  const events: QueryEvent[] = [];
  const connection = preQuery.connect((event) => {
    if (!event.internal && event.kind !== "transaction") events.push(event);
  });
  try {
    const result = await body();
    return { result, events, sql: events.map((event) => event.sql) };
  } finally {
    connection[Symbol.dispose]();
  }
}

/** Runs a body that must send this many statements. */
export async function expectQueries<T>(count: number, body: () => T | PromiseLike<T>): Promise<T> {
  const { result, sql } = await record(body);
  expect(sql, sql.join("\n")).toHaveLength(count);
  return result;
}

/** The only statement of a body. */
export async function sqlOf(body: () => unknown): Promise<string> {
  const { sql } = await record(body);
  expect(sql, sql.join("\n")).toHaveLength(1);
  return sql[0] ?? "";
}
