import type { PartyAccount } from '@tpmall/accounts/contract';
import { err, MINUTE, ok, type Result, SECOND } from '@tpmall/kernel';
import type { Implementation } from '@tpmall/platform/contract';
import { defineModule } from '@tpmall/platform/module';
import type { Card } from '@tpmall/vault/contract';
import { z } from 'zod';
import { paymentsConfig } from './config.ts';
import { paymentsContract, type resolutionOperations } from './contract/index.ts';
import { needs } from './needs.ts';
import { attachPaymentMethod, detachPaymentMethod } from './service/attach-payment-method.ts';
import { confirmationOf } from './service/authorise-payment.ts';
import { balanceSubscription, findTransactionsSoon, readBalance } from './service/balance.ts';
import { createCache } from './service/cache.ts';
import { cancelIntent } from './service/cancel-intent.ts';
import { cancelSetup } from './service/cancel-setup.ts';
import { captureIntent } from './service/capture-intent.ts';
import { createCustomer, deleteCustomer, updateCustomer } from './service/change-customers.ts';
import { clearingSubscription } from './service/clear-records.ts';
import { confirmIntent, payFromWallet } from './service/confirm-intent.ts';
import { confirmSetup } from './service/confirm-setup.ts';
import { createIntent } from './service/create-intent.ts';
import { createRefund } from './service/create-refund.ts';
import { createSetup } from './service/create-setup.ts';
import { confirmResolution } from './service/decide-resolution.ts';
import type { PaymentsDeps } from './service/deps.ts';
import { endHolds, HOLDS_JOB } from './service/end-holds.ts';
import { forgottenCardsSubscription, preferredCardsSubscription } from './service/forget-cards.ts';
import { incrementIntent } from './service/increment-intent.ts';
import { acquiringSubscription, riskSubscription } from './service/learn.ts';
import { outcomeTrail } from './service/outcome-trail.ts';
import { proposeResolution } from './service/propose-resolution.ts';
import { toCharge, toIntent, toRefund } from './service/records.ts';
import { resolvePaymentById, resolveRefundById, sweep } from './service/resolve.ts';
import { SETUPS_JOB, setupChallengeSubscription, sweepSetups } from './service/resolve-setups.ts';
import { cardSavingSubscription } from './service/save-card.ts';
import {
  searchCharges,
  searchCustomers,
  searchIntents,
  searchSubscription,
} from './service/search-payments.ts';
import { toSetupIntent } from './service/setup-records.ts';
import { updateCharge } from './service/update-charge.ts';
import { updateIntent } from './service/update-intent.ts';
import { cancelRefund, updateRefund } from './service/update-refund.ts';
import { updateSetup } from './service/update-setup.ts';
import { listTransactions } from './store/balance-transactions.ts';
import { findCustomerRecord, toCustomer } from './store/customers.ts';
import { findIntentsOf } from './store/find-cleared.ts';
import { createPaymentFinder, findChargeRecord } from './store/find-payments.ts';
import {
  type Load,
  loadCharges,
  loadCustomers,
  loadIntents,
  loadRefunds,
  loadRefundsOfCharges,
  loadSetups,
} from './store/load-found.ts';
import { listCharges, listCustomers, listIntents, listRefunds, listSetups } from './store/pages.ts';
import { findRefundRecord } from './store/refunds.ts';
import { resolutions, toResolution } from './store/resolutions.ts';
import { createPaymentStore } from './store/save-payments.ts';
import { findSetup } from './store/setups.ts';
import { findUnknownOutcomes } from './store/unknown-outcomes.ts';

const oneId = z.object({ id: z.string() });

