import type { QueryResult, ResultColumn, Row } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { rawParameters, rawStatement } from "../engine/raw-statement.js";
import { settings } from "../engine/settings.js";
import { QueryError } from "../errors.js";
import { checkClass } from "../models/base-class.js";
import { HYDRATE, type ModelCore } from "../models/core.js";
import { DeferredColumn } from "../models/deferred-column.js";
import type { ModelMeta } from "../models/meta.js";
import { ResultGroup } from "../models/state.js";
import type { Dialect } from "../sql/dialect.js";
import { setOwnProperty } from "../values/own-property.js";
import { readAlias } from "./alias.js";
import { AwaitableRows, FETCH } from "./awaitable-rows.js";
import { prefetchInto, toPrefetch } from "./prefetch.js";
import type { QuerySetState } from "./state.js";

/** SQL with its parameters. */
export interface RawSql {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** What the tag `sql` gives. */
export class SqlTemplate implements RawSql {
  readonly sql: string;
  readonly params: readonly unknown[];

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.sql = strings.join("?");
    this.params = values;
  }
}

/**
 * SQL whose values are parameters: sql`SELECT * FROM authors WHERE age > ${age}`. Nothing of a value becomes SQL text.
 * PostgreSQL's operator `?` is written `??` in it.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): SqlTemplate {
  return new SqlTemplate(strings, values);
}

export function toRawSql(given: unknown, params: readonly unknown[] = []): RawSql {
  if (given instanceof SqlTemplate) return given;
  if (typeof given === "string") return { sql: given, params };
  throw new QueryError("raw() takes SQL text and its parameters, or sql`…`.");
}

/** Instances of a model from SQL of the caller's own. */
export class RawQuerySet extends AwaitableRows {
  readonly #state: QuerySetState;
  readonly #raw: RawSql;
  #rows: readonly ModelCore[] | null = null;

  constructor(state: QuerySetState, raw: RawSql) {
    super();
    this.#state = state;
    this.#raw = raw;
  }

  using(alias: string): RawQuerySet {
    return new RawQuerySet({ ...this.#state, using: alias }, this.#raw);
  }

  signal(signal: AbortSignal): RawQuerySet {
    return new RawQuerySet({ ...this.#state, signal }, this.#raw);
  }

  prefetchRelated(...lookups: readonly unknown[]): RawQuerySet {
    return new RawQuerySet({ ...this.#state, prefetches: [...this.#state.prefetches, ...lookups.map(toPrefetch)] }, this.#raw);
  }

  *[FETCH](): Flow<ModelCore[]> {
    if (this.#rows === null) this.#rows = yield* fetchRaw(this.#state, this.#raw);
    return [...this.#rows];
  }
}

function* fetchRaw(state: QuerySetState, raw: RawSql): Flow<ModelCore[]> {
  const alias = readAlias(state);
  const dialect = dialectFor(alias);
  const statement = rawStatement(dialect, raw.sql, raw.params.length);
  const params = rawParameters(dialect, raw.params);
  // the value of an execute step is a QueryResult
  const { rows, columns = [] } = (yield execute(alias, statement, params, state.signal && { signal: state.signal })) as QueryResult;
  const { meta } = state;
  const group = new ResultGroup(alias, state.fetchMode ?? meta.options.fetchMode ?? settings.fetchMode);
  const instances = hydrateRaw(meta, rows, columns, dialect, group);
  group.setPeers(instances);
  if (state.prefetches.length > 0) yield* prefetchInto(instances, state.prefetches, meta, alias);
  return instances;
}

function hydrateRaw(
  meta: ModelMeta,
  rows: readonly Row[],
  columns: readonly ResultColumn[],
  dialect: Dialect,
  group: ResultGroup,
): ModelCore[] {
  const Class = meta.modelClass;
  checkClass(meta, Class);
  const positions = meta.fields.map((field) => columns.findIndex(({ name }) => name === field.column));
  for (const [index, field] of meta.fields.entries()) {
    if (meta.keyFields.includes(field) && (positions[index] ?? -1) < 0) {
      throw new QueryError(`raw(): the SQL must select the primary key of ${meta.label}, the column "${field.column}".`);
    }
  }
  // a codec decodes what its own column gives
  const decoders = meta.fields.map((field) => dialect.codec(field.storage).decode as ((raw: unknown) => unknown) | null);
  const extra = columns.map(({ name, decode }, index) => ({ name, decode, index })).filter(({ index }) => !positions.includes(index));
  const missing = meta.fields.filter((_, index) => (positions[index] ?? -1) < 0).map((field) => field.attname);
  return rows.map((row) => {
    const values = positions.map((position, index) => {
      const value = position < 0 ? undefined : row[position];
      const decode = decoders[index];
      return value === null || value === undefined || !decode ? value : decode(value);
    });
    const instance = new Class(HYDRATE, values, 0, group);
    for (const attname of missing) Reflect.set(instance, attname, new DeferredColumn(instance, attname));
    for (const { name, decode, index } of extra) {
      const value = row[index];
      setOwnProperty(instance, name, value === null || !decode ? value : decode(value));
    }
    return instance;
  });
}
