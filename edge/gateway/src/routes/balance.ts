import {
  balanceToWire,
  balanceTransactionToWire,
  expandParameter,
  listBalanceTransactionsParameters,
  listToWire,
  pageFromWire,
  readBalanceParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, NOTHING_FOUND, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { samples } from './samples.ts';

const PATH = '/v1/balance_transactions';
const common = { tag: 'Balance', errors: 'payments', access: 'secret', method: 'GET' } as const;
const sample = { name: 'BalanceTransaction', value: samples.balanceTransaction };

/** The platform's own balance and what changed it, over the payments module. */
export function balanceRoutes({ ports, view, clock }: GatewayEnvironment, presenting: Present): Route[] {
  const { present, presentAll } = presenting;
  return [
    route({
      ...common,
      path: '/v1/balance',
      operationId: 'retrieveBalance',
      summary: 'What the platform itself has, available and pending, by currency',
      parameters: readBalanceParameters,
      sample: { name: 'Balance', value: samples.balance },
      examples: [{ title: 'All currencies', parameters: {} }],
      handle: async (call, { expand }) => {
        const problem = checkExpand(call, expand, 'balance');
        if (problem) return problem;
        const found = await ports.payments.readBalance(call.context, {});
        if (!found.ok) return refusal(paymentMeanings.readBalance, found.error);
        return answer(balanceToWire(found.value, view));
      },
    }),
    route({
      ...common,
      path: PATH,
      operationId: 'listBalanceTransactions',
      summary: 'List what changed the platform’s own balance, newest first',
      parameters: listBalanceTransactionsParameters,
      sample: {
        name: 'BalanceTransactionList',
        value: listToWire(PATH, [samples.balanceTransaction], false),
      },
      examples: [
        { title: 'Of one charge', parameters: { source: '{charge}' } },
        { title: 'Commissions', parameters: { type: 'application_fee', currency: 'eur', limit: 3 } },
      ],
      handle: async (call, parameters) => {
        const { currency, source, type, expand } = parameters;
        const listed = await ports.payments.listBalanceTransactions(call.context, {
          ...pageFromWire(parameters),
          ...(currency !== undefined && { currency }),
          ...(source !== undefined && { source }),
          ...(type !== undefined && type !== 'none' && { type }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listBalanceTransactions, listed.error);
        const { items, hasMore } = type === 'none' ? NOTHING_FOUND : listed.value;
        const objects = items.map((item) => balanceTransactionToWire(item, clock.now()));
        const all = await presentAll(call, objects, 'balance_transaction', expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, hasMore));
      },
    }),
    route({
      ...common,
      path: `${PATH}/:id`,
      operationId: 'retrieveBalanceTransaction',
      summary: 'Read a balance transaction',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [
        {
          title: 'With its charge or refund',
          path: { id: '{balance_transaction}' },
          parameters: { expand: ['source'] },
        },
      ],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'balance transaction');
        const found = await ports.payments.findBalanceTransaction(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findBalanceTransaction, found.error);
        const object = balanceTransactionToWire(found.value, clock.now());
        return present(call, object, 'balance_transaction', expand);
      },
    }),
  ];
}
