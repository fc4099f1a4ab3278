export { type Backup, baseBackup } from './base-backup.ts';
export { findBinaries, type Machine, type PostgresBinaries, thisMachine } from './binaries.ts';
export { checkServer } from './check-server.ts';
export { PostgresError, type PostgresErrorCode } from './errors.ts';
export { type FileLock, lockHolder, tryFileLock, withFileLock } from './file-lock.ts';
export { hasCluster, isEmbedded } from './init-cluster.ts';
export { isAlive, type ProcessIdentity, processOf } from './process-identity.ts';
export { type DatabaseSource, resolveDatabase } from './resolve-database.ts';
export { restoreBackup } from './restore.ts';
export {
  type RunningPostgres,
  removePostgres,
  type StartOptions,
  startPostgres,
  stopPostgres,
} from './start-postgres.ts';
