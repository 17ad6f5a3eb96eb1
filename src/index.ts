import "./node-version.js";

export { closeAll, closeAllSync, getConnection, healthCheck } from "./engine/connections.js";
export { postQuery, preQuery, type QueryEvent } from "./engine/events.js";
export { configure, overrideSettings, settings } from "./engine/settings.js";
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
export * from "./migrations/index.js";
export { AbstractModel, CheckConstraint, Index, Model, UniqueConstraint } from "./models/index.js";
export * from "./query/index.js";
