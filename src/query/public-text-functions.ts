import type { DatabaseFunctions } from "../types/functions.js";
import * as text from "./expressions/text-functions.js";
import { typed } from "./public-type.js";

/* A string argument is the path of a column; a text of your own is Value("…"). */

/**
 * A text in capitals. SQLite changes ASCII letters only.
 *
 * @example Author.objects.annotate({ loud: Upper("name") })
 */
export const Upper = typed<DatabaseFunctions["Upper"]>(text.upper);

/**
 * A text in small letters. SQLite changes ASCII letters only.
 *
 * @example Lower("email")
 */
export const Lower = typed<DatabaseFunctions["Lower"]>(text.lower);

/**
 * The number of characters of a text; null of null.
 *
 * @example Author.objects.annotate({ size: Length("name") }).orderBy("size")
 */
export const Length = typed<DatabaseFunctions["Length"]>(text.length);

/**
 * Texts one after the other. Null counts as the empty text, as in Django.
 *
 * @example Concat("firstName", Value(" "), "lastName")
 */
export const Concat = typed<DatabaseFunctions["Concat"]>(text.concat);

/**
 * A text without spaces at its ends.
 *
 * @example Trim("city")
 */
export const Trim = typed<DatabaseFunctions["Trim"]>(text.trim);

/**
 * A text without spaces at its beginning.
 *
 * @example LTrim("city")
 */
export const LTrim = typed<DatabaseFunctions["LTrim"]>(text.leftTrim);

/**
 * A text without spaces at its end.
 *
 * @example RTrim("city")
 */
export const RTrim = typed<DatabaseFunctions["RTrim"]>(text.rightTrim);

/**
 * A part of a text, from a position counted from 1.
 *
 * @param length - how many characters; to the end unless given
 * @throws QueryError for a position below 1
 * @example Substr("name", 1, 3)
 */
export const Substr = typed<DatabaseFunctions["Substr"]>(text.substr);

/**
 * The first characters of a text.
 *
 * @throws QueryError for a length below 1
 * @example Left("name", 2)
 */
export const Left = typed<DatabaseFunctions["Left"]>(text.left);

/**
 * The last characters of a text.
 *
 * @throws QueryError for a length below 1
 * @example Right("name", 2)
 */
export const Right = typed<DatabaseFunctions["Right"]>(text.right);

/**
 * A text with every occurrence of another one replaced, or removed. It looks at the case of letters.
 *
 * @param replacement - the empty text unless given
 * @example Replace("name", Value("/"), Value("-"))
 */
export const Replace = typed<DatabaseFunctions["Replace"]>(text.replace);

/**
 * A text several times over.
 *
 * @throws QueryError for a number below 0
 * @example Repeat("name", 3)
 */
export const Repeat = typed<DatabaseFunctions["Repeat"]>(text.repeat);

/**
 * A text from its end to its beginning.
 *
 * @example Reverse("name")
 */
export const Reverse = typed<DatabaseFunctions["Reverse"]>(text.reverse);

/**
 * The place of a text in another one, counted from 1; 0 where it is not in it.
 *
 * @example StrIndex("email", Value("@"))
 */
export const StrIndex = typed<DatabaseFunctions["StrIndex"]>(text.strIndex);

/**
 * A text filled up at its beginning; a longer one is cut to the length.
 *
 * @param fill - a space unless given
 * @example LPad("code", 8, Value("0"))
 */
export const LPad = typed<DatabaseFunctions["LPad"]>(text.leftPad);

/**
 * A text filled up at its end; a longer one is cut to the length.
 *
 * @param fill - a space unless given
 * @example RPad("name", 20, Value("."))
 */
export const RPad = typed<DatabaseFunctions["RPad"]>(text.rightPad);

/**
 * The character of a code.
 *
 * @example Chr(Ord("name").add(1))
 */
export const Chr = typed<DatabaseFunctions["Chr"]>(text.chr);

/**
 * The Unicode code of a text's first character.
 *
 * @example Ord("name")
 */
export const Ord = typed<DatabaseFunctions["Ord"]>(text.ord);

/**
 * The MD5 sum of a text, in hexadecimal digits.
 *
 * @example MD5("name")
 */
export const MD5 = typed<DatabaseFunctions["MD5"]>(text.md5);

/**
 * The SHA-1 sum of a text, in hexadecimal digits. PostgreSQL needs the extension pgcrypto.
 *
 * @example SHA1("name")
 */
export const SHA1 = typed<DatabaseFunctions["SHA1"]>(text.sha1);

/**
 * The SHA-224 sum of a text, in hexadecimal digits.
 *
 * @example SHA224("name")
 */
export const SHA224 = typed<DatabaseFunctions["SHA224"]>(text.sha224);

/**
 * The SHA-256 sum of a text, in hexadecimal digits.
 *
 * @example SHA256("name")
 */
export const SHA256 = typed<DatabaseFunctions["SHA256"]>(text.sha256);

/**
 * The SHA-384 sum of a text, in hexadecimal digits.
 *
 * @example SHA384("name")
 */
export const SHA384 = typed<DatabaseFunctions["SHA384"]>(text.sha384);

/**
 * The SHA-512 sum of a text, in hexadecimal digits.
 *
 * @example SHA512("name")
 */
export const SHA512 = typed<DatabaseFunctions["SHA512"]>(text.sha512);

/**
 * A text under a collation of the database, for comparing and ordering.
 *
 * @throws QueryError for what is not the name of a collation
 * @example Author.objects.orderBy(Collate("name", "nocase"))
 */
export const Collate = typed<DatabaseFunctions["Collate"]>(text.collate);
