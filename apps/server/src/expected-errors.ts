import { ConfigError } from '@tpmall/platform/config';
import { MigrationError } from '@tpmall/platform/migrations';
import { PostgresError } from '@tpmall/platform/postgres';
import { UsageError } from './usage-error.ts';

const EXPECTED = [UsageError, ConfigError, PostgresError, MigrationError];

/** What a machine refuses until somebody makes room or gives a right: of Node, and Postgres' disk_full. */
const OF_THE_MACHINE: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', '53100'];

/** Whether an error's message is all that a person needs; any other is a bug and shows its trace. */
export function isExpected(error: unknown): error is Error {
  if (EXPECTED.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && 'code' in error && OF_THE_MACHINE.includes(error.code);
}
