export { fragment, references } from "../core/ddl/index.ts";
export type {
  CheckOption,
  ColumnOptions,
  ColumnTypeInput,
  ConstraintOptions,
  CreateTableOptions,
  DropConstraintOptions,
  DropIndexOptions,
  DropOptions,
  ExecuteInput,
  IndexColumnInput,
  IndexOptions,
  ModifyOptions,
  OnDelete,
  OnUpdate,
  PrimaryKeyOptions,
  RawSql,
  Reference,
  ReferencesOptions,
  SnakeCaseDirection,
  SnakeCaseOnDelete,
  SnakeCaseOnUpdate,
  TableOptions,
  TypeInput,
} from "../core/ddl/index.ts";
export type { IndexColumns, MigrationCommands } from "./dsl.ts";
export { migrationsPath } from "./files.ts";
export { isMigration, migration } from "./migration.ts";
export type { Migration, MigrationDefinition, MigrationStep } from "./migration.ts";
export { migrate, migrateDown, migrateUp, migratedVersions, migrations, rollback } from "./migrator.ts";
export type { MigrationStatus } from "./migrator.ts";
export type { MigrationEntry, MigrationRepo, RunOptions, SourceOptions } from "./options.ts";
export type { MigrationConfig, TimestampsOptions } from "../core/ddl/index.ts";
export type { NewTableCommands, TableCommands } from "./table.ts";
