import { MigrationError } from "../../errors.js";
import type { Operation } from "./operation.js";
import { StatementOperation } from "./statement-operation.js";

/** A name, perhaps with its schema, each part quoted. */
function quotedName(quote: (name: string) => string, name: string): string {
  return name.split(".").map(quote).join(".");
}

/**
 * Sets how long statements of this file wait for a lock. It is over with the file's transaction.
 *
 * @param milliseconds - 0 for no limit
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     SetLockTimeout(2000),
 *     AddField("Job", "priority", IntegerField({ null: true })),
 *   ],
 * });
 */
export function SetLockTimeout(milliseconds: number): Operation {
  if (!Number.isInteger(milliseconds) || milliseconds < 0) throw new MigrationError("SetLockTimeout takes whole milliseconds.");
  const set = [`SET LOCAL lock_timeout = ${milliseconds}`];
  return new StatementOperation({
    name: "SetLockTimeout",
    args: [milliseconds],
    description: `Set lock timeout ${milliseconds}`,
    forwards: () => set,
    backwards: () => [],
    elsewhere: "skip",
  });
}

/**
 * Checks the rows against a constraint that was added NOT VALID. Undone, nothing happens.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     RunSQL("ALTER TABLE library_job ADD CONSTRAINT tries CHECK (attempts >= 0) NOT VALID", {
 *       reverseSql: "ALTER TABLE library_job DROP CONSTRAINT tries",
 *     }),
 *     ValidateConstraint("library_job", "tries"),
 *   ],
 * });
 */
export function ValidateConstraint(table: string, name: string): Operation {
  return new StatementOperation({
    name: "ValidateConstraint",
    args: [table, name],
    description: `Validate constraint ${name}`,
    forwards: (runner) => [`ALTER TABLE ${quotedName((part) => runner.quote(part), table)} VALIDATE CONSTRAINT ${runner.quote(name)}`],
    backwards: () => [],
    elsewhere: "refuse",
  });
}

/**
 * Makes a materialized view.
 *
 * @param sql - the query behind it
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreateMaterializedView("elders", "SELECT id, name FROM library_author WHERE age >= 60"),
 *   ],
 * });
 */
export function CreateMaterializedView(name: string, sql: string): Operation {
  return new StatementOperation({
    name: "CreateMaterializedView",
    args: [name, sql],
    description: `Create materialized view ${name}`,
    forwards: (runner) => [`CREATE MATERIALIZED VIEW ${quotedName((part) => runner.quote(part), name)} AS ${sql}`],
    backwards: (runner) => [`DROP MATERIALIZED VIEW ${quotedName((part) => runner.quote(part), name)}`],
    elsewhere: "refuse",
  });
}

/**
 * Fills a materialized view anew. Undone, nothing happens.
 *
 * @param options - `concurrently: true` lets readers go on meanwhile; the view needs a unique index, and the file `atomic: false`
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreateMaterializedView("elders", "SELECT id, name FROM library_author WHERE age >= 60"),
 *     RefreshMaterializedView("elders"),
 *   ],
 * });
 */
export function RefreshMaterializedView(name: string, options: { readonly concurrently?: boolean } = {}): Operation {
  const concurrently = options.concurrently === true;
  return new StatementOperation({
    name: "RefreshMaterializedView",
    args: [name, options],
    description: `Refresh materialized view ${name}`,
    forwards: (runner) => [
      `REFRESH MATERIALIZED VIEW ${concurrently ? "CONCURRENTLY " : ""}${quotedName((part) => runner.quote(part), name)}`,
    ],
    backwards: () => [],
    elsewhere: "refuse",
    outsideTransaction: concurrently,
  });
}

/**
 * Drops a materialized view.
 *
 * @param options - `reverseSql`, the query to make it again; without it there is no way back
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreateMaterializedView("elders", "SELECT id, name FROM library_author WHERE age >= 60"),
 *     DropMaterializedView("elders", { reverseSql: "SELECT id, name FROM library_author WHERE age >= 60" }),
 *   ],
 * });
 */
export function DropMaterializedView(name: string, options: { readonly reverseSql?: string } = {}): Operation {
  const { reverseSql } = options;
  return new StatementOperation({
    name: "DropMaterializedView",
    args: [name, options],
    description: `Drop materialized view ${name}`,
    forwards: (runner) => [`DROP MATERIALIZED VIEW ${quotedName((part) => runner.quote(part), name)}`],
    backwards:
      reverseSql === undefined
        ? null
        : (runner) => [`CREATE MATERIALIZED VIEW ${quotedName((part) => runner.quote(part), name)} AS ${reverseSql}`],
    elsewhere: "refuse",
  });
}

