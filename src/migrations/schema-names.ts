import { createHash } from "node:crypto";

/** PostgreSQL keeps 63 bytes of an identifier and cuts the rest off in silence. */
const MAX_LENGTH = 63;

/** What a name stands for; its first word. */
export type NamedKind = "idx" | "uniq" | "fk" | "check" | "append_only";

/**
 * The name of an index or a constraint that was given none: the same for the same table and columns at any time, so
 * that what one migration makes another one finds.
 *
 * @param kind - the first word
 * @param table - the table's name
 * @param parts - the columns, and what else tells it apart
 * @returns at most 63 characters; a longer name is cut and ends in a hash of the whole
 * @example schemaName("idx", "article", ["title", "slug"]) // "idx_article_title_slug"
 */
export function schemaName(kind: NamedKind, table: string, parts: readonly string[]): string {
  const name = [kind, table, ...parts].join("_");
  return name.length <= MAX_LENGTH
    ? name
    : `${name.slice(0, MAX_LENGTH - 9)}_${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}
