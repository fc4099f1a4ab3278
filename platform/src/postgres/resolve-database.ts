import { err, ok, type Result } from '@tpmall/kernel';
import { findBinaries, type Machine, type PostgresBinaries, thisMachine } from './binaries.ts';
import { PostgresError } from './errors.ts';

/** Which Postgres to use: one that the operator runs, or the embedded one. */
export type DatabaseSource =
  | { readonly kind: 'external'; readonly url: string }
  | { readonly kind: 'embedded'; readonly binaries: PostgresBinaries };

/**
 * Chooses `DATABASE_URL` where it is set, else the embedded Postgres.
 *
 * @returns `bad_database_url` when it is not a Postgres connection string; `no_binaries` where nothing
 * embedded runs on this machine (Alpine and other musl systems): the message says so and names `DATABASE_URL`
 */
export function resolveDatabase(
  env: Readonly<Record<string, string | undefined>>,
  machine: Machine = thisMachine,
): Result<DatabaseSource, 'bad_database_url' | 'no_binaries'> {
  const url = env['DATABASE_URL'];
  if (url !== undefined && url !== '') {
    if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return ok({ kind: 'external', url });
    // The value itself is not repeated: it may hold a password.
    return err('bad_database_url', 'DATABASE_URL must be like postgres://user:password@host:5432/database.', {
      field: 'DATABASE_URL',
    });
  }
  try {
    return ok({ kind: 'embedded', binaries: findBinaries(machine) });
  } catch (error) {
    if (error instanceof PostgresError) return err('no_binaries', error.message, { field: 'DATABASE_URL' });
    throw error;
  }
}
