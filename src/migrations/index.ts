export * from "../fields/index.js";
export {
  CASCADE,
  CompositePrimaryKey,
  DO_NOTHING,
  ForeignKey,
  ManyToManyField,
  OneToOneField,
  PROTECT,
  RESTRICT,
  SET_DEFAULT,
  SET_NULL,
} from "../fields/relations.js";
export { CheckConstraint, ExclusionConstraint, Index, UniqueConstraint } from "../models/index.js";
export { registry } from "../models/registry.js";
export * from "../query/index.js";
export type { PlannedMigration } from "./detection/arrange.js";
export { type DetectionOptions, detectMigrations, detectMigrationsSync } from "./detection/autodetector.js";
export { cautiousQuestioner, type DefaultAnswer, type MigrationQuestioner } from "./detection/questioner.js";
export type { RenameHints } from "./detection/renames.js";
export {
  type DifferenceKind,
  type DifferenceOptions,
  type SchemaDifference,
  schemaDifferences,
  schemaDifferencesSync,
} from "./introspection/differences.js";
export { type InspectOptions, inspectSchema, inspectSchemaSync } from "./introspection/inspect.js";
export type {
  CheckInfo,
  ColumnInfo,
  ExclusionInfo,
  ForeignKeyInfo,
  IndexInfo,
  TableInfo,
  UniqueInfo,
} from "./introspection/schema-info.js";
export {
  LINT_RULES,
  type LintFinding,
  type LintOptions,
  type LintRule,
  lintMigration,
  lintMigrations,
  lintMigrationsSync,
} from "./lint.js";
export { checkMerge, type Merge, type MergeConflict, mergeMigrations } from "./merge.js";
export { type Dependency, Migration, type MigrationDefinition, type MigrationOptions, migration } from "./migration.js";
export * from "./operations/index.js";
export { optimize } from "./optimizer.js";
export type { MigrationEvent } from "./running/apply.js";
export {
  type ExecutorOptions,
  type MigrateOptions,
  MigrationExecutor,
  type MigrationOutcome,
  type MigrationStatus,
} from "./running/executor.js";
export { MigrationGraph } from "./running/graph.js";
export type { ModuleImporter } from "./running/import-module.js";
export { type LoadOptions, loadMigrations, loadMigrationsSync, type MigrationFolder } from "./running/loader.js";
export { findTarget, type MigrationTarget, type PlanStep } from "./running/plan.js";
export { SchemaEditor } from "./schema/imperative-editor.js";
export { type SquashedMigration, type SquashOptions, squashMigrations } from "./squash.js";
export { type HistoricalInstance, type HistoricalModel, HistoricalModels, type HistoricalQuerySet } from "./state/historical-models.js";
export { ModelState } from "./state/model-state.js";
export { ProjectState } from "./state/project-state.js";
export { stateFromModels } from "./state/state-from-models.js";
export { type Verification, type VerifyOptions, verifyMigrations, verifyMigrationsSync } from "./verify.js";
export type { Reference } from "./writing/imports.js";
export { migrationCode } from "./writing/migration-code.js";
export {
  type MigrationFile,
  migrationFilesOf,
  type WritableMigration,
  type WriteOptions,
  writeMigrationFiles,
} from "./writing/write-migrations.js";
