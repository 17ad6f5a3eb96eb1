import type { Flow } from "../engine/flow.js";
import type { ModelCore } from "./core.js";
import type { ModelMeta } from "./meta.js";
import type { Relation } from "./relations.js";
import type { CleanOptions } from "./validation.js";

export interface SaveOptions {
  readonly using?: string;
  readonly forceInsert?: boolean;
  readonly forceUpdate?: boolean;
  readonly updateFields?: readonly string[];
}

/** Rows deleted, in all and by model label. */
export type DeletionResult = [count: number, countByModel: Record<string, number>];

/**
 * What models need from the query layer, which stands above them: it fills this in when it is loaded.
 * So a model's `save()` can be a method of the instance although the SQL is made a floor higher.
 */
export interface QueryPort {
  manager(meta: ModelMeta): object;
  /** The manager that a `managers` option or `asManager` describes, for one model. */
  bindManager(manager: unknown, meta: ModelMeta): unknown;
  /** @throws QueryError or FieldError for what is no expression over fields of the model */
  checkExpression(meta: ModelMeta, expression: object): void;
  relatedManager(instance: ModelCore, relation: Relation): object;
  loadRelated(instance: ModelCore, relation: Relation): Flow<ModelCore | null>;
  loadByKey(meta: ModelMeta, key: unknown): Flow<ModelCore>;
  loadDeferred(instance: ModelCore, attname: string): Flow<unknown>;
  save(instance: ModelCore, options: SaveOptions): Flow<void>;
  delete(instance: ModelCore, options: { readonly using?: string }): Flow<DeletionResult>;
  /** Values by the rules of the constructor. */
  assign(instance: ModelCore, values: Readonly<Record<string, unknown>>): void;
  copy(instance: ModelCore): ModelCore;
  cleanFields(instance: ModelCore, options: CleanOptions): void;
  fullClean(instance: ModelCore, options: CleanOptions): Flow<void>;
  validateUnique(instance: ModelCore, options: CleanOptions): Flow<void>;
  validateConstraints(instance: ModelCore, options: CleanOptions): Flow<void>;
  refresh(instance: ModelCore, options: { readonly using?: string; readonly fields?: readonly string[] }): Flow<void>;
}

let port: QueryPort | undefined;

export function installQueryPort(implementation: QueryPort): void {
  port = implementation;
}

export function queryPort(): QueryPort {
  // the package's entry installs it before any model can be defined
  if (!port) throw new Error('the query layer of dorm is not loaded: import from "dorm"');
  return port;
}
