import "./install.js";

export { invalidateModel, invalidateModelSync, invalidateTag, invalidateTagSync } from "./invalidation.js";
export { prefetchRelatedObjects, prefetchRelatedObjectsSync } from "./prefetch-objects.js";
export * from "./public.js";
export * from "./public-aggregates.js";
export * from "./public-comparisons.js";
export * from "./public-date-functions.js";
export * from "./public-functions.js";
export * from "./public-math-functions.js";
export * from "./public-search.js";
export * from "./public-text-functions.js";
export * from "./public-windows.js";
export { type CustomLookup, type CustomTransform, type LookupFamilies, registerLookup, registerTransform } from "./register.js";
export { type RelatedRows, type RelationChanges, relationManager } from "./relation-manager.js";
export { clearPlanCache } from "./shape.js";
