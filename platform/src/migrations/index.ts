export { MigrationError, type MigrationErrorCode } from './errors.ts';
export { type Migrated, type MigratedModule, type MigrateOptions, migrate } from './migrate.ts';
