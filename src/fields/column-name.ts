import { ImproperlyConfigured } from "../errors.js";

/** PostgreSQL keeps 63 bytes of an identifier and cuts the rest off in silence. */
const MAX_IDENTIFIER_LENGTH = 63;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The snake_case form of a camelCase name.
 *
 * @param name - a name as written in TypeScript
 * @returns the name that the column gets
 * @example snakeCase("unitPrice") // "unit_price"
 */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * Refuses a name that no database takes unchanged.
 *
 * @param name - the name of a table, a column, a constraint or a relation
 * @param what - what is named, for the message: `blog.Author.age: dbColumn`
 * @throws ImproperlyConfigured when it is not letters, digits and underscores, or longer than 63 characters
 */
export function checkIdentifier(name: string, what: string): void {
  if (!IDENTIFIER.test(name)) {
    throw new ImproperlyConfigured(`${what}: ${JSON.stringify(name)} is not a name: use letters, digits and underscores, no digit first`);
  }
  if (name.length > MAX_IDENTIFIER_LENGTH) {
    throw new ImproperlyConfigured(`${what}: ${JSON.stringify(name)} is longer than ${MAX_IDENTIFIER_LENGTH} characters`);
  }
}

/** What stands in quotes wherever SQL names it. */
const QUOTED_NAME = /^[\p{L}\p{N}_$][\p{L}\p{N}_$ .-]*$/u;

/**
 * Refuses a name of a table or a column that somebody else may have given: more than {@link checkIdentifier} takes, as it is
 * quoted everywhere.
 *
 * @param name - the name of a table or a column
 * @param what - what is named, for the message: `blog.Author.age: column`
 * @throws ImproperlyConfigured when it has signs besides letters, digits, `_`, `$`, spaces, points and hyphens, or is longer
 * than 63 characters
 */
export function checkQuotedName(name: string, what: string): void {
  if (!QUOTED_NAME.test(name)) {
    throw new ImproperlyConfigured(
      `${what}: ${JSON.stringify(name)} is not a name: use letters, digits, underscores, and between them spaces, points and hyphens`,
    );
  }
  if (name.length > MAX_IDENTIFIER_LENGTH) {
    throw new ImproperlyConfigured(`${what}: ${JSON.stringify(name)} is longer than ${MAX_IDENTIFIER_LENGTH} characters`);
  }
}
