export { mariadbDialect, mysqlDialect } from "./dialect.js";
