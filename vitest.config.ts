import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of whole modules, of the launcher and of several processes: each file in a process of its own. */
const integration = ['tests/**/*.test.ts', 'modules/**/test-*/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['tests/setup/throw-away-postgres.ts'],
    // A file waits for its database and for other processes most of the time; vitest would leave one core of
    // two without work.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/src/**/*.test.ts'],
          // Files share a worker: loading the same modules for every file took eight times as long as the
          // tests.
          pool: 'threads',
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
