import { snakeCase } from "../../fields/column-name.js";
import * as dorm from "../../index.js";
import { ModelCore } from "../../models/core.js";

/** What a class of the module would hide. */
const TAKEN_CLASSES: ReadonlySet<string> = new Set([...Object.keys(dorm), ...Object.getOwnPropertyNames(globalThis)]);
/** What every model has. */
const MEMBERS: ReadonlySet<string> = new Set(["pk", "objects", "then", "constructor", "__proto__"]);

/** Whether every model has a member of this name, or none may have a field of it. */
export function isMemberName(name: string): boolean {
  return MEMBERS.has(name) || name in ModelCore.prototype;
}

function words(name: string): string[] {
  return name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

/** The word with letters that an identifier may have only. */
function asciiWord(word: string): string {
  return word.normalize("NFKD").replaceAll(/[^A-Za-z0-9]/g, "");
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + (word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1));
}

/** The first of name, name2, name3 … that is free. */
function free(name: string, isTaken: (name: string) => boolean): string {
  let candidate = name;
  for (let number = 2; isTaken(candidate); number++) candidate = `${name}${number}`;
  return candidate;
}

/**
 * The class of a table.
 *
 * @param app - whose prefix the table may have
 * @param taken - the classes so far; the new one is added
 * @example className("blog_author", "blog", new Set()) // "Author"
 */
export function className(table: string, app: string, taken: Set<string>): string {
  const own = table.toLowerCase().startsWith(`${app.toLowerCase()}_`) ? table.slice(app.length + 1) : table;
  const joined = words(own).map(asciiWord).map(capitalized).join("");
  const name = /^[A-Za-z]/.test(joined) ? joined : `Table${joined}`;
  const unique = free(TAKEN_CLASSES.has(name) ? `${name}Model` : name, (candidate) => taken.has(candidate) || TAKEN_CLASSES.has(candidate));
  taken.add(unique);
  return unique;
}

/**
 * The field of a column.
 *
 * @param isRelation - whether its key goes by another attribute, `authorId` for `author`
 * @param isKey - whether it is the primary key, which alone may be named id
 * @param taken - names and attributes so far; the new ones are added
 * @example fieldName("author_id", true, false, new Set()) // "author"
 */
export function fieldName(column: string, isRelation: boolean, isKey: boolean, taken: Set<string>): string {
  const base = isRelation ? column.replace(/(?<=.)(_id|Id|ID)$/, "") : column;
  const [first = "", ...rest] = words(base).map(asciiWord);
  const joined = `${first.charAt(0).toLowerCase()}${first === first.toUpperCase() ? first.slice(1).toLowerCase() : first.slice(1)}${rest.map(capitalized).join("")}`;
  const name = /^[A-Za-z]/.test(joined) ? joined : `column${joined}`;
  const isMember = (candidate: string): boolean => isMemberName(candidate) || (candidate === "id" && !isKey);
  const attributes = (candidate: string): string[] => (isRelation ? [candidate, `${candidate}Id`] : [candidate]);
  const unique = free(isMember(name) ? `${name}Value` : name, (candidate) =>
    attributes(candidate).some((each) => taken.has(each) || isMember(each)),
  );
  for (const attribute of attributes(unique)) taken.add(attribute);
  return unique;
}

/** The column that a field would have by itself. */
export function defaultColumn(name: string, isRelation: boolean): string {
  return snakeCase(isRelation ? `${name}Id` : name);
}

/** The table that a model would have by itself. */
export function defaultTable(app: string, name: string): string {
  return `${app.toLowerCase()}_${name.toLowerCase()}`;
}

/** A name for a constraint that needs one, of letters that every database takes. */
export function constraintName(given: string | null, ...parts: readonly string[]): string {
  const usable = given !== null && /^[A-Za-z_]\w{0,62}$/.test(given) && !given.startsWith("sqlite_autoindex");
  return usable ? given : parts.flatMap(words).map(asciiWord).join("_").toLowerCase().slice(0, 60);
}
