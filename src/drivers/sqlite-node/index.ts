export { openNodeSqlite } from "./connection.js";
