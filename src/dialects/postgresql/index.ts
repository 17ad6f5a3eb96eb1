export { postgresqlDialect } from "./dialect.js";
