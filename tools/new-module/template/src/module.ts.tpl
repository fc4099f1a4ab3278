import { err, ok } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { __name__Config } from './config.ts';
import { __name__Contract } from './contract/index.ts';
import { recordEntry } from './service/record-entry.ts';
import { findEntryById } from './store/entries.ts';

/** __description__. */
export const __name__ = defineModule({
  name: '__name__',
  contract: __name__Contract,
  needs: {},
  config: __name__Config,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, ids }) {
    return {
      implementation: {
        recordEntry: (context, input) => recordEntry({ db, clock, ids }, context, input),
        findEntry: async (context, { id }) => {
          const entry = await findEntryById(db, context.tenant, id);
          return entry ? ok(entry) : err('not_found', `there is no entry ${id}`, { field: 'id' });
        },
      },
    };
  },
});
