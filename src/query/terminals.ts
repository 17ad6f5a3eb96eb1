import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { dates, datetimes } from "./date-lists.js";
import { deleteRows } from "./deletion.js";
import { QUERYSET } from "./embed.js";
import { explain } from "./explain.js";
import * as reading from "./reading.js";
import type { QuerySetState } from "./state.js";
import * as writing from "./writing.js";

type Conditions = readonly unknown[];
type Values = Readonly<Record<string, unknown>>;

/** What a terminal sees of the queryset that it is called on. */
interface Receiver {
  readonly [QUERYSET]: QuerySetState;
  readonly resultCache: readonly unknown[] | null;
}

/** Every method that reads or writes, once: each becomes two methods, `count()` and `countSync()`. */
const TERMINALS = {
  get: (receiver: Receiver, ...conditions: Conditions) => reading.get(receiver[QUERYSET], conditions),
  getOrNone: (receiver: Receiver, ...conditions: Conditions) => reading.getOrNone(receiver[QUERYSET], conditions),
  first: (receiver: Receiver) => reading.first(receiver[QUERYSET]),
  last: (receiver: Receiver) => reading.last(receiver[QUERYSET]),
  earliest: (receiver: Receiver, ...fields: readonly string[]) => reading.earliest(receiver[QUERYSET], fields),
  latest: (receiver: Receiver, ...fields: readonly string[]) => reading.latest(receiver[QUERYSET], fields),
  count: (receiver: Receiver) => known(receiver.resultCache?.length) ?? reading.count(receiver[QUERYSET]),
  exists: (receiver: Receiver) => known(receiver.resultCache && receiver.resultCache.length > 0) ?? reading.exists(receiver[QUERYSET]),
  contains: (receiver: Receiver, object: unknown) => reading.contains(receiver[QUERYSET], object),
  aggregate: (receiver: Receiver, ...expressions: readonly unknown[]) => reading.aggregate(receiver[QUERYSET], expressions),
  inBulk: (receiver: Receiver, keys?: Iterable<unknown>, options: { readonly fieldName?: string } = {}) =>
    reading.inBulk(receiver[QUERYSET], keys, options.fieldName ?? "pk"),
  explain: (receiver: Receiver, options: Values = {}) => explain(receiver[QUERYSET], options),
  dates: (receiver: Receiver, field: string, unit: string, options: { readonly order?: string } = {}) =>
    dates(receiver[QUERYSET], field, unit, options.order ?? "ASC"),
  datetimes: (receiver: Receiver, field: string, unit: string, options: { readonly order?: string } = {}) =>
    datetimes(receiver[QUERYSET], field, unit, options.order ?? "ASC"),
  create: (receiver: Receiver, values: Values = {}) => writing.create(receiver[QUERYSET], values),
  bulkCreate: (receiver: Receiver, instances: Iterable<unknown>, options?: writing.BulkCreateOptions) =>
    writing.bulkCreate(receiver[QUERYSET], instances, options),
  bulkUpdate: (receiver: Receiver, instances: Iterable<unknown>, fields: readonly string[], options?: { readonly batchSize?: number }) =>
    writing.bulkUpdate(receiver[QUERYSET], instances, fields, options),
  update: (receiver: Receiver, changes: Values) => writing.update(receiver[QUERYSET], changes),
  delete: (receiver: Receiver) => deleteRows(receiver[QUERYSET], receiver),
  getOrCreate: (receiver: Receiver, conditions: Values, options: { readonly defaults?: Values } = {}) =>
    writing.getOrCreate(receiver[QUERYSET], conditions, options.defaults ?? {}),
  updateOrCreate: (
    receiver: Receiver,
    conditions: Values,
    options: { readonly defaults?: Values; readonly createDefaults?: Values } = {},
  ) => writing.updateOrCreate(receiver[QUERYSET], conditions, options.defaults ?? {}, options.createDefaults),
};

/** A flow of a value that is there already. */
function known<T>(value: T | null | undefined): Flow<T> | null {
  if (value === null || value === undefined) return null;
  // biome-ignore lint/correctness/useYield: it has nothing to wait for
  return (function* () {
    return value;
  })();
}

type TerminalFlows = typeof TERMINALS;
type Arguments<F> = F extends (receiver: Receiver, ...args: infer A) => unknown ? A : never;
type Result<F> = F extends (...args: never[]) => Flow<infer T> ? T : never;

/** The methods that the table above becomes; the public types are in types/. */
type TerminalMethods = {
  [K in keyof TerminalFlows]: (...args: Arguments<TerminalFlows[K]>) => Promise<Result<TerminalFlows[K]>>;
} & {
  [K in keyof TerminalFlows as `${K}Sync`]: (...args: Arguments<TerminalFlows[K]>) => Result<TerminalFlows[K]>;
};

class TerminalsOfTable {}
installFlows(TerminalsOfTable.prototype, TERMINALS);

/** The parent of querysets, which has the methods of the table. */
// installFlows has put exactly these methods on the prototype
export const Terminals = TerminalsOfTable as new () => TerminalMethods;

/** Puts each flow of a table on a prototype under its name and, for the other colour, with the suffix `Sync`. */
export function installFlows<R>(
  prototype: object,
  flows: Readonly<Record<string, (receiver: R, ...args: never[]) => Flow<unknown>>>,
): void {
  for (const [name, flow] of Object.entries(flows)) {
    // the caller's arguments are what the public types allow for this flow
    const start = flow as (receiver: unknown, ...args: unknown[]) => Flow<unknown>;
    define(prototype, name, function (this: unknown, ...args: unknown[]) {
      return run(start(this, ...args));
    });
    define(prototype, `${name}Sync`, function (this: unknown, ...args: unknown[]) {
      return runSync(start(this, ...args));
    });
  }
}

function define(prototype: object, name: string, value: (...args: unknown[]) => unknown): void {
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(prototype, name, { value, configurable: true, writable: true, enumerable: false });
}