/** What `CreatePartitionedTable` takes. */
export interface PartitionedTableOptions {
  /** The columns and constraints, as in CREATE TABLE. */
  readonly columnsSql: string;
  /** How rows are divided. */
  readonly method: "RANGE" | "LIST" | "HASH";
  /** The column, or the columns separated by commas, by which rows are divided. */
  readonly key: string;
}

/**
 * Makes a table that is divided into partitions.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreatePartitionedTable("visit", { columnsSql: "day date NOT NULL, path text", method: "RANGE", key: "day" }),
 *   ],
 * });
 */
export function CreatePartitionedTable(name: string, options: PartitionedTableOptions): Operation {
  if (!["RANGE", "LIST", "HASH"].includes(options.method))
    throw new MigrationError(`CreatePartitionedTable("${name}"): method must be RANGE, LIST or HASH.`);
  return new StatementOperation({
    name: "CreatePartitionedTable",
    args: [name, options],
    description: `Create partitioned table ${name}`,
    forwards: (runner) => [
      `CREATE TABLE ${quotedName((part) => runner.quote(part), name)} (${options.columnsSql}) PARTITION BY ${options.method} (${options.key})`,
    ],
    backwards: (runner) => [`DROP TABLE ${quotedName((part) => runner.quote(part), name)}`],
    elsewhere: "refuse",
  });
}

/** What the operations on partitions take. */
export interface PartitionOptions {
  /** The partitioned table. */
  readonly parent: string;
  /** The partition. */
  readonly name: string;
  /** What belongs into it: `FROM ('2026-01-01') TO ('2026-04-01')`, `IN ('a')`, `WITH (MODULUS 4, REMAINDER 0)`, or `DEFAULT`. */
  readonly forValues: string;
}

const forValues = (values: string): string => (values.trim().toUpperCase() === "DEFAULT" ? "DEFAULT" : `FOR VALUES ${values}`);

/**
 * Makes a partition. Undone, it is dropped with its rows.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreatePartitionedTable("visit", { columnsSql: "day date NOT NULL, path text", method: "RANGE", key: "day" }),
 *     CreatePartition({ parent: "visit", name: "visit_2026", forValues: "FROM ('2026-01-01') TO ('2027-01-01')" }),
 *   ],
 * });
 */
export function CreatePartition(options: PartitionOptions): Operation {
  const { parent, name, forValues: values } = options;
  return new StatementOperation({
    name: "CreatePartition",
    args: [options],
    description: `Create partition ${name}`,
    forwards: (runner) => [`CREATE TABLE ${runner.quote(name)} PARTITION OF ${runner.quote(parent)} ${forValues(values)}`],
    backwards: (runner) => [`DROP TABLE ${runner.quote(name)}`],
    elsewhere: "refuse",
  });
}

const attach = (runner: { quote(name: string): string }, { parent, name, forValues: values }: PartitionOptions): string[] => [
  `ALTER TABLE ${runner.quote(parent)} ATTACH PARTITION ${runner.quote(name)} ${forValues(values)}`,
];
const detach = (runner: { quote(name: string): string }, { parent, name }: Pick<PartitionOptions, "parent" | "name">): string[] => [
  `ALTER TABLE ${runner.quote(parent)} DETACH PARTITION ${runner.quote(name)}`,
];

/**
 * Makes a table that is there a partition of another one.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreatePartitionedTable("visit", { columnsSql: "day date NOT NULL, path text", method: "RANGE", key: "day" }),
 *     RunSQL("CREATE TABLE visit_old (day date NOT NULL, path text)", { reverseSql: "DROP TABLE visit_old" }),
 *     AttachPartition({ parent: "visit", name: "visit_old", forValues: "DEFAULT" }),
 *   ],
 * });
 */
export function AttachPartition(options: PartitionOptions): Operation {
  return new StatementOperation({
    name: "AttachPartition",
    args: [options],
    description: `Attach partition ${options.name}`,
    forwards: (runner) => attach(runner, options),
    backwards: (runner) => detach(runner, options),
    elsewhere: "refuse",
  });
}

