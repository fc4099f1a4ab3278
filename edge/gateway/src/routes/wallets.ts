import type { Paying, Wallet } from '@tpmall/wallet/contract';
import {
  limitUseToWire,
  openWalletParameters,
  paymentIntentToWire,
  payParameters,
  sendParameters,
  topUpParameters,
  walletLimitsParameters,
  walletOperationToWire,
  walletToWire,
  withdrawParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { walletMeanings, walletRefusal } from './wallet-errors.ts';
import { walletHistoryRoutes } from './wallet-history.ts';
import { walletSamples } from './wallet-samples.ts';

const PATH = '/v1/wallet/wallets';
const shared = { tag: 'Wallets', errors: 'payments', access: 'secret' } as const;
const wallet = { name: 'Wallet', value: walletSamples.wallet };
const operation = { name: 'WalletOperation', value: walletSamples.operation };
const none = z.strictObject({});
const ofWallet = { id: '{wallet}' };

/** Shoppers' wallets, for the platform's own server on behalf of its shoppers. */
export function walletRoutes(environment: GatewayEnvironment): Route[] {
  return [
    ...standingRoutes(environment),
    ...cardRoutes(environment),
    ...movingRoutes(environment),
    ...walletHistoryRoutes(environment),
  ];
}

function standingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  const show = async (call: Call, found: Wallet): Promise<Answer> => {
    const balances = await ports.wallet.readBalances(call.context, { wallet: found.id });
    if (!balances.ok) return walletRefusal(walletMeanings.readBalances, balances.error);
    return answer(walletToWire(found, balances.value, view));
  };
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'openWallet',
      summary: 'Open a person’s wallet, or read the one there is',
      parameters: openWalletParameters,
      sample: wallet,
      examples: [{ title: 'Of a shopper', parameters: { person: '{person}' } }],
      handle: async (call, { person }) => {
        const opened = await ports.wallet.openWallet(call.context, { person });
        if (!opened.ok) return walletRefusal(walletMeanings.openWallet, opened.error);
        return show(call, opened.value);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveWallet',
      summary: 'Read a wallet with its balances',
      parameters: none,
      sample: wallet,
      examples: [{ title: 'One wallet', path: ofWallet, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const found = await ports.wallet.findWallet(call.context, { id });
        if (!found.ok) return walletRefusal(walletMeanings.findWallet, found.error);
        return show(call, found.value);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id/limits`,
      operationId: 'retrieveWalletLimits',
      summary: 'What limits a wallet in a currency, and how much of it is used',
      parameters: walletLimitsParameters,
      sample: { name: 'WalletLimitUse', value: walletSamples.limitUse },
      examples: [{ title: 'Euros', path: ofWallet, parameters: { currency: 'eur' } }],
      handle: async (call, { currency }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const read = await ports.wallet.readLimits(call.context, { wallet: id, currency });
        if (!read.ok) return walletRefusal(walletMeanings.readLimits, read.error);
        return answer(limitUseToWire(read.value));
      },
    }),
  ];
}

function cardRoutes({ ports, view }: GatewayEnvironment): Route[] {
  const sample = { name: 'WalletPaying', value: walletSamples.paying };
  const show = ({ operation: done, paymentIntent }: Paying): Answer =>
    answer({
      ...walletOperationToWire(done, view),
      payment_intent: paymentIntentToWire(paymentIntent, view),
    });
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/top_ups`,
      operationId: 'topUpWallet',
      summary:
        'Top a wallet up by card: at once with a payment method, else by confirming its payment intent',
      parameters: topUpParameters,
      sample,
      triesCards: true,
      examples: [
        { title: 'For the shopper to pay', path: ofWallet, parameters: { amount: 100, currency: 'eur' } },
        {
          title: 'With a saved card',
          path: ofWallet,
          parameters: { amount: 100, currency: 'eur', payment_method: '{payment_method}' },
        },
      ],
      handle: async (call, { payment_method: paymentMethod, receipt_email, return_url, ...asked }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const { amount, currency, customer } = asked;
        const made = await ports.wallet.topUp(call.context, {
          ...{ wallet: id, amount, currency, ip: call.ip },
          ...(customer !== undefined && { customer }),
          ...(paymentMethod !== undefined && { paymentMethod }),
          ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
          ...(return_url !== undefined && { returnUrl: return_url }),
        });
        return made.ok ? show(made.value) : walletRefusal(walletMeanings.topUp, made.error);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/payments`,
      operationId: 'payFromWallet',
      summary: 'Pay a payment intent with the balance of a wallet',
      parameters: payParameters,
      sample,
      examples: [
        {
          title: 'An order',
          path: { id: '{wallet_funded}' },
          parameters: { payment_intent: '{payment_intent_small}' },
        },
      ],
      handle: async (call, { payment_intent: paymentIntent }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const paid = await ports.wallet.pay(call.context, { wallet: id, paymentIntent, ip: call.ip });
        return paid.ok ? show(paid.value) : walletRefusal(walletMeanings.pay, paid.error);
      },
    }),
  ];
}

function movingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/sends`,
      operationId: 'sendFromWallet',
      summary: 'Send from a wallet to another shopper',
      parameters: sendParameters,
      sample: operation,
      examples: [
        {
          title: 'To a friend',
          path: { id: '{wallet_funded}' },
          parameters: { amount: 1, currency: 'eur', handle: '{handle}', note: 'For tea' },
        },
      ],
      handle: async (call, { amount, currency, handle, note }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const sent = await ports.wallet.send(call.context, {
          ...{ wallet: id, amount, currency, handle },
          ...(note !== undefined && { note }),
        });
        if (!sent.ok) return walletRefusal(walletMeanings.send, sent.error);
        return answer(walletOperationToWire(sent.value, view));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/withdrawals`,
      operationId: 'requestWithdrawal',
      summary:
        'Ask for money of a balance at a bank account; it is held until two people have said it is paid',
      parameters: withdrawParameters,
      sample: operation,
      examples: [
        {
          title: 'To an account',
          path: { id: '{wallet_funded}' },
          parameters: { amount: 1, currency: 'eur', destination: 'DE89 3704 0044 0532 0130 00' },
        },
      ],
      handle: async (call, asked) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const requested = await ports.wallet.requestWithdrawal(call.context, { wallet: id, ...asked });
        if (!requested.ok) return walletRefusal(walletMeanings.requestWithdrawal, requested.error);
        return answer(walletOperationToWire(requested.value, view));
      },
    }),
  ];
}
