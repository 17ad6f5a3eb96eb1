export { CheckConstraint, type Constraint, Index, UniqueConstraint } from "./constraints.js";
export { AbstractModel, Model } from "./define.js";
export { type ModelMeta, metaOf } from "./meta.js";
export { registry } from "./registry.js";
export { m2mChanged, postDelete, postSave, preDelete, preSave } from "./signals.js";
