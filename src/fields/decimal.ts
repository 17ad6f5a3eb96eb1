export { Decimal } from "../values/decimal.js";
