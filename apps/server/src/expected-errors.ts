import { ConfigError } from '@tpmall/platform/config';
import { MigrationError } from '@tpmall/platform/migrations';
import { PostgresError } from '@tpmall/platform/postgres';
import { UsageError } from './usage-error.ts';

const EXPECTED = [UsageError, ConfigError, PostgresError, MigrationError];

/** Whether an error's message is all that a person needs; any other is a bug and shows its trace. */
export function isExpected(error: unknown): error is Error {
  return EXPECTED.some((kind) => error instanceof kind);
}
