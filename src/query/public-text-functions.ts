import type { DatabaseFunctions } from "../types/functions.js";
import * as text from "./expressions/text-functions.js";
import { typed } from "./public-type.js";

/* A string argument is the path of a column; a text of your own is Value("…"). */

/**
 * A text in capitals. SQLite changes ASCII letters only.
 *
 * @example console.log(await Author.objects.valuesList(Upper("name"), { flat: true })); // → [ 'URSULA', 'DOUGLAS' ]
 */
export const Upper = typed<DatabaseFunctions["Upper"]>(text.upper);

/**
 * A text in small letters. SQLite changes ASCII letters only.
 *
 * @example console.log(await Author.objects.valuesList(Lower("name"), { flat: true })); // → [ 'ursula', 'douglas' ]
 */
export const Lower = typed<DatabaseFunctions["Lower"]>(text.lower);

/**
 * The number of characters of a text; null of null.
 *
 * @example console.log(await Author.objects.valuesList(Length("name"), { flat: true })); // → [ 6, 7 ]
 */
export const Length = typed<DatabaseFunctions["Length"]>(text.length);

/**
 * Texts one after the other. Null counts as the empty text, as in Django.
 *
 * @example
 * console.log(await Author.objects.valuesList(Concat("name", Value(" <"), "email", Value(">")), { flat: true })); // → [ 'Ursula <ursula@example.com>', 'Douglas <douglas@example.com>' ]
 */
export const Concat = typed<DatabaseFunctions["Concat"]>(text.concat);

/**
 * A text without spaces at its ends.
 *
 * @example
 * await Tag.objects.filter({ pk: 1 }).update({ name: "  neat  " });
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(Trim("name"), { flat: true })); // → [ 'neat' ]
 */
export const Trim = typed<DatabaseFunctions["Trim"]>(text.trim);

/**
 * A text without spaces at its beginning.
 *
 * @example
 * await Tag.objects.filter({ pk: 1 }).update({ name: "  neat" });
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(LTrim("name"), { flat: true })); // → [ 'neat' ]
 */
export const LTrim = typed<DatabaseFunctions["LTrim"]>(text.leftTrim);

/**
 * A text without spaces at its end.
 *
 * @example
 * await Tag.objects.filter({ pk: 1 }).update({ name: "neat  " });
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(RTrim("name"), { flat: true })); // → [ 'neat' ]
 */
export const RTrim = typed<DatabaseFunctions["RTrim"]>(text.rightTrim);

/**
 * A part of a text, from a position counted from 1.
 *
 * @param length - how many characters; to the end unless given
 * @throws QueryError for a position below 1
 * @example console.log(await Author.objects.valuesList(Substr("name", 1, 3), { flat: true })); // → [ 'Urs', 'Dou' ]
 */
export const Substr = typed<DatabaseFunctions["Substr"]>(text.substr);

/**
 * The first characters of a text.
 *
 * @throws QueryError for a length below 1
 * @example console.log(await Author.objects.valuesList(Left("name", 2), { flat: true })); // → [ 'Ur', 'Do' ]
 */
export const Left = typed<DatabaseFunctions["Left"]>(text.left);

/**
 * The last characters of a text.
 *
 * @throws QueryError for a length below 1
 * @example console.log(await Author.objects.valuesList(Right("name", 2), { flat: true })); // → [ 'la', 'as' ]
 */
export const Right = typed<DatabaseFunctions["Right"]>(text.right);

/**
 * A text with every occurrence of another one replaced, or removed. It looks at the case of letters.
 *
 * @param replacement - the empty text unless given
 * @example
 * console.log(await Author.objects.orderBy("pk").valuesList(Replace("email", Value(".com"), Value(".org")), { flat: true })); // → [ 'ursula@example.org', 'douglas@example.org' ]
 */
export const Replace = typed<DatabaseFunctions["Replace"]>(text.replace);

/**
 * A text several times over.
 *
 * @throws QueryError for a number below 0
 * @example console.log(await Author.objects.valuesList(Repeat("name", 2), { flat: true })); // → [ 'UrsulaUrsula', 'DouglasDouglas' ]
 */
export const Repeat = typed<DatabaseFunctions["Repeat"]>(text.repeat);

/**
 * A text from its end to its beginning.
 *
 * @example console.log(await Author.objects.valuesList(Reverse("name"), { flat: true })); // → [ 'alusrU', 'salguoD' ]
 */
