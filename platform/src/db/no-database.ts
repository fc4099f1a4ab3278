import type { Database } from './types.ts';

/** The database of a module that has no data: reaching for it is a mistake in the module. */
export function noDatabase(module: string): Database {
  const refuse = (): never => {
    throw new Error(`the module ${module} declares no migrations, so it has no database`);
  };
  return {
    run: refuse,
    transaction: refuse,
    get url() {
      return refuse();
    },
    close: async () => {},
  };
}