/**
 * Makes a partition a table of its own.
 *
 * @param options - with `forValues` it can be attached again, without there is no way back
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreatePartitionedTable("visit", { columnsSql: "day date NOT NULL, path text", method: "RANGE", key: "day" }),
 *     CreatePartition({ parent: "visit", name: "visit_2026", forValues: "FROM ('2026-01-01') TO ('2027-01-01')" }),
 *     DetachPartition({ parent: "visit", name: "visit_2026", forValues: "FROM ('2026-01-01') TO ('2027-01-01')" }),
 *   ],
 * });
 */
export function DetachPartition(options: Omit<PartitionOptions, "forValues"> & { readonly forValues?: string }): Operation {
  const { parent, name, forValues: values } = options;
  return new StatementOperation({
    name: "DetachPartition",
    args: [options],
    description: `Detach partition ${name}`,
    forwards: (runner) => detach(runner, options),
    backwards: values === undefined ? null : (runner) => attach(runner, { parent, name, forValues: values }),
    elsewhere: "refuse",
  });
}

/**
 * Makes an enumerated type, for `EnumField({ typeName })`. Elsewhere nothing is needed.
 *
 * @example
 * // PostgreSQL
 * export default migration({ operations: [CreatePGEnum("level", ["gold", "tin"])] });
 */
export function CreatePGEnum(name: string, values: readonly string[]): Operation {
  return new StatementOperation({
    name: "CreatePGEnum",
    args: [name, values],
    description: `Create enum ${name}`,
    forwards: (runner) => [
      `CREATE TYPE ${runner.quote(name)} AS ENUM (${values.map((value) => runner.dialect.literal(value)).join(", ")})`,
    ],
    backwards: (runner) => [`DROP TYPE ${runner.quote(name)}`],
    elsewhere: "skip",
  });
}

/**
 * Drops an enumerated type.
 *
 * @param options - `reverseValues`, without which there is no way back
 * @example
 * // PostgreSQL
 * export default migration({
 *   operations: [
 *     CreatePGEnum("level", ["gold", "tin"]),
 *     DropPGEnum("level", { reverseValues: ["gold", "tin"] }),
 *   ],
 * });
 */
export function DropPGEnum(name: string, options: { readonly reverseValues?: readonly string[] } = {}): Operation {
  const { reverseValues } = options;
  return new StatementOperation({
    name: "DropPGEnum",
    args: [name, options],
    description: `Drop enum ${name}`,
    forwards: (runner) => [`DROP TYPE ${runner.quote(name)}`],
    backwards:
      reverseValues === undefined
        ? null
        : (runner) => [
            `CREATE TYPE ${runner.quote(name)} AS ENUM (${reverseValues.map((value) => runner.dialect.literal(value)).join(", ")})`,
          ],
    elsewhere: "skip",
  });
}

/**
 * Adds a value to an enumerated type; there is no way back. The file says `atomic: false`, so that the value can be used at once.
 *
 * @example
 * // PostgreSQL
 * export default migration({
 *   atomic: false,
 *   operations: [
 *     CreatePGEnum("level", ["gold", "tin"]),
 *     AddPGEnumValue("level", "silver", { before: "tin" }),
 *   ],
 * });
 */
export function AddPGEnumValue(name: string, value: string, options: { readonly before?: string } = {}): Operation {
  return new StatementOperation({
    name: "AddPGEnumValue",
    args: [name, value, options],
    description: `Add value ${value} to enum ${name}`,
    forwards: (runner) => [
      `ALTER TYPE ${runner.quote(name)} ADD VALUE IF NOT EXISTS ${runner.dialect.literal(value)}${options.before === undefined ? "" : ` BEFORE ${runner.dialect.literal(options.before)}`}`,
    ],
    backwards: null,
    elsewhere: "skip",
    outsideTransaction: true,
  });
}

/**
 * Makes an extension available, as citext or hstore. Undone, it is dropped. Elsewhere nothing is needed.
 *
 * @example
 * // PostgreSQL
 * export default migration({ operations: [CreateExtension("fuzzystrmatch")] });
 */
export function CreateExtension(name: string): Operation {
  return new StatementOperation({
    name: "CreateExtension",
    args: [name],
    description: `Create extension ${name}`,
    forwards: (runner) => [`CREATE EXTENSION IF NOT EXISTS ${runner.quote(name)}`],
    backwards: (runner) => [`DROP EXTENSION IF EXISTS ${runner.quote(name)}`],
    elsewhere: "skip",
  });
}
