import { GRAPHILE_WORKER } from './install-jobs.ts';
import type { MigratedModule } from './migrate.ts';
import { readMigrations } from './read-migrations.ts';
import { PLATFORM, PLATFORM_MIGRATIONS, tenancyOf } from './roles.ts';

/**
 * Everything that decides what a migrated database looks like, as one text; templates and self-tests
 * included.
 */
export function migrationsDigest(modules: readonly MigratedModule[]): string {
  const ofModules = modules.map(({ name, migrations }) =>
    migrations === undefined ? [] : [name, readMigrations(migrations, tenancyOf(name))],
  );
  return JSON.stringify([GRAPHILE_WORKER, readMigrations(PLATFORM_MIGRATIONS, PLATFORM), ofModules]);
}