/** Payments from the first word to the last refund. */
export const payments = defineModule({
  name: 'payments',
  contract: paymentsContract,
  needs,
  config: paymentsConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, ports, clock, random, ids, log, jobs, config }) {
    const deps: PaymentsDeps = {
      db,
      ports,
      clock,
      random,
      ids,
      log,
      jobs,
      config,
      store: createPaymentStore(db),
      findPayment: createPaymentFinder(db),
      cards: createCache<Card>(clock, config.cacheSeconds * SECOND),
      parties: createCache<PartyAccount>(clock, config.cacheSeconds * SECOND),
      openAccounts: new Set(),
    };
    return {
      implementation: implement(deps),
      jobs: [
        {
          name: 'sweep',
          every: config.sweepEverySeconds * SECOND,
          run: async () => void (await sweep(deps)),
        },
        {
          name: SETUPS_JOB,
          every: config.sweepEverySeconds * SECOND,
          run: () => sweepSetups(deps),
        },
        { name: HOLDS_JOB, every: MINUTE, run: () => endHolds(deps) },
        { name: 'resolve-payment', run: (payload) => resolvePaymentById(deps, oneId.parse(payload).id) },
        { name: 'resolve-refund', run: (payload) => resolveRefundById(deps, oneId.parse(payload).id) },
      ],
      subscriptions: [
        acquiringSubscription(deps),
        clearingSubscription(deps),
        balanceSubscription(deps),
        setupChallengeSubscription(deps),
        riskSubscription(deps),
        cardSavingSubscription(deps),
        forgottenCardsSubscription(deps),
        preferredCardsSubscription(deps),
        searchSubscription,
      ],
    };
  },
});

function implement(deps: PaymentsDeps): Implementation<typeof paymentsContract> {
  const { db } = deps;
  return {
    createIntent: async (context, input) => shown(await createIntent(deps, context, input), toIntent),
    updateIntent: async (context, input) => shown(await updateIntent(deps, context, input), toIntent),
    confirmIntent: async (context, { id, ...confirmation }) =>
      shown(await confirmIntent(deps, context, id, confirmation), toIntent),
    payFromWallet: async (context, { id, wallet, amount, currency, ip }) =>
      shown(
        await payFromWallet(deps, context, id, { wallet: { ...wallet, amount, currency }, ip }),
        toIntent,
      ),
    captureIntent: async (context, input) => shown(await captureIntent(deps, context, input), toIntent),
    incrementIntent: async (context, input) => shown(await incrementIntent(deps, context, input), toIntent),
    cancelIntent: async (context, input) => shown(await cancelIntent(deps, context, input), toIntent),
    findIntent: async ({ tenant }, { id }) =>
      found('payment_intent', (await deps.findPayment(tenant, id))?.intent, id, toIntent),
    listIntents: ({ tenant }, input) => listIntents(db, tenant, input),
    searchIntents: async ({ tenant }, input) => ok(await searchIntents(db, tenant, input)),
    updateCharge: async (context, input) => shown(await updateCharge(deps, context, input), toCharge),
    findCharge: async ({ tenant }, { id }) =>
      found('charge', await findChargeRecord(db, tenant, id), id, toCharge),
    listCharges: ({ tenant }, input) => listCharges(db, tenant, input),
    searchCharges: async ({ tenant }, input) => ok(await searchCharges(db, tenant, input)),
    createRefund: async (context, input) => shown(await createRefund(deps, context, input), toRefund),
    updateRefund: async (context, input) => shown(await updateRefund(deps, context, input), toRefund),
    cancelRefund: async (context, input) => shown(await cancelRefund(deps, context, input), toRefund),
    findRefund: async ({ tenant }, { id }) =>
      found('refund', await findRefundRecord(db, tenant, id), id, toRefund),
    listRefunds: ({ tenant }, input) => listRefunds(db, tenant, input),
    readBalance: (context) => readBalance(deps, context),
    findBalanceTransaction: async ({ tenant }, { id }) =>
      found('balance_transaction', (await findTransactionsSoon(deps, tenant, [id]))[0], id, (it) => it),
    listBalanceTransactions: ({ tenant }, input) => listTransactions(db, tenant, input),
    createCustomer: (context, input) => createCustomer(deps, context, input),
    updateCustomer: (context, input) => updateCustomer(deps, context, input),
    deleteCustomer: (context, input) => deleteCustomer(deps, context, input),
    findCustomer: async ({ tenant }, { id }) =>
      found('customer', await findCustomerRecord(db, tenant, id), id, toCustomer),
    listCustomers: ({ tenant }, input) => listCustomers(db, tenant, input),
    searchCustomers: async ({ tenant }, input) => ok(await searchCustomers(db, tenant, input)),
    createSetupIntent: async (context, input) =>
      shown(await createSetup(deps, context, input), toSetupIntent),
    updateSetupIntent: async (context, input) =>
      shown(await updateSetup(deps, context, input), toSetupIntent),
    confirmSetupIntent: async (context, { id, ...confirmation }) =>
      shown(await confirmSetup(deps, context, id, confirmation), toSetupIntent),
    cancelSetupIntent: async (context, input) =>
      shown(await cancelSetup(deps, context, input), toSetupIntent),
    findSetupIntent: async ({ tenant }, { id }) =>
      found('setup_intent', await findSetup(db, tenant, id), id, toSetupIntent),
    listSetupIntents: ({ tenant }, input) => listSetups(db, tenant, input),
    attachPaymentMethod: (context, input) => attachPaymentMethod(deps, context, input),
    detachPaymentMethod: (context, input) => detachPaymentMethod(deps, context, input),
    ...readSeveral(deps),
    ...implementResolutions(deps),
  };
}

