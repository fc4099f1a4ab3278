import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './tests/setup/longest-first.ts';

/** Tests of whole modules, of the launcher and of several processes. */
const integration = ['tests/**/*.test.ts', 'modules/**/test-*/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['tests/setup/throw-away-postgres.ts'],
    // A file waits for its database and for other processes most of the time; vitest would leave one core of
    // two without work.
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    // Polls end as soon as they hold; of vitest's one second a busy machine may leave a single look.
    expect: { poll: { timeout: 20_000 } },
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
          // In processes that may be paused and signalled, one a worker: loading all modules for every file
          // took minutes. What a file leaves behind in its process fails it.
          pool: 'forks',
          isolate: false,
          setupFiles: ['tests/setup/nothing-left.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
