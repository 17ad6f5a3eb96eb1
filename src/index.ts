import "./node-version.js";

export * from "./cache/index.js";
export { type Backend, registerBackend } from "./engine/backends.js";
export { type Connection, closeAll, closeAllSync, getConnection, healthCheck, healthCheckSync, poolStats } from "./engine/connections.js";
export { parseDatabaseUrl } from "./engine/database-url.js";
export { postQuery, preQuery, type QueryEvent } from "./engine/events.js";
export type { Flow, Step } from "./engine/flow.js";
export { type Logger, type LogLevel, setLogger } from "./engine/logging.js";
export { addSensitivePattern } from "./engine/masking.js";
export { withTransientRetry } from "./engine/retry.js";
export { clearReadAfterWriteWindow, type DatabaseRouter, type RoutingHints } from "./engine/routing.js";
export { run as runFlow, runSync as runFlowSync } from "./engine/run.js";
export { configure, defineConfig, overrideSettings, type Settings, type SettingsInput, settings } from "./engine/settings.js";
export { transaction } from "./engine/transaction.js";
export * from "./errors.js";
export * from "./fields/index.js";
export {
  CASCADE,
  CompositePrimaryKey,
  DO_NOTHING,
  ForeignKey,
  ManyToManyField,
  OneToOneField,
  PROTECT,
  RESTRICT,
  ReverseRelation,
  SET_DEFAULT,
  SET_NULL,
} from "./fields/relations.js";
export { createTables, createTablesSync, dropTables, dropTablesSync } from "./migrations/create-tables.js";
export {
  AbstractModel,
  awaitSync,
  CheckConstraint,
  ExclusionConstraint,
  getModel,
  getModels,
  Index,
  Model,
  type ModelNames,
  m2mChanged,
  namesOf,
  PendingValue,
  postDelete,
  postSave,
  preDelete,
  preSave,
  UniqueConstraint,
  VirtualField,
  type VirtualJoin,
  type VirtualLoad,
} from "./models/index.js";
export * from "./query/index.js";
// named once more, as the types of the next line have them too
export { Manager, QuerySet } from "./query/index.js";
export type * from "./types/index.js";
