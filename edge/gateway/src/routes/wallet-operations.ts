import { SECOND } from '@tpmall/kernel';
import {
  changeWalletParameters,
  decideWithdrawalParameters,
  listToWire,
  listWalletsParameters,
  pageFromWire,
  setLimitParameters,
  tierLimitToWire,
  walletOperationToWire,
  walletToWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { walletMeanings, walletRefusal } from './wallet-errors.ts';
import { walletSamples } from './wallet-samples.ts';

const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const WALLETS = '/v1/operations/wallets';
const LIMITS = '/v1/operations/wallet_limits';

/** What operators do about wallets: freeze them, set limits, decide about withdrawals. */
export function walletOperationRoutes(environment: GatewayEnvironment): Route[] {
  return [...standingRoutes(environment), ...limitRoutes(environment), decisionRoute(environment)];
}

function standingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: WALLETS,
      operationId: 'listWallets',
      sample: { name: 'WalletList', value: listToWire(WALLETS, [walletSamples.wallet], false) },
      summary: 'Wallets, newest first',
      parameters: listWalletsParameters,
      examples: [{ title: 'Frozen ones', parameters: { status: 'frozen', limit: 10 } }],
      handle: async (call, { status, ...page }) => {
        const listed = await ports.wallet.listWallets(call.context, {
          ...pageFromWire(page),
          ...(status !== undefined && { status }),
        });
        if (!listed.ok) return walletRefusal(walletMeanings.listWallets, listed.error);
        const objects = listed.value.items.map((each) => walletToWire(each, undefined, view));
        return answer(listToWire(WALLETS, objects, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${WALLETS}/:id`,
      operationId: 'changeWallet',
      summary: 'Freeze a wallet, let it go again, or move it to another tier',
      parameters: changeWalletParameters,
      sample: { name: 'Wallet', value: walletSamples.wallet, others: [walletSamples.walletAlone] },
      examples: [
        {
          title: 'Another tier',
          path: { id: '{wallet}' },
          parameters: { tier: 'verified', reason: 'Passport seen' },
        },
      ],
      handle: async (call, { status, tier, reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const changed = await ports.wallet.changeWallet(call.context, {
          ...{ id, reason },
          ...(status !== undefined && { status }),
          ...(tier !== undefined && { tier }),
        });
        if (!changed.ok) return walletRefusal(walletMeanings.changeWallet, changed.error);
        return answer(walletToWire(changed.value, undefined, view));
      },
    }),
  ];
}

function limitRoutes({ ports }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: LIMITS,
      operationId: 'listWalletLimits',
      sample: { name: 'WalletLimitList', value: { data: [walletSamples.limit] } },
      summary: 'The limits of wallets that are in force now, by tier and currency',
      parameters: z.strictObject({}),
      examples: [{ title: 'All', parameters: {} }],
      handle: async (call) => {
        const listed = await ports.wallet.listLimits(call.context, {});
        if (!listed.ok) return walletRefusal(walletMeanings.listLimits, listed.error);
        return answer({ data: listed.value.map(tierLimitToWire) });
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: LIMITS,
      operationId: 'setWalletLimit',
      summary: 'Add a limit of a tier; the latest that has begun counts',
      parameters: setLimitParameters,
      sample: { name: 'WalletLimit', value: walletSamples.limit },
      examples: [
        {
          title: 'Francs for the verified',
          parameters: {
            ...{ tier: 'verified', currency: 'chf', balance_max: 200_000, transaction_max: 50_000 },
            source: 'House rule 12',
          },
        },
      ],
      handle: async (call, { effective_from: from, verified = false, ...asked }) => {
        const set = await ports.wallet.setLimit(call.context, {
          ...{ tier: asked.tier, currency: asked.currency, source: asked.source, verified },
          ...(from !== undefined && { effectiveFrom: from * SECOND }),
          balanceMax: asked.balance_max,
          transactionMax: asked.transaction_max,
          dayMax: asked.day_max ?? null,
          monthMax: asked.month_max ?? null,
          yearMax: asked.year_max ?? null,
        });
        if (!set.ok) return walletRefusal(walletMeanings.setLimit, set.error);
        return answer(tierLimitToWire(set.value));
      },
    }),
  ];
}

function decisionRoute({ ports, view }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/v1/operations/withdrawals/:id',
    operationId: 'decideWithdrawal',
    summary: 'Approve or refuse a withdrawal; another person says that it was paid, failed or came back',
    parameters: decideWithdrawalParameters,
    sample: { name: 'WalletOperation', value: walletSamples.operation },
    examples: [
      {
        title: 'Approve',
        path: { id: '{withdrawal}' },
        parameters: { to: 'approved', reason: 'Account checked' },
      },
    ],
    handle: async (call, { to, reason, reference }) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'withdrawal');
      const decided = await ports.wallet.decideWithdrawal(call.context, {
        ...{ id, to, reason },
        ...(reference !== undefined && { reference }),
      });
      if (!decided.ok) return walletRefusal(walletMeanings.decideWithdrawal, decided.error);
      return answer(walletOperationToWire(decided.value, view));
    },
  });
}
