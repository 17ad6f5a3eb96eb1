import { QueryError } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import type { IsolationLevel } from "./database.js";

const LEVELS: Readonly<Record<IsolationLevel, string>> = {
  "read uncommitted": "READ UNCOMMITTED",
  "read committed": "READ COMMITTED",
  "repeatable read": "REPEATABLE READ",
  serializable: "SERIALIZABLE",
};

/** An isolation level as SQL has it. @throws QueryError for what is none */
export function isolationLevel(level: IsolationLevel, alias: string): string {
  if (Object.hasOwn(LEVELS, level)) return LEVELS[level];
  throw new QueryError(`There is no isolation level "${level}". ${didYouMean(level, Object.keys(LEVELS))}`, { alias });
}
