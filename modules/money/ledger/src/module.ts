import { defineModule } from '@tpmall/platform/module';
import { ledgerConfig } from './config.ts';
import { ledgerContract } from './contract/index.ts';
import { createAccounts } from './service/create-accounts.ts';
import { createTransfers } from './service/create-transfers.ts';
import type { LedgerDeps } from './service/deps.ts';
import { lookupAccounts, queryAccounts } from './service/read-accounts.ts';
import { balancesAt, trialBalance } from './service/read-balances.ts';
import {
  accountHistory,
  accountTransfers,
  lookupTransfers,
  queryTransfers,
} from './service/read-transfers.ts';
import { digest, verify } from './service/verify.ts';
import { createWriter } from './writer/create-writer.ts';

export { createWriter, type LedgerWriter, type WriterStatus } from './writer/create-writer.ts';

/** The ledger: the only place in which money moves. */
export const ledger = defineModule({
  name: 'ledger',
  contract: ledgerContract,
  needs: {},
  config: ledgerConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, log, metrics, config }) {
    const { accountsMax, ...limits } = config;
    const writer = createWriter({ db, clock, log, limits });
    const deps: LedgerDeps = { db, writer, accountsMax };
    metrics.gauge('ledger_position', 'Entries in the ledger’s log.', () => Number(writer.status().position));
    metrics.gauge('ledger_queued_items', 'Transfers and accounts waiting for their commit.', () => {
      return writer.status().queuedItems;
    });
    metrics.gauge(
      'ledger_open_pendings',
      'Pending transfers that are open.',
      () => writer.status().openPendings,
    );
    metrics.gauge('ledger_leads', '1 while this process leads the ledger.', () =>
      writer.status().mode === 'leading' ? 1 : 0,
    );
    return {
      implementation: {
        createAccounts: (context, input) => createAccounts(deps, context, input),
        createTransfers: (context, input) => createTransfers(deps, context, input),
        lookupAccounts: (context, input) => lookupAccounts(deps, context, input),
        lookupTransfers: (_context, { ids }) => lookupTransfers(deps, ids),
        queryAccounts: (context, input) => queryAccounts(deps, context, input),
        queryTransfers: (context, input) => queryTransfers(deps, context, input),
        accountTransfers: (context, input) => accountTransfers(deps, context, input),
        accountHistory: (context, input) => accountHistory(deps, context, input),
        balancesAt: (context, input) => balancesAt(deps, context, input),
        trialBalance: (context, input) => trialBalance(deps, context, input),
        digest: (context) => digest(deps, context),
        verify: (context) => verify(deps, context),
      },
      start: () => writer.start(),
      stop: () => writer.stop(),
    };
  },
});
