export { connectPostgresql, type PostgresqlConnection } from "./connection.js";
export { type PostgresqlOptions, readPostgresqlOptions } from "./options.js";
export { decoderOf } from "./values.js";
