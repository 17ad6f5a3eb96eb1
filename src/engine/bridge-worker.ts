import { workerData } from "node:worker_threads";
import { answerCalls, type ChannelEnd, transferError } from "../drivers/bridge/index.js";
import type { DriverConnection, QueryResult, RowStream, Statement } from "../drivers/driver.js";
import { backendFor } from "./backends.js";
import type { BridgeAnswer, BridgeRequest, BridgeSetup, SentResult, SentStatement } from "./bridge-protocol.js";
import type { Database } from "./database.js";

/* The worker thread behind "sync": true. It runs the asynchronous driver for a caller that waits. */

// The bridge started this thread with exactly this.
const end = workerData as ChannelEnd;
const { alias, settings } = end.setup as BridgeSetup;

const backend = backendFor(alias, settings.engine, []);
const database: Database = backend.createDatabase(alias, { ...settings, sync: false, minPoolSize: 0 }, backend.dialect);

const statements = new Map<number, Statement>();
const sessions = new Map<number, DriverConnection>();
const streams = new Map<number, RowStream>();
let lastId = 0;
let closing = false;

function statementOf({ id, statement }: SentStatement): Statement {
  if (statement !== undefined) {
    if (id !== 0) statements.set(id, statement);
    return statement;
  }
  const known = statements.get(id);
  if (known === undefined) throw new Error(`The statement ${id} was never sent.`);
  return known;
}

function entry<T>(entries: ReadonlyMap<number, T>, id: number): T {
  const found = entries.get(id);
  if (found === undefined) throw new Error(`The number ${id} stands for nothing.`);
  return found;
}

function keep<T>(entries: Map<number, T>, value: T): number {
  lastId++;
  entries.set(lastId, value);
  return lastId;
}

function sent({ columns, ...result }: QueryResult): SentResult {
  if (columns === undefined) return result;
  return { ...result, columns: columns.map(({ name, type }) => ({ name, type: type ?? null })) };
}

async function perform(request: BridgeRequest): Promise<unknown> {
  switch (request.kind) {
    case "execute": {
      const statement = statementOf(request.statement);
      const target = request.session === null ? database : entry(sessions, request.session);
      return sent(await target.execute(statement, request.params));
    }
    case "acquire":
      return keep(sessions, await database.acquire(request.options));
    case "script":
      await entry(sessions, request.session).executeScript(request.sql);
      return null;
    case "stream": {
      const statement = statementOf(request.statement);
      const target = request.session === null ? database : entry(sessions, request.session);
      return keep(streams, await target.stream(statement, request.params, request.chunkSize));
    }
    case "next":
      return entry(streams, request.stream).next();
    case "closeStream": {
      const stream = entry(streams, request.stream);
      streams.delete(request.stream);
      await stream.close();
      return null;
    }
    case "release": {
      const session = entry(sessions, request.session);
      sessions.delete(request.session);
      database.release(session, request.discard);
      return undefined;
    }
    case "forgetStatements":
      statements.clear();
      return undefined;
    case "close":
      closing = true;
      return undefined;
  }
}

/** When everything is given back after the word to close: without its port, nothing keeps the thread. */
async function closeWhenIdle(): Promise<void> {
  if (!closing || sessions.size > 0 || streams.size > 0) return;
  end.port.close();
  await database.close();
}

answerCalls(end, async (message) => {
  // The bridge sends nothing else.
  const request = message as BridgeRequest;
  let answer: BridgeAnswer | undefined;
  try {
    const value = await perform(request);
    answer = value === undefined ? undefined : { value };
  } catch (error) {
    answer = { error: transferError(error) };
  }
  const session = "session" in request && request.session !== null ? sessions.get(request.session) : undefined;
  if (answer !== undefined && session !== undefined) {
    answer = { ...answer, session: { broken: session.broken, inTransaction: database.hasTransaction(session) } };
  }
  await closeWhenIdle();
  return answer;
});