/** What is read many at once: the objects of a page, and what they refer to. */
function readSeveral(deps: PaymentsDeps) {
  const { db } = deps;
  const several =
    <T>(load: Load<T>) =>
    async ({ tenant }: { tenant: string }, { ids }: { ids: readonly string[] }) =>
      ok(await load(db, tenant, ids));
  return {
    findIntents: several(loadIntents),
    findCharges: several(loadCharges),
    findRefunds: several(loadRefunds),
    findCustomers: several(loadCustomers),
    findSetupIntents: several(loadSetups),
    findBalanceTransactions: several((_db, tenant, ids) => findTransactionsSoon(deps, tenant, ids)),
    listRefundsOfCharges: async (
      { tenant }: { tenant: string },
      { ids, limit }: { ids: readonly string[]; limit: number },
    ) => ok(await loadRefundsOfCharges(db, tenant, ids, limit)),
  };
}

function implementResolutions(
  deps: PaymentsDeps,
): Pick<Implementation<typeof paymentsContract>, keyof typeof resolutionOperations> {
  const { db } = deps;
  return {
    unknownOutcomes: async ({ tenant }, { limit }) => ok(await findUnknownOutcomes(db, tenant, limit)),
    outcomeTrail: (context, input) => outcomeTrail(deps, context, input),
    intentsOfCommands: async ({ tenant }, { commandIds }) => {
      const intents = await findIntentsOf(db, tenant, commandIds.map(confirmationOf));
      return ok(
        commandIds.flatMap((commandId) => {
          const intent = intents.get(confirmationOf(commandId));
          return intent === undefined ? [] : [{ commandId, intent }];
        }),
      );
    },
    proposeResolution: async (context, input) =>
      shown(await proposeResolution(deps, context, input), toResolution),
    confirmResolution: async (context, input) =>
      shown(await confirmResolution(deps, context, input), toResolution),
    rejectResolution: async (context, input) =>
      shown(await resolutions.reject(deps, context, input), toResolution),
    withdrawResolution: async (context, input) =>
      shown(await resolutions.withdraw(deps, context, input), toResolution),
    findResolution: async ({ tenant }, { id }) =>
      found('resolution', await resolutions.find(deps, tenant, id), id, toResolution),
    listResolutions: async ({ tenant }, { limit, open }) =>
      ok((await resolutions.list(deps, tenant, open, limit)).map(toResolution)),
  };
}

function shown<From, To, Code extends string>(
  result: Result<From, Code>,
  show: (from: From) => To,
): Result<To, Code> {
  return result.ok ? ok(show(result.value)) : result;
}

function found<From, To>(
  what: string,
  record: From | undefined,
  id: string,
  show: (from: From) => To,
): Result<To, 'not_found'> {
  return record ? ok(show(record)) : err('not_found', `No such ${what}: '${id}'`, { field: 'id' });
}
