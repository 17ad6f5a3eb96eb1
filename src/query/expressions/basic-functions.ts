import { OUTPUT } from "../value-output.js";
import { always, defineFunction, sameAsFirst } from "./functions.js";

export const upper = defineFunction({ name: "UPPER", minimum: 1, maximum: 1, output: always(OUTPUT.text) });
export const lower = defineFunction({ name: "LOWER", minimum: 1, maximum: 1, output: always(OUTPUT.text) });
export const length = defineFunction({ name: "LENGTH", minimum: 1, maximum: 1, output: always(OUTPUT.integer) });
export const concat = defineFunction({ name: "CONCAT", minimum: 2, maximum: Infinity, output: always(OUTPUT.text) });
export const coalesce = defineFunction({ name: "COALESCE", minimum: 2, maximum: Infinity, output: sameAsFirst });
export const abs = defineFunction({ name: "ABS", minimum: 1, maximum: 1, output: sameAsFirst });
export const now = defineFunction({ name: "NOW", minimum: 0, maximum: 0, output: always(OUTPUT.datetime) });
