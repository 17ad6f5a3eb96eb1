import type { Row, Statement, StatementKind } from "../drivers/driver.js";
import { NotSupportedError } from "../errors.js";
import { currentTimeZone } from "../fields/time-zone.js";
import type { FetchMode } from "../models/state.js";
import type { Dialect } from "../sql/dialect.js";
import type { Binder } from "../sql/parameters.js";
import { Renderer } from "../sql/renderer.js";
import { compileQuery } from "./compile.js";
import { columnDecoders, makeDecoder, makeHydrator, type RowDecoder } from "./hydrate.js";
import type { Query } from "./query.js";
import { findsNothing } from "./simplify.js";

/** Where the rows of one execution come from. */
export interface Origin {
  readonly alias: string;
  readonly fetchMode: FetchMode;
}

export type Hydrator = (rows: Row[], origin: Origin) => unknown[];

/** A query worked out for one dialect: its text, how its values are bound, what its rows become. */
export interface Plan {
  readonly statement: Statement;
  readonly binders: readonly Binder[];
  /** True where the query can find nothing and is not sent. */
  readonly empty: boolean;
  readonly hydrate: Hydrator;
  readonly decode: RowDecoder;
  /** Where the query's extra columns stand in the row. */
  readonly extra: readonly number[];
  /** The settings' time zone that the text was made for; null where it depends on none. */
  readonly timeZone: string | null;
}

const NOTHING: Statement = { sql: "", kind: "select", returnsRows: true };

/** Plans a query that reads rows. */
export function planSelect(query: Query, dialect: Dialect): Plan {
  requireFeatures(query, dialect);
  if (findsNothing(query))
    return { statement: NOTHING, binders: [], empty: true, hydrate: () => [], decode: (row) => row, extra: [], timeZone: null };
  const { expression, layout } = compileQuery(query, dialect);
  const { statement, binders, timeZone } = renderStatement(dialect, "select", true, (renderer) => renderer.reading(expression));
  const decoders = columnDecoders(layout, dialect);
  const decode = makeDecoder(decoders);
  return {
    statement,
    binders,
    empty: false,
    hydrate: makeHydrator(layout, decoders, decode),
    decode,
    extra: layout.extra,
    timeZone,
  };
}

/** Renders one statement. */
export function renderStatement(
  dialect: Dialect,
  kind: StatementKind,
  returnsRows: boolean,
  render: (renderer: Renderer) => string,
): Pick<Plan, "statement" | "binders" | "timeZone"> {
  const zone = currentTimeZone();
  const renderer = new Renderer(dialect, { timeZone: zone });
  const sql = render(renderer);
  return { statement: { sql, kind, returnsRows }, binders: renderer.parameters.binders, timeZone: renderer.usesTimeZone ? zone : null };
}

/** @throws NotSupportedError for what this database cannot do, before anything is sent */
function requireFeatures(query: Query, dialect: Dialect): void {
  if (query.distinctOn.length > 0 && !dialect.features.distinctOn) {
    throw new NotSupportedError(
      `distinct(…) with fields is PostgreSQL's DISTINCT ON; ${dialect.vendor} has none. Use a Window with RowNumber(), or distinct() without fields.`,
    );
  }
  if (query.lock && !dialect.features.rowLocks && (query.lock.wait !== "wait" || query.lock.of.length > 0)) {
    throw new NotSupportedError(`selectForUpdate with options needs row locks, which ${dialect.vendor} does not have.`);
  }
  if (query.lock && query.lock.of.length > 0 && !dialect.features.rowLocksOf)
    throw new NotSupportedError(
      `selectForUpdate({ of }) needs FOR UPDATE OF, which ${dialect.vendor} does not have; without "of" it locks the rows of every joined table.`,
    );
  if (query.lock && dialect.features.rowLocks && (query.distinct || query.groupBy !== null))
    throw new NotSupportedError(
      "selectForUpdate() locks rows of tables, which the rows of distinct() and of aggregates are not. Lock filter({ pk__in: … }) of them.",
    );
  const { combination } = query;
  if (combination && !dialect.features.parenthesizedSetOperands) {
    for (const part of combination.parts) {
      if (part.isSliced || (part.order?.length ?? 0) > 0) {
        throw new NotSupportedError(
          `${dialect.vendor} takes neither order nor limit in the parts of a combination. Order and slice the combined queryset.`,
        );
      }
    }
  }
}
