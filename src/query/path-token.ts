import { settings } from "../engine/settings.js";

/** Lookups whose SQL depends on a setting. */
const SEARCHED = /__search(?:__|$)/;

const MAX_PATHS = 10_000;
const known = new Map<string, string>();

/**
 * A path as part of a query's structure. It is marked as one, so that no field's name reads like the token of an expression:
 * a field `Exists` is not `Exists(…)`. The configuration of full-text search is part of the structure too.
 */
export function pathToken(path: string): string {
  let token = known.get(path);
  if (token === undefined) {
    token = SEARCHED.test(path) ? `@${path}` : `:${path}`;
    if (known.size >= MAX_PATHS) known.clear();
    known.set(path, token);
  }
  return token.startsWith("@") ? `${token}@${settings.searchConfig}` : token;
}
