import "./install.js";

export { prefetchRelatedObjects, prefetchRelatedObjectsSync } from "./prefetch-objects.js";
export * from "./public.js";
export { clearPlanCache } from "./shape.js";
