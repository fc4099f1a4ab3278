import { MILLISECOND, ok } from '@tpmall/kernel';
import { AUDIT_EVENT } from '@tpmall/platform/events';
import { defineModule } from '@tpmall/platform/module';
import { auditConfig } from './config.ts';
import { auditContract } from './contract/index.ts';
import { appendEvents } from './service/append-entries.ts';
import { verifyChain } from './service/verify-chain.ts';
import { entriesAfter, readHead } from './store/log.ts';
import { searchEntries } from './store/search.ts';

/** One order of what was done in all modules, by whom and why. */
export const audit = defineModule({
  name: 'audit',
  contract: auditContract,
  needs: {},
  config: auditConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ config, db, metrics }) {
    metrics.gauge('tpmall_audit_position', 'Entries in the audit log', async () =>
      Number((await readHead(db)).position),
    );
    return {
      implementation: {
        entries: async (_context, { after, limit }) => {
          const entries = await entriesAfter(db, after, limit);
          return ok(entries.map(({ hash: _hash, seq: _seq, ...entry }) => entry));
        },
        searchEntries: async (_context, wanted) => ok(await searchEntries(db, wanted)),
        verifyChain: (_context, input) => verifyChain(db, input),
      },
      subscriptions: config.modules.map((from) => ({
        from,
        types: [AUDIT_EVENT],
        cursor: `audit.${from}`,
        // Nobody waits for an entry; those of half a second share their statements.
        gather: 500 * MILLISECOND,
        handleAll: appendEvents,
      })),
    };
  },
});
