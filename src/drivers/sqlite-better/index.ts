export { openBetterSqlite } from "./connection.js";
