export { connectMariadb, type MariadbConnection } from "./connection.js";
export { readMariadbOptions } from "./options.js";
export { decoderOf } from "./values.js";
