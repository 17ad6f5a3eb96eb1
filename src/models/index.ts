export { getModel, getModels, type ModelNames, namesOf } from "./apps.js";
export { awaitSync } from "./await-sync.js";
export { CheckConstraint, ExclusionConstraint, Index, UniqueConstraint } from "./constraints.js";
export { AbstractModel, Model } from "./define.js";
export { metaOf } from "./meta.js";
export { PendingValue } from "./pending.js";
export { registry } from "./registry.js";
export { m2mChanged, postDelete, postSave, preDelete, preSave } from "./signals.js";
export { VirtualField, type VirtualJoin, type VirtualLoad } from "./virtual-field.js";
