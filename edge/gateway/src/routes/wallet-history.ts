import { CSV_TYPE, csv } from '@tpmall/platform/pages';
import {
  listEntriesParameters,
  listOperationsParameters,
  listToWire,
  pageFromWire,
  statementParameters,
  walletEntryToWire,
  walletOperationToWire,
  walletStatementRows,
  walletStatementToWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { aFile } from './page-answers.ts';
import { walletMeanings, walletRefusal } from './wallet-errors.ts';
import { walletSamples } from './wallet-samples.ts';

const PATH = '/v1/wallet/wallets';
const OPERATIONS = '/v1/wallet/operations';
const shared = { tag: 'Wallets', errors: 'payments', access: 'secret' } as const;
const operation = { name: 'WalletOperation', value: walletSamples.operation };
const none = z.strictObject({});
const ofWallet = { id: '{wallet}' };

/** What was asked of wallets, and what changed their balances. */
export function walletHistoryRoutes(environment: GatewayEnvironment): Route[] {
  return [...operationRoutes(environment), ...historyRoutes(environment)];
}

function operationRoutes({ ports, view }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: OPERATIONS,
      operationId: 'listWalletOperations',
      summary: 'List what was asked of wallets, newest first',
      parameters: listOperationsParameters,
      sample: {
        name: 'WalletOperationList',
        value: listToWire(OPERATIONS, [walletSamples.operation], false),
      },
      examples: [{ title: 'Of one wallet', parameters: { wallet: '{wallet}', limit: 3 } }],
      handle: async (call, { wallet: of, kind, status, ...page }) => {
        const listed = await ports.wallet.listOperations(call.context, {
          ...pageFromWire(page),
          ...(of !== undefined && { wallet: of }),
          ...(kind !== undefined && { kind }),
          ...(status !== undefined && { status }),
        });
        if (!listed.ok) return walletRefusal(walletMeanings.listOperations, listed.error);
        const objects = listed.value.items.map((each) => walletOperationToWire(each, view));
        return answer(listToWire(OPERATIONS, objects, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${OPERATIONS}/:id`,
      operationId: 'retrieveWalletOperation',
      summary: 'Read what was asked of a wallet',
      parameters: none,
      sample: operation,
      examples: [{ title: 'One', path: { id: '{wallet_operation}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet operation');
        const found = await ports.wallet.findOperation(call.context, { id });
        if (!found.ok) return walletRefusal(walletMeanings.findOperation, found.error);
        return answer(walletOperationToWire(found.value, view));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${OPERATIONS}/:id/cancel`,
      operationId: 'cancelWithdrawal',
      summary: 'Take back a withdrawal that nobody has decided about',
      parameters: none,
      sample: operation,
      examples: [{ title: 'One', path: { id: '{withdrawal}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'withdrawal');
        const canceled = await ports.wallet.cancelWithdrawal(call.context, { id });
        if (!canceled.ok) return walletRefusal(walletMeanings.cancelWithdrawal, canceled.error);
        return answer(walletOperationToWire(canceled.value, view));
      },
    }),
  ];
}

function historyRoutes({ ports }: GatewayEnvironment): Route[] {
  const example = { title: 'November', path: ofWallet, parameters: { currency: 'eur', month: '2026-11' } };
  return [
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id/entries`,
      operationId: 'listWalletEntries',
      summary: 'List what changed a balance, newest first',
      parameters: listEntriesParameters,
      sample: { name: 'WalletEntryList', value: listToWire(PATH, [walletSamples.entry], false) },
      examples: [{ title: 'Euros', path: ofWallet, parameters: { currency: 'eur', limit: 3 } }],
      handle: async (call, { currency, kind, ...page }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const { limit, startingAfter, createdFrom, createdTo } = pageFromWire(page);
        const read = await ports.wallet.history(call.context, {
          ...{ wallet: id, currency, limit },
          ...(startingAfter !== undefined && { startingAfter }),
          ...(kind !== undefined && { kind }),
          ...(createdFrom !== undefined && { from: createdFrom }),
          ...(createdTo !== undefined && { to: createdTo }),
        });
        if (!read.ok) return walletRefusal(walletMeanings.history, read.error);
        return answer(
          listToWire(`${PATH}/${id}/entries`, read.value.items.map(walletEntryToWire), read.value.hasMore),
        );
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id/statement`,
      operationId: 'retrieveWalletStatement',
      summary: 'The statement of a month: opening, entries and closing add up',
      parameters: statementParameters,
      sample: { name: 'WalletStatement', value: walletSamples.statement },
      examples: [example],
      handle: async (call, { currency, month }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const read = await ports.wallet.statement(call.context, { wallet: id, currency, month });
        if (!read.ok) return walletRefusal(walletMeanings.statement, read.error);
        return answer(walletStatementToWire(read.value));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id/statement.csv`,
      operationId: 'downloadWalletStatement',
      summary: 'The same as a CSV file, amounts with the decimals of their currency',
      answers: CSV_TYPE,
      parameters: statementParameters,
      examples: [example],
      handle: async (call, { currency, month }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'wallet');
        const read = await ports.wallet.statement(call.context, { wallet: id, currency, month });
        if (!read.ok) return walletRefusal(walletMeanings.statement, read.error);
        return aFile(`statement-${id}-${currency}-${month}`, csv(walletStatementRows(read.value)));
      },
    }),
  ];
}
