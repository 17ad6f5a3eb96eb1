import type { DatabaseFunctions } from "../types/functions.js";
import * as general from "./expressions/general-functions.js";
import { typed } from "./public-type.js";

/**
 * A value as the type of a field. What cannot be one is an error on PostgreSQL, and on SQLite what it makes of it.
 *
 * @param outputField - the field
 * @throws ImproperlyConfigured for what is no field
 * @example Cast("price", IntegerField())
 */
export const Cast = typed<DatabaseFunctions["Cast"]>(general.cast);

/**
 * The first argument that is not null.
 *
 * @throws QueryError without an argument
 * @throws FieldError for arguments of different types
 * @example Coalesce("nickname", "name", Value("?"))
 */
export const Coalesce = typed<DatabaseFunctions["Coalesce"]>(general.coalesce);

/**
 * The greatest of the arguments. With a null among them SQLite gives null, and PostgreSQL the greatest of the others.
 *
 * @example Greatest("created", "updated")
 */
export const Greatest = typed<DatabaseFunctions["Greatest"]>(general.greatest);

/**
 * The least of the arguments. With a null among them SQLite gives null, and PostgreSQL the least of the others.
 *
 * @example Least("price", "offer")
 */
export const Least = typed<DatabaseFunctions["Least"]>(general.least);

/**
 * Null where both arguments are equal, else the first.
 *
 * @example NullIf("state", Value(""))
 */
export const NullIf = typed<DatabaseFunctions["NullIf"]>(general.nullIf);

/**
 * A JSON object of these members.
 *
 * @throws QueryError for what is no object
 * @example Author.objects.values({ card: JSONObject({ name: "name", age: "age" }) })
 */
export const JSONObject = typed<DatabaseFunctions["JSONObject"]>(general.jsonObject);

/**
 * The time at which the statement began, on the database's clock.
 *
 * @example Post.objects.filter({ publishedAt__lte: Now() })
 */
export const Now = typed<DatabaseFunctions["Now"]>(general.now);
