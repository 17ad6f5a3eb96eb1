import { readFileSync } from "node:fs";
import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { MigrationError } from "../errors.js";
import { isField } from "../fields/field.js";
import type { Migration } from "./migration.js";
import { AddFieldOperation, AlterFieldOperation } from "./operations/fields.js";
import { AddIndexOperation } from "./operations/indexes.js";
import { AddFieldOnlineOperation, AlterColumnTypeOnlineOperation } from "./operations/online.js";
import type { Operation } from "./operations/operation.js";
import { RunCodeOperation } from "./operations/run-code.js";
import { RunSQLOperation, type SqlInput } from "./operations/run-sql.js";
import { type LoadOptions, loadMigrationsFlow, type MigrationFolder, migrationFileName, migrationFiles } from "./running/loader.js";

/**
 * The rules, and what each of them is for.
 *
 * @example
 * for (const [rule, meaning] of Object.entries(LINT_RULES).slice(0, 1)) console.log(rule, meaning); // → M000 the file cannot be loaded
 */
export const LINT_RULES = {
  M000: "the file cannot be loaded",
  M001: "AddField with NOT NULL and a default gives every row a value while the table is locked; use AddFieldOnline, BackfillBatch and SetNotNullOnline on a big table",
  M002: "AlterField may rewrite the table while it is locked; use AlterColumnTypeOnline or SetNotNullOnline on a big table",
  M003: "AddIndex locks the table against writing while it runs; use { concurrently: true } in a file with atomic: false",
  M004: "RunCode without reverse cannot be undone; give one, or RunCode.noop",
  M005: "the operation cannot be undone",
  M006: "RunSQL destroys data and its reverse does not bring it back",
  M007: "AddField with NOT NULL and no default fails on a table that has rows",
} as const;

/** The name of a rule: "M001". */
export type LintRule = keyof typeof LINT_RULES;

/** One place at which a migration may hurt. */
export interface LintFinding {
  /** The rule that found it. */
  readonly rule: LintRule;
  /** The app. */
  readonly app: string;
  /** The name of the migration. */
  readonly migration: string;
  /** Its file, where it has one. */
  readonly path: string | null;
  /** What the operation does; null where the whole file is meant. */
  readonly operation: string | null;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** What `lintMigrations` takes. */
export interface LintOptions extends LoadOptions {
  /** Only these rules; all unless given. */
  readonly rules?: readonly LintRule[];
}

/**
 * Looks for operations that lock or rewrite a table, lose data, or cannot be undone. A comment `// noqa: M001` (or
 * `DORM-M001`, several with commas) anywhere in a file keeps its findings of that rule back.
 *
 * @param apps - their labels and folders
 * @example
 * const findings = await lintMigrations([{ label: "blog", folder: "blog/migrations" }]);
 * for (const { path, rule, message } of findings) console.log(path, rule, message);
 */
export function lintMigrations(apps: readonly MigrationFolder[], options: LintOptions = {}): Promise<readonly LintFinding[]> {
  return run(lintFlow(apps, options));
}

/** As {@link lintMigrations}, without waiting. */
export function lintMigrationsSync(apps: readonly MigrationFolder[], options: LintOptions = {}): readonly LintFinding[] {
  return runSync(lintFlow(apps, options));
}

/** The flow behind {@link lintMigrations}. */
export function* lintFlow(apps: readonly MigrationFolder[], options: LintOptions): Flow<readonly LintFinding[]> {
  const findings: LintFinding[] = [];
  for (const app of apps) {
    for (const path of migrationFiles(app.folder)) {
      const suppressed = suppressedRules(readFileSync(path, "utf8"));
      try {
        const loaded = yield* loadMigrationsFlow([{ ...app, files: [path] }], options);
        findings.push(...loaded.flatMap(lintMigration).filter(({ rule }) => !suppressed.has(rule)));
      } catch (error) {
        if (!(error instanceof MigrationError)) throw error;
        if (!suppressed.has("M000"))
          findings.push({
            rule: "M000",
            app: app.label,
            migration: migrationFileName(path),
            path,
            operation: null,
            message: error.message,
          });
      }
    }
  }
  return options.rules === undefined ? findings : findings.filter(({ rule }) => options.rules?.includes(rule));
}

/**
 * The findings in one migration, suppression apart.
 *
 * @example
 * const opaque = new Migration("library", "0002_opaque", { operations: [RunSQL("DELETE FROM library_job")] });
 * console.log(lintMigration(opaque).map(({ rule }) => rule)); // → [ 'M006' ]
 */
export function lintMigration(migration: Migration): LintFinding[] {
  const { app, name, path } = migration;
  return migration.operations.flatMap((operation) =>
    rulesBroken(operation).map(
      (rule): LintFinding => ({ rule, app, migration: name, path, operation: operation.describe(), message: LINT_RULES[rule] }),
    ),
  );
}

function rulesBroken(operation: Operation): LintRule[] {
  if (operation instanceof AddFieldOnlineOperation || operation instanceof AlterColumnTypeOnlineOperation) return [];
  if (operation instanceof AddFieldOperation) {
    const { field } = operation;
    if (!isField(field) || field.null || field.generated || field.auto) return [];
    const filled = field.hasDefault() || field.filledOnSave || Object.hasOwn(field.options, "dbDefault");
    return [filled ? "M001" : "M007"];
  }
  if (operation instanceof AlterFieldOperation) return ["M002"];
  if (operation instanceof AddIndexOperation) return operation.concurrently ? [] : ["M003"];
  if (operation instanceof RunCodeOperation) return operation.reversible ? [] : ["M004"];
  if (operation instanceof RunSQLOperation) {
    if (destroys(operation.sql) && textOf(operation.options.reverseSql ?? "").trim() === "") return ["M006"];
    return operation.reversible ? [] : ["M005"];
  }
  return operation.reversible ? [] : ["M005"];
}

function textOf(sql: SqlInput): string {
  return typeof sql === "string" ? sql : sql.map((part) => (typeof part === "string" ? part : part[0])).join(";");
}

function destroys(sql: SqlInput): boolean {
  const text = textOf(sql).replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, "");
  return /\b(drop\s+(table|column|schema)|truncate)\b|\bdelete\s+from\s+\S+\s*(;|$)/i.test(text);
}

function suppressedRules(source: string): ReadonlySet<string> {
  const rules = [...source.matchAll(/(?:\/\/|\/\*|#)\s*noqa:\s*([\w\s,-]+)/gi)].flatMap(([, list = ""]) => list.match(/M\d{3}/gi) ?? []);
  return new Set(rules.map((rule) => rule.toUpperCase()));
}
