import type { DatabaseFunctions } from "../types/functions.js";
import * as general from "./expressions/general-functions.js";
import { typed } from "./public-type.js";

/**
 * A value as the type of a field. What cannot be one is an error on PostgreSQL, and on SQLite what it makes of it.
 *
 * @param outputField - the field
 * @throws ImproperlyConfigured for what is no field
 * @example console.log(await Book.objects.valuesList(Cast("price", IntegerField()), { flat: true })); // → [ 12, 8, 8 ]
 */
export const Cast = typed<DatabaseFunctions["Cast"]>(general.cast);

/**
 * The first argument that is not null.
 *
 * @throws QueryError without an argument
 * @throws FieldError for arguments of different types
 * @example
 * console.log(await Book.objects.orderBy("pk").valuesList(Coalesce("publisher__name", Value("unknown")), { flat: true })); // → [ 'Harper & Row', 'unknown', 'Heinemann' ]
 */
export const Coalesce = typed<DatabaseFunctions["Coalesce"]>(general.coalesce);

/**
 * The greatest of the arguments. With a null among them SQLite gives null, and PostgreSQL the greatest of the others.
 *
 * @example console.log(await Book.objects.valuesList(Greatest("pages", Value(200)), { flat: true })); // → [ 341, 200, 229 ]
 */
export const Greatest = typed<DatabaseFunctions["Greatest"]>(general.greatest);

/**
 * The least of the arguments. With a null among them SQLite gives null, and PostgreSQL the least of the others.
 *
 * @example console.log(await Book.objects.valuesList(Least("pages", Value(200)), { flat: true })); // → [ 200, 184, 200 ]
 */
export const Least = typed<DatabaseFunctions["Least"]>(general.least);

/**
 * Null where both arguments are equal, else the first.
 *
 * @example console.log(await Book.objects.valuesList(NullIf("pages", Value(184)), { flat: true })); // → [ 341, null, 229 ]
 */
export const NullIf = typed<DatabaseFunctions["NullIf"]>(general.nullIf);

/**
 * A JSON object of these members.
 *
 * @throws QueryError for what is no object
 * @example
 * console.log(await Author.objects.valuesList(JSONObject({ name: "name", age: "age" }), { flat: true })); // → [ { name: 'Ursula', age: 88 }, { name: 'Douglas', age: 49 } ]
 */
export const JSONObject = typed<DatabaseFunctions["JSONObject"]>(general.jsonObject);

/**
 * The time at which the statement began, on the database's clock.
 *
 * @example console.log(await Author.objects.filter({ joined__lte: Now() }).count()); // → 2
 */
export const Now = typed<DatabaseFunctions["Now"]>(general.now);
