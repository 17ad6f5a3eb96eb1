import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { QueryError } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import { Decimal } from "../values/decimal.js";
import { readAlias } from "./alias.js";
import { Q } from "./condition.js";
import { Reference } from "./expressions/references.js";
import { finishRows } from "./fetch.js";
import { fetchRows } from "./fetch-rows.js";
import { pathToken } from "./path-token.js";
import { resolvePath } from "./paths.js";
import { referenceContext, resolveReference } from "./references.js";
import { type QuerySetState, takeStep } from "./state.js";
import { filterStep, orderStep, sliceStep } from "./steps.js";

export interface PageOptions {
  /** The cursor of the page before; null for the first page. */
  readonly after?: string | null;
  readonly orderBy?: string;
  readonly pageSize?: number;
}
export interface Page {
  readonly items: unknown[];
  readonly nextCursor: string | null;
  readonly hasNext: boolean;
}

/** One column of the order of the pages. */
interface PageColumn {
  readonly path: string;
  readonly nullable: boolean;
}
/** What a cursor can hold of a value: the text or the number that its field reads back. */
type CursorValue = string | number | boolean | null;

const DEFAULT_PAGE_SIZE = 50;

/**
 * A page of the rows behind a cursor, ordered by one name and then by the key, so that equal values at the border of
 * a page lose no row. Null comes last. Each page is found by its values, not by counting, so that rows which come or
 * go meanwhile do not shift the others.
 *
 * @throws QueryError for an order that repeats rows or cannot be in a cursor, a cursor of another order, and where a
 * slice, a combination or groups make pages impossible
 */
export function* cursorPaginate(state: QuerySetState, options: PageOptions = {}): Flow<Page> {
  checkOptions("cursorPaginate()", options, ["after", "orderBy", "pageSize"]);
  const { after = null, orderBy = "pk", pageSize = DEFAULT_PAGE_SIZE } = options;
  if (!Number.isInteger(pageSize) || pageSize < 1)
    throw new QueryError(`cursorPaginate(): pageSize is a whole number from 1 up, not ${String(pageSize)}.`);
  checkPageable(state);
  const descending = orderBy.startsWith("-");
  const columns = pageColumns(state, descending ? orderBy.slice(1) : orderBy);
  const origin = `${state.meta.label}:${orderBy}`;
  let current = state;
  const take = (step: Partial<QuerySetState>): void => {
    current = { ...current, ...step };
  };
  if (after !== null) take(filterStep(current, [behind(columns, readCursor(after, origin, columns.length), descending)], false));
  take(
    orderStep(
      current,
      columns.map(({ path }) =>
        descending ? new Reference(path).desc({ nullsLast: true }) : new Reference(path).asc({ nullsLast: true }),
      ),
    ),
  );
  take(sliceStep(current, 0, pageSize + 1));
  take(
    takeStep(
      current,
      ".pageColumns",
      (print) => {
        for (const { path } of columns) print.token(pathToken(path));
      },
      (query, slots) => {
        query.extraColumns = columns.map(({ path }) => resolveReference(referenceContext(query, slots), path));
      },
    ),
  );
  const alias = readAlias(current);
  const { plan, rows } = yield* fetchRows(current, alias);
  const hasNext = rows.length > pageSize;
  const kept = hasNext ? rows.slice(0, pageSize) : rows;
  const last = kept.at(-1);
  // hydrating takes what it needs out of the row
  const decoded = hasNext && last ? plan.decode([...last]) : [];
  const values = hasNext ? plan.extra.map((position) => decoded[position]) : [];
  const items = plan.hydrate(kept, { alias, fetchMode: current.fetchMode ?? settings.fetchMode });
  yield* finishRows(current, items, alias);
  return { items, nextCursor: hasNext ? writeCursor(origin, values) : null, hasNext };
}

function checkPageable({ query }: QuerySetState): void {
  if (query.isSliced) throw new QueryError("cursorPaginate() cannot follow a slice: pageSize is the slice.");
  if (query.combination)
    throw new QueryError("cursorPaginate() is not possible after a combination: its rows have no key. Page with slice().");
  if (query.groupBy !== null && query.groupBy !== "all")
    throw new QueryError("cursorPaginate() needs rows of the model, not groups, which have no key. Page with slice().");
  if (query.distinctOn.length > 0 || (query.distinct && query.columns !== null))
    throw new QueryError("cursorPaginate() adds the key to the rows, which would change what is distinct. Page with slice().");
}

/** The order, and the key behind it where the order does not tell all rows apart. */
function pageColumns({ query, meta }: QuerySetState, path: string): PageColumn[] {
  const keys = meta.keyFields.map((field): PageColumn => ({ path: field.name, nullable: false }));
  if (path === "pk" || (keys.length === 1 && keys[0]?.path === path)) return keys;
  if (query.annotations.has(path)) return [{ path, nullable: true }, ...keys];
  const resolved = resolvePath(meta, path.split("__"), query.filteredRelations);
  if (resolved.steps.some(({ step }) => step.multiple))
    throw new QueryError(`cursorPaginate({ orderBy: "${path}" }): this leads to many rows, so that rows would be repeated.`);
  const [target] = resolved.targets;
  if (!target || resolved.targets.length > 1)
    throw new QueryError(`cursorPaginate({ orderBy: "${path}" }): a composite key of a relation is no order; name one of its fields.`);
  const nullable = target.null || resolved.rest.length > 0 || resolved.steps.some(({ step }) => step.nullable);
  return [{ path, nullable }, ...keys];
}

/** The rows behind these values: behind the first, or equal in it and behind the second, and so on. */
function behind(columns: readonly PageColumn[], values: readonly CursorValue[], descending: boolean): unknown {
  const lookup = descending ? "lt" : "gt";
  const alternatives: unknown[] = [];
  const equal: Record<string, unknown> = {};
  for (const [index, { path, nullable }] of columns.entries()) {
    const value = values[index] ?? null;
    if (value !== null) {
      alternatives.push(Q.untyped({ ...equal, [`${path}__${lookup}`]: value }));
      if (nullable) alternatives.push(Q.untyped({ ...equal, [`${path}__isnull`]: true }));
      equal[path] = value;
    } else equal[`${path}__isnull`] = true;
  }
  const either = Q.or(...alternatives);
  const [first] = columns;
  const [start] = values;
  if (!first || first.nullable || columns.length === 1) return either;
  // says nothing new, but lets the database begin in an index
  return Q.and(Q.untyped({ [`${first.path}__${lookup}e`]: start }), either);
}

function writeCursor(origin: string, values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([origin, ...values.map(cursorValue)])).toString("base64url");
}

function cursorValue(value: unknown): CursorValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return value.toString();
    default:
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      if (Decimal.isDecimal(value)) return value.toString();
      throw new QueryError("cursorPaginate(): a value of this kind has no place in a cursor. Order by a text, a number, a date or a key.");
  }
}

/** @throws QueryError for what is no cursor, or one of another order or model */
function readCursor(cursor: string, origin: string, length: number): CursorValue[] {
  const values = parseCursor(cursor);
  if (values === null || values.length !== length + 1 || !values.every(isCursorValue))
    throw new QueryError("cursorPaginate(): this is no cursor. Pass on what nextCursor of the page before gave.");
  const [from, ...rest] = values;
  if (from !== origin)
    throw new QueryError(`cursorPaginate(): this cursor belongs to the order ${String(from)}, not to ${origin}. Begin again without it.`);
  return rest;
}

function parseCursor(cursor: string): unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    // what was passed is the caller's mistake, which the caller of this says
    return null;
  }
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
