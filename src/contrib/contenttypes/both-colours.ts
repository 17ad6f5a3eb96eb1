import { type Flow, runFlow, runFlowSync, transaction } from "../../index.js";

/** The plain method of an object for the asynchronous runner, its `Sync` twin for the other. */
export function* call<Value>(target: object, method: string, ...args: readonly unknown[]): Flow<Value> {
  const invoke = (name: string): unknown => (Reflect.get(target, name) as (...given: unknown[]) => unknown).apply(target, [...args]);
  // the caller says what the method gives
  return (yield { perform: () => invoke(method), performSync: () => invoke(`${method}Sync`) }) as Value;
}

/** The rows of a queryset. */
export function* rowsOf<Row>(queryset: PromiseLike<Row[]> & Iterable<Row>): Flow<Row[]> {
  // awaiting a queryset and spreading it give the same rows
  return (yield { perform: () => queryset, performSync: () => [...queryset] }) as Row[];
}

/** What is not loaded, once it is; anything else as it is. */
export function* settled<Value>(value: Value | { getSync(): Value }): Flow<Value> {
  if (typeof value !== "object" || value === null || !("then" in value)) return value as Value;
  // only what is not loaded is thenable here, and it has both forms
  const pending = value as unknown as PromiseLike<Value> & { getSync(): Value };
  return (yield { perform: () => pending, performSync: () => pending.getSync() }) as Value;
}

/** Runs a flow inside a transaction, or inside a savepoint of one. */
export function* atomically<Value>(using: string | null, body: () => Flow<Value>): Flow<Value> {
  const options = using === null ? {} : { using };
  return (yield {
    perform: () => transaction.atomic(() => runFlow(body()), options),
    performSync: () => transaction.atomicSync(() => runFlowSync(body()), options),
  }) as Value;
}