export const Reverse = typed<DatabaseFunctions["Reverse"]>(text.reverse);

/**
 * The place of a text in another one, counted from 1; 0 where it is not in it.
 *
 * @example console.log(await Author.objects.valuesList(StrIndex("email", Value("@")), { flat: true })); // → [ 8, 7 ]
 */
export const StrIndex = typed<DatabaseFunctions["StrIndex"]>(text.strIndex);

/**
 * A text filled up at its beginning; a longer one is cut to the length.
 *
 * @param fill - a space unless given
 * @example console.log(await Author.objects.valuesList(LPad("name", 9, Value(".")), { flat: true })); // → [ '...Ursula', '..Douglas' ]
 */
export const LPad = typed<DatabaseFunctions["LPad"]>(text.leftPad);

/**
 * A text filled up at its end; a longer one is cut to the length.
 *
 * @param fill - a space unless given
 * @example console.log(await Author.objects.valuesList(RPad("name", 9, Value(".")), { flat: true })); // → [ 'Ursula...', 'Douglas..' ]
 */
export const RPad = typed<DatabaseFunctions["RPad"]>(text.rightPad);

/**
 * The character of a code.
 *
 * @example console.log(await Author.objects.valuesList(Chr(Ord("name").add(1)), { flat: true })); // → [ 'V', 'E' ]
 */
export const Chr = typed<DatabaseFunctions["Chr"]>(text.chr);

/**
 * The Unicode code of a text's first character.
 *
 * @example console.log(await Author.objects.valuesList(Ord("name"), { flat: true })); // → [ 85, 68 ]
 */
export const Ord = typed<DatabaseFunctions["Ord"]>(text.ord);

/**
 * The MD5 sum of a text, in hexadecimal digits.
 *
 * @example
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(MD5("name"), { flat: true })); // → [ '20f1101112e12f0c12b9a0e3d5c2c7d5' ]
 */
export const MD5 = typed<DatabaseFunctions["MD5"]>(text.md5);

/**
 * The SHA-1 sum of a text, in hexadecimal digits. PostgreSQL needs the extension pgcrypto.
 *
 * @example
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(SHA1("name"), { flat: true })); // → [ '8681fb9d96198af103355dd043edd886505a979f' ]
 */
export const SHA1 = typed<DatabaseFunctions["SHA1"]>(text.sha1);

/**
 * The SHA-224 sum of a text, in hexadecimal digits.
 *
 * @example
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(SHA224("name"), { flat: true })); // → [ '97bec57e6197fa9d31903d3afd6c72a119be28a6dcedccb8e6b2bef6' ]
 */
export const SHA224 = typed<DatabaseFunctions["SHA224"]>(text.sha224);

/**
 * The SHA-256 sum of a text, in hexadecimal digits.
 *
 * @example
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(SHA256("name"), { flat: true })); // → [ '5a5617c22af86eea0e3eed87cab7e08d65bdd0320d9ff4427d91a89e7b4c56a6' ]
 */
export const SHA256 = typed<DatabaseFunctions["SHA256"]>(text.sha256);

/**
 * The SHA-384 sum of a text, in hexadecimal digits.
 *
 * @example
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(SHA384("name"), { flat: true })); // → [ '89b5ff52c8c0a6b11bac6da9f0e488f1eca42c847792baf8f969b58f19ae6d34f9ea773b3cf39e1c8942bf0e954a5a12' ]
 */
export const SHA384 = typed<DatabaseFunctions["SHA384"]>(text.sha384);

/**
 * The SHA-512 sum of a text, in hexadecimal digits.
 *
 * @example
 * console.log(await Tag.objects.filter({ pk: 1 }).valuesList(SHA512("name"), { flat: true })); // → [ '809668e356040bb9aabfe54b3e17ee3aa489a3458683315adad7ca5eb9da19ba75b673dfd2a4f684150ac9dac231cfdc4e629d45a05680e157966807daed165e' ]
 */
export const SHA512 = typed<DatabaseFunctions["SHA512"]>(text.sha512);

/**
 * A text under a collation of the database, for comparing and ordering.
 *
 * @throws QueryError for what is not the name of a collation
 * @example
 * console.log(await Author.objects.orderBy(Collate("name", "nocase")).valuesList("name", { flat: true })); // → [ 'Douglas', 'Ursula' ]
 */
export const Collate = typed<DatabaseFunctions["Collate"]>(text.collate);
