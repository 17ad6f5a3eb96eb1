import { type Flow, ready } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { checkOptions } from "../suggestions.js";
import type { CacheOptions } from "../types/cache.js";
import { AwaitableRows } from "./awaitable-rows.js";
import { deleteBatched, updateBatched } from "./batches.js";
import { type BulkCreateOptions, bulkCreate, type UpsertOptions, upsert } from "./bulk-create.js";
import { bulkUpdate, bulkUpdateWhen, type UpdateCase } from "./bulk-update.js";
import { claim } from "./claim.js";
import { deleteRows } from "./deletion.js";
import { QUERYSET } from "./embed.js";
import { explain } from "./explain.js";
import { cursorPaginate, type PageOptions } from "./paging.js";
import * as reading from "./reading.js";
import { cacheGet, cacheGetMany } from "./row-cache.js";
import type { QuerySetState } from "./state.js";
import * as writing from "./writing.js";

type Conditions = readonly unknown[];
type Values = Readonly<Record<string, unknown>>;

/** What a terminal sees of the queryset that it is called on. */
interface Receiver {
  readonly [QUERYSET]: QuerySetState;
  readonly resultCache: readonly unknown[] | null;
  readonly ordered: boolean;
}

/** Every method that reads or writes, once: each becomes two methods, `count()` and `countSync()`. */
const TERMINALS = {
  get: (receiver: Receiver, ...conditions: Conditions) => reading.get(receiver[QUERYSET], conditions),
  getOrNone: (receiver: Receiver, ...conditions: Conditions) => reading.getOrNone(receiver[QUERYSET], conditions),
  first: (receiver: Receiver) => reading.first(receiver[QUERYSET], receiver.ordered ? receiver.resultCache : null),
  last: (receiver: Receiver) => reading.last(receiver[QUERYSET]),
  earliest: (receiver: Receiver, ...fields: readonly string[]) => reading.earliest(receiver[QUERYSET], fields),
  latest: (receiver: Receiver, ...fields: readonly string[]) => reading.latest(receiver[QUERYSET], fields),
  count: (receiver: Receiver) => known(receiver.resultCache?.length) ?? reading.count(receiver[QUERYSET]),
  exists: (receiver: Receiver) => known(receiver.resultCache && receiver.resultCache.length > 0) ?? reading.exists(receiver[QUERYSET]),
  contains: (receiver: Receiver, object: unknown) => reading.contains(receiver[QUERYSET], object, receiver.resultCache),
  aggregate: (receiver: Receiver, ...expressions: readonly unknown[]) => reading.aggregate(receiver[QUERYSET], expressions),
  inBulk: (receiver: Receiver, keys?: Iterable<unknown>, options: { readonly fieldName?: string } = {}) =>
    reading.inBulk(receiver[QUERYSET], keys, options.fieldName ?? "pk"),
  cacheGet: (receiver: Receiver, pk: unknown, options?: CacheOptions) => cacheGet(receiver[QUERYSET], pk, options),
  cacheGetMany: (receiver: Receiver, pks: Iterable<unknown>, options?: CacheOptions) => cacheGetMany(receiver[QUERYSET], pks, options),
  explain: (receiver: Receiver, options: Values = {}) => explain(receiver[QUERYSET], options),
  cursorPaginate: (receiver: Receiver, options: PageOptions = {}) => cursorPaginate(receiver[QUERYSET], options),
  create: (receiver: Receiver, values: Values = {}) => writing.create(receiver[QUERYSET], values),
  bulkCreate: (receiver: Receiver, instances: Iterable<unknown>, options?: BulkCreateOptions) =>
    bulkCreate(receiver[QUERYSET], instances, options),
  bulkUpdate: (receiver: Receiver, instances: Iterable<unknown>, fields: readonly string[], options?: { readonly batchSize?: number }) =>
    bulkUpdate(receiver[QUERYSET], instances, fields, options),
  bulkUpdateWhen: (receiver: Receiver, cases: readonly UpdateCase[], options?: { readonly default?: Values }) =>
    bulkUpdateWhen(receiver[QUERYSET], cases, options),
  upsert: (receiver: Receiver, instances: Iterable<unknown>, options: UpsertOptions) => upsert(receiver[QUERYSET], instances, options),
  updateBatched: (receiver: Receiver, changes: Values, options?: { readonly batchSize?: number }) =>
    updateBatched(receiver[QUERYSET], changes, options),
  deleteBatched: (receiver: Receiver, options: { readonly batchSize?: number } = {}) =>
    deleteBatched(receiver[QUERYSET], options, receiver),
  update: (receiver: Receiver, changes: Values) => writing.update(receiver[QUERYSET], changes),
  claim: (receiver: Receiver, n: number, patch: Values) => claim(receiver[QUERYSET], n, patch),
  delete: (receiver: Receiver) => deleteRows(receiver[QUERYSET], receiver),
  getOrCreate: (receiver: Receiver, conditions: Values, options: { readonly defaults?: Values } = {}) =>
    writing.getOrCreate(receiver[QUERYSET], conditions, options.defaults ?? {}),
  updateOrCreate: (
    receiver: Receiver,
    conditions: Values,
    options: { readonly defaults?: Values; readonly createDefaults?: Values } = {},
  ) => writing.updateOrCreate(receiver[QUERYSET], conditions, options.defaults ?? {}, options.createDefaults),
};

/** The options of each method that has some, and which of its arguments they are. */
const OPTIONS: Readonly<Record<string, readonly [position: number, names: readonly string[]]>> = {
  inBulk: [1, ["fieldName"]],
  dates: [2, ["order"]],
  datetimes: [2, ["order"]],
  bulkCreate: [1, ["batchSize", "ignoreConflicts", "updateConflicts", "updateFields", "uniqueFields", "returning"]],
  bulkUpdate: [2, ["batchSize"]],
  bulkUpdateWhen: [1, ["default"]],
  upsert: [1, ["batchSize", "uniqueFields", "updateFields", "returning"]],
  updateBatched: [1, ["batchSize"]],
  deleteBatched: [0, ["batchSize"]],
  getOrCreate: [1, ["defaults"]],
  updateOrCreate: [1, ["defaults", "createDefaults"]],
};

type AnyFlow = (receiver: unknown, ...args: unknown[]) => Flow<unknown>;

/** The flows, each of which refuses options that it does not have before it begins. */
function checkingOptions(flows: object): Record<string, AnyFlow> {
  const checking = ([name, flow]: [string, AnyFlow]): [string, AnyFlow] => {
    const options = OPTIONS[name];
    if (options === undefined) return [name, flow];
    const [position, names] = options;
    return [
      name,
      function* (receiver, ...args) {
        if (args[position] !== undefined) checkOptions(`${name}()`, args[position], names);
        return yield* flow(receiver, ...args);
      },
    ];
  };
  // every entry of the table is such a function of its own arguments, which are passed on as they are
  return Object.fromEntries(Object.entries(flows as Record<string, AnyFlow>).map(checking));
}

/** A flow of a value, where it is there already. */
function known<T>(value: T | null | undefined): Flow<T> | null {
  return value === null || value === undefined ? null : ready(value);
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

abstract class TerminalsOfTable extends AwaitableRows {}
installFlows(TerminalsOfTable.prototype, checkingOptions(TERMINALS));

/** The parent of querysets, which has the methods of the table. */
// installFlows has put exactly these methods on the prototype
export const Terminals = TerminalsOfTable as unknown as abstract new () => TerminalMethods & AwaitableRows;

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
