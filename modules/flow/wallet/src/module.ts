import { err, ok, SECOND } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { walletConfig } from './config.ts';
import { walletContract } from './contract/index.ts';
import { needs } from './needs.ts';
import { changeWallet, setLimit } from './service/change-wallet.ts';
import { decideWithdrawal } from './service/decide-withdrawal.ts';
import { paymentsSubscription } from './service/learn.ts';
import { openWallet } from './service/open-wallet.ts';
import { pay } from './service/pay.ts';
import { readHistory } from './service/read-history.ts';
import { readBalances, readLimits, showWallet } from './service/read-wallet.ts';
import { sweep } from './service/resolve.ts';
import { send } from './service/send.ts';
import { readStatement } from './service/statement.ts';
import { topUp } from './service/top-up.ts';
import { requestWithdrawal } from './service/withdraw.ts';
import { limitsInForce } from './store/limits.ts';
import { findOperation, listOperations, toOperation } from './store/operations.ts';
import { listWallets } from './store/wallets.ts';

/** Shoppers' balances. */
export const wallet = defineModule({
  name: 'wallet',
  contract: walletContract,
  needs,
  config: walletConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, log, ports, config }) {
    const deps = { db, clock, log, ports, config };
    return {
      implementation: {
        openWallet: (context, input) => openWallet(deps, context, input),
        findWallet: (context, input) => showWallet(deps, context, input),
        listWallets: ({ tenant }, input) => listWallets(db, tenant, input),
        changeWallet: (context, input) => changeWallet(deps, context, input),
        readBalances: (context, input) => readBalances(deps, context, input),
        readLimits: (context, input) => readLimits(deps, context, input),
        listLimits: async () => ok(await limitsInForce(db, clock.now())),
        setLimit: (context, input) => setLimit(deps, context, input),
        topUp: (context, input) => topUp(deps, context, input),
        send: (context, input) => send(deps, context, input),
        pay: (context, input) => pay(deps, context, input),
        requestWithdrawal: (context, input) => requestWithdrawal(deps, context, input),
        cancelWithdrawal: async (context, { id }) => {
          const canceled = await decideWithdrawal(deps, context, { id, to: 'canceled' });
          if (canceled.ok) return canceled;
          const { code, message, ...extra } = canceled.error;
          if (code === 'same_person' || code === 'person_needed') {
            throw new Error('whoever asked for a withdrawal may take it back');
          }
          return err(code, message, extra);
        },
        decideWithdrawal: (context, input) => decideWithdrawal(deps, context, input),
        findOperation: async ({ tenant }, { id }) => {
          const found = await findOperation(db, tenant, id);
          return found
            ? ok(toOperation(found))
            : err('not_found', `No such wallet_operation: '${id}'`, { field: 'id' });
        },
        listOperations: ({ tenant }, input) => listOperations(db, tenant, input),
        history: (context, input) => readHistory(deps, context, input),
        statement: (context, input) => readStatement(deps, context, input),
      },
      jobs: [{ name: 'sweep', every: config.sweepEverySeconds * SECOND, run: () => sweep(deps) }],
      subscriptions: [paymentsSubscription(deps)],
    };
  },
});
