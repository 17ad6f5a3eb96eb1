export {
  type CreateTablesOptions,
  createTables,
  createTablesSync,
  type DropTablesOptions,
  dropTables,
  dropTablesSync,
  type ModelLike,
} from "./create-tables.js";
