import { createHash } from "node:crypto";
import { MigrationError } from "../../errors.js";
import type { Migration } from "../migration.js";
import { flat, layOut } from "../writing/code.js";
import { Imports } from "../writing/imports.js";
import { operationCode } from "../writing/migration-code.js";
import { Serializer } from "../writing/serializer.js";

/** To be raised when operations are written in another way, so that no file counts as edited for that. */
const VERSION = "1";

/** Of a function only its name counts: its source is not the same text for every loader of TypeScript. */
function functionName(value: unknown): { module: string; name: string } | undefined {
  return typeof value === "function" ? { module: "", name: `function ${value.name}` } : undefined;
}

/**
 * What tells whether the operations of a migration were edited after it was applied.
 *
 * @returns null for operations that cannot be written, of which nothing can be told
 */
export function checksumOf(migration: Migration): string | null {
  const serializer = new Serializer(new Imports(), functionName);
  try {
    const codes = migration.operations.map((operation) => operationCode(operation, serializer, migration.key));
    const text = codes.map((code) => flat(code) ?? layOut(code)).join("\n");
    return `${VERSION}:${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
  } catch (error) {
    if (error instanceof MigrationError) return null;
    throw error;
  }
}

/** Whether a migration says something else than when it was recorded. @param recorded - null where that is not known */
export function isEdited(migration: Migration, recorded: string | null): boolean {
  if (recorded === null || !recorded.startsWith(`${VERSION}:`)) return false;
  const checksum = checksumOf(migration);
  return checksum !== null && checksum !== recorded;
}
