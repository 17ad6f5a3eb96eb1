export { type AppendOnlyOptions, MakeTableAppendOnly } from "./append-only.js";
export { BackfillBatch, type BackfillBatchOptions } from "./backfill-batch.js";
export { AddConstraint, AlterConstraint, RemoveConstraint } from "./constraints.js";
export { CreateModel } from "./create-model.js";
export { DeleteModel } from "./delete-model.js";
export { AddField, AlterField, type FieldOperationOptions, RemoveField } from "./fields.js";
export { AddIndex, type IndexOperationOptions, RemoveIndex } from "./indexes.js";
export {
  AlterModelManagers,
  AlterModelOptions,
  AlterModelTable,
  AlterModelTableComment,
  AlterUniqueTogether,
  type Managers,
  type PlainOptions,
} from "./model-options.js";
export {
  AddCheckConstraintOnline,
  AddFieldOnline,
  type AddFieldOnlineOptions,
  AlterColumnTypeOnline,
  type AlterColumnTypeOnlineOptions,
  SetNotNullOnline,
} from "./online.js";
export { isOperation, type MigrationField, type MigrationShape, Operation, type OperationContext } from "./operation.js";
export {
  AddPGEnumValue,
  AttachPartition,
  CreateExtension,
  CreateMaterializedView,
  CreatePartition,
  CreatePartitionedTable,
  CreatePGEnum,
  DetachPartition,
  DropMaterializedView,
  DropPGEnum,
  type PartitionedTableOptions,
  type PartitionOptions,
  RefreshMaterializedView,
  SetLockTimeout,
  ValidateConstraint,
} from "./postgresql.js";
export { RenameField } from "./rename-field.js";
export { RenameModel } from "./rename-model.js";
export {
  CreatePolicy,
  DisableRowLevelSecurity,
  DropPolicy,
  EnableRowLevelSecurity,
  ForceRowLevelSecurity,
  type PolicyOptions,
} from "./row-level-security.js";
export { type MigrationCode, type MigrationSchema, RunCode, type RunCodeOptions } from "./run-code.js";
export { RunSQL, type RunSQLOptions, type SqlInput } from "./run-sql.js";
export { SeederMigration, type SeederOptions, type SeedRow } from "./seeder.js";
export { SeparateDatabaseAndState, type SeparateOptions } from "./separate-database-and-state.js";
