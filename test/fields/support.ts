import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { codecFor as postgresqlCodecFor } from "../../src/dialects/postgresql/codecs.js";
import { codecFor as sqliteCodecFor } from "../../src/dialects/sqlite/codecs.js";
import { type FieldDefinition, isField } from "../../src/fields/field.js";
import type { Codec, ColumnStorage } from "../../src/sql/codec.js";

/** The definition behind a factory's public type, bound as a model binds it. */
export function bound(field: unknown, name = "value"): FieldDefinition {
  if (!isField(field)) throw new Error("not a field");
  return field.bind(name, "test.Row");
}

export function encode(codec: Codec, value: unknown): unknown {
  // The tests give each codec values of its own field.
  return value === null || codec.encode === null ? value : (codec.encode as (value: unknown) => unknown)(value);
}

export function decode(codec: Codec, raw: unknown): unknown {
  return raw === null || codec.decode === null ? raw : (codec.decode as (raw: unknown) => unknown)(raw);
}

/** A database that writes values into a column and reads them back, with nothing but the driver and the codec. */
export interface RawDatabase {
  readonly vendor: "sqlite" | "postgresql";
  codecFor(storage: ColumnStorage): Codec;
  run(sql: string): Promise<void>;
  insert(codec: Codec, value: unknown): Promise<void>;
  /** The values in the order of insertion. */
  readBack(codec: Codec): Promise<unknown[]>;
  scalar(sql: string, params?: readonly unknown[]): Promise<unknown>;
  createColumn(codec: Codec): Promise<void>;
  close(): Promise<void>;
}

const TABLE = "field_values";
const columnSql = (codec: Codec): string => {
  const check = codec.check === undefined ? "" : ` CHECK (${codec.check('"value"')})`;
  return `"value" ${codec.columnType}${check}`;
};

export function openSqlite(): RawDatabase {
  const database = new DatabaseSync(":memory:");
  return {
    vendor: "sqlite",
    codecFor: sqliteCodecFor,
    run: async (sql) => database.exec(sql),
    createColumn: async (codec) =>
      database.exec(`DROP TABLE IF EXISTS ${TABLE}; CREATE TABLE ${TABLE} (id INTEGER PRIMARY KEY, ${columnSql(codec)})`),
    insert: async (codec, value) => {
      // Encoded values are what the driver binds.
      database.prepare(`INSERT INTO ${TABLE} ("value") VALUES (?)`).run(encode(codec, value) as string);
    },
    readBack: async (codec) => {
      const column = codec.selectAsText === true ? 'CAST("value" AS TEXT)' : '"value"';
      const statement = database.prepare(`SELECT ${column} AS v FROM ${TABLE} ORDER BY id`);
      return statement.all().map((row) => decode(codec, row.v));
    },
    scalar: async (sql, params = []) => {
      const row = database.prepare(sql).get(...(params as string[]));
      return row === undefined ? undefined : Object.values(row)[0];
    },
    close: async () => database.close(),
  };
}

export async function openPostgresql(connectionString: string): Promise<RawDatabase> {
  const client = new pg.Client({ connectionString, options: "-c timezone=UTC" });
  await client.connect();
  const types = { getTypeParser: () => (text: unknown) => text };
  // `types` is documented for query configurations; its declared type asks for pg's own overloads.
  const query = (text: string, values: readonly unknown[] = []) =>
    client.query({ text, values: [...values], rowMode: "array", types: types as unknown as pg.CustomTypesConfig });
  return {
    vendor: "postgresql",
    codecFor: postgresqlCodecFor,
    run: async (sql) => {
      await client.query(sql);
    },
    createColumn: async (codec) => {
      await client.query(`DROP TABLE IF EXISTS ${TABLE}; CREATE TABLE ${TABLE} (id SERIAL PRIMARY KEY, ${columnSql(codec)})`);
    },
    insert: async (codec, value) => {
      await query(`INSERT INTO ${TABLE} ("value") VALUES ($1)`, [encode(codec, value)]);
    },
    readBack: async (codec) => {
      const { rows } = await query(`SELECT "value" FROM ${TABLE} ORDER BY id`);
      return rows.map((row: unknown[]) => decode(codec, row[0]));
    },
    scalar: async (sql, params = []) => {
      const { rows } = await query(sql, params);
      return (rows[0] as unknown[] | undefined)?.[0];
    },
    close: () => client.end(),
  };
}
