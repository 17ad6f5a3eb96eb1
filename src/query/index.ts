import "./install.js";

export * from "./public.js";
export { clearPlanCache } from "./shape.js";
