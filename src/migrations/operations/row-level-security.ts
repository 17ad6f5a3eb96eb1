import { MigrationError } from "../../errors.js";
import type { Operation } from "./operation.js";
import { StatementOperation } from "./statement-operation.js";

/** An operation on a table by two opposite clauses of ALTER TABLE. */
function switching(name: string, table: string, description: string, there: string, back: string): Operation {
  return new StatementOperation({
    name,
    args: [table],
    description: `${description} ${table}`,
    forwards: (runner) => [`ALTER TABLE ${runner.quote(table)} ${there} ROW LEVEL SECURITY`],
    backwards: (runner) => [`ALTER TABLE ${runner.quote(table)} ${back} ROW LEVEL SECURITY`],
    elsewhere: "skip",
  });
}

/**
 * Lets policies decide which rows of a table a role sees.
 *
 * @example
 * // PostgreSQL
 * export default migration({ operations: [EnableRowLevelSecurity("library_author")] });
 */
export function EnableRowLevelSecurity(table: string): Operation {
  return switching("EnableRowLevelSecurity", table, "Enable row level security of", "ENABLE", "DISABLE");
}

/**
 * Undoes {@link EnableRowLevelSecurity}.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     EnableRowLevelSecurity("library_author"),
 *     DisableRowLevelSecurity("library_author"),
 *   ],
 * });
 */
export function DisableRowLevelSecurity(table: string): Operation {
  return switching("DisableRowLevelSecurity", table, "Disable row level security of", "DISABLE", "ENABLE");
}

/**
 * Makes the policies of a table hold for its owner too.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     EnableRowLevelSecurity("library_author"),
 *     ForceRowLevelSecurity("library_author"),
 *   ],
 * });
 */
export function ForceRowLevelSecurity(table: string): Operation {
  return switching("ForceRowLevelSecurity", table, "Force row level security of", "FORCE", "NO FORCE");
}

/** What `CreatePolicy` takes. */
export interface PolicyOptions {
  /** The table. */
  readonly table: string;
  /** The statements that it is for; ALL unless given. */
  readonly command?: "ALL" | "SELECT" | "INSERT" | "UPDATE" | "DELETE";
  /** The roles that it is for; all unless given. */
  readonly roles?: readonly string[];
  /** SQL: the rows that are there for the role; needed except for INSERT. */
  readonly using?: string;
  /** SQL: the rows that may be written; needed for INSERT. */
  readonly check?: string;
  /** False: it narrows what the other policies allow. */
  readonly permissive?: boolean;
}

/**
 * Makes a policy of a table.
 *
 * @throws MigrationError where the condition that its command needs is missing
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     EnableRowLevelSecurity("library_author"),
 *     CreatePolicy("grown_up", { table: "library_author", command: "SELECT", using: "age >= 18" }),
 *   ],
 * });
 */
export function CreatePolicy(name: string, options: PolicyOptions): Operation {
  const { table, command = "ALL", roles = [], using, check, permissive = true } = options;
  if (command === "INSERT" ? check === undefined : using === undefined)
    throw new MigrationError(`CreatePolicy("${name}"): a policy for ${command} needs "${command === "INSERT" ? "check" : "using"}".`);
  if (command === "INSERT" && using !== undefined)
    throw new MigrationError(`CreatePolicy("${name}"): a policy for INSERT has no "using", as there is no row yet.`);
  return new StatementOperation({
    name: "CreatePolicy",
    args: [name, options],
    description: `Create policy ${name}`,
    forwards: (runner) => [
      [
        `CREATE POLICY ${runner.quote(name)} ON ${runner.quote(table)}`,
        permissive ? "" : " AS RESTRICTIVE",
        ` FOR ${command}`,
        roles.length > 0
          ? ` TO ${roles.map((role) => (/^(public|current_user|session_user|current_role)$/i.test(role) ? role : runner.quote(role))).join(", ")}`
          : "",
        using === undefined ? "" : ` USING (${using})`,
        check === undefined ? "" : ` WITH CHECK (${check})`,
      ].join(""),
    ],
    backwards: (runner) => [`DROP POLICY ${runner.quote(name)} ON ${runner.quote(table)}`],
    elsewhere: "skip",
  });
}

/**
 * Drops a policy; there is no way back, as nothing says what it was.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreatePolicy("grown_up", { table: "library_author", using: "age >= 18" }),
 *     DropPolicy("grown_up", "library_author"),
 *   ],
 * });
 */
export function DropPolicy(name: string, table: string): Operation {
  return new StatementOperation({
    name: "DropPolicy",
    args: [name, table],
    description: `Drop policy ${name}`,
    forwards: (runner) => [`DROP POLICY ${runner.quote(name)} ON ${runner.quote(table)}`],
    backwards: null,
    elsewhere: "skip",
  });
}
