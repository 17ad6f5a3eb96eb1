import { NotSupportedError } from "../errors.js";

/**
 * Stands in a dialect's table for what the database lacks: it throws when a query that needs it is worked out, before
 * anything is sent.
 *
 * @param vendor - of the dialect
 * @param what - what it lacks, as in "full-text search"
 * @param instead - what to do
 */
export function unsupported(vendor: string, what: string, instead: string): () => never {
  return () => {
    throw new NotSupportedError(`${vendor} has no ${what}. ${instead}`, { vendor });
  };
}
