export { connectPostgresql, type PostgresqlConnection } from "./connection.js";
export { readPostgresqlOptions } from "./options.js";
export { decoderOf } from "./values.js";
