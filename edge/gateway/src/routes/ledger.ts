import { BATCH_MAX, type ledgerContract } from '@tpmall/ledger/contract';
import type { CodeOf } from '@tpmall/platform/contract';
import {
  accountFilterFromWire,
  accountsFromWire,
  accountsToWire,
  asOfFromWire,
  balancesToWire,
  digestToWire,
  idsFromWire,
  parameter,
  queryFilterFromWire,
  resultsToWire,
  transfersFromWire,
  transfersToWire,
  trialBalanceToWire,
  verificationToWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import type { Shaped } from '../openapi/answer-shape.ts';
import { type Answer, answer, type Meanings, refusal } from '../pipeline/answer.ts';
import { batchRoute, type Route, route } from '../pipeline/route.ts';
import { accountSchema, batchSchema, filterSchema, idsSchema, transferSchema } from './ledger-schemas.ts';
import {
  accountResultsShape,
  accountsShape,
  balancesShape,
  digestShape,
  historyShape,
  transferResultsShape,
  transfersShape,
  trialBalanceShape,
  verificationShape,
} from './ledger-shapes.ts';

/**
 * A batch of 8,190 transfers with every field given takes less; every other endpoint has far smaller bodies.
 */
const LEDGER_BODY_BYTES = 4 * 1024 * 1024;
const PATH = '/v1/ledger';

type Operations = (typeof ledgerContract)['operations'];
const meanings = {
  createAccounts: {
    account_owned_by_module: 'ledger_account_owned',
    account_limit_reached: 'ledger_account_limit_reached',
  },
  createTransfers: { account_owned_by_module: 'ledger_account_owned' },
} as const satisfies {
  readonly createAccounts: Meanings<CodeOf<Operations['createAccounts']>>;
  readonly createTransfers: Meanings<CodeOf<Operations['createTransfers']>>;
};

const jsonText = (body: string): Answer => ({ kind: 'json-text', body });

/** An instant of the ledger: nanoseconds since the epoch, as decimal string. */
export const ledgerInstant = parameter({ type: 'string', pattern: '^\\d{1,19}$' }, (value) =>
  typeof value === 'string' && /^\d{1,19}$/.test(value)
    ? { value: BigInt(value) }
    : { code: 'parameter_invalid_integer', message: 'must be nanoseconds since 1970, as decimal string' },
);

const shared = { tag: 'Ledger', errors: 'problem', access: 'operator' } as const;
const batch = { ...shared, method: 'POST', bodyLimit: LEDGER_BODY_BYTES } as const;

/** The ledger, over its module: TigerBeetle's accounts and transfers, with an operator key. */
export function ledgerRoutes(environment: GatewayEnvironment): Route[] {
  return [
    ...creatingRoutes(environment),
    ...lookupRoutes(environment),
    ...queryRoutes(environment),
    ...reportRoutes(environment),
  ];
}

function creatingRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  return [
    batchRoute({
      ...batch,
      path: `${PATH}/accounts`,
      operationId: 'createLedgerAccounts',
      shape: accountResultsShape,
      summary: `Open up to ${BATCH_MAX} accounts; one result per item and in order`,
      schema: batchSchema('accounts', accountSchema),
      bareArray: 'accounts',
      read: accountsFromWire,
      examples: [
        {
          title: 'An account in euro',
          parameters: { accounts: [{ id: '1001', ledger: 978, code: 30000, flags: ['history'] }] },
        },
      ],
      handle: async ({ context }, accounts) => {
        const opened = await ledger.createAccounts(context, { accounts });
        return opened.ok
          ? jsonText(resultsToWire(opened.value.results))
          : refusal(meanings.createAccounts, opened.error);
      },
    }),
    batchRoute({
      ...batch,
      path: `${PATH}/transfers`,
      operationId: 'createLedgerTransfers',
      shape: transferResultsShape,
      summary: `Make up to ${BATCH_MAX} transfers; durable once answered, one result per item and in order`,
      schema: batchSchema('transfers', transferSchema),
      bareArray: 'transfers',
      read: transfersFromWire,
      examples: [
        {
          title: 'Twelve euro from one account to another',
          parameters: {
            transfers: [
              {
                id: '2001',
                debit_account_id: '1001',
                credit_account_id: '1002',
                amount: '1200',
                ledger: 978,
                code: 30000,
              },
            ],
          },
        },
      ],
      handle: async ({ context }, transfers) => {
        const made = await ledger.createTransfers(context, { transfers });
        return made.ok
          ? jsonText(resultsToWire(made.value.results))
          : refusal(meanings.createTransfers, made.error);
      },
    }),
  ];
}

function lookupRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  const lookup = { ...batch, schema: idsSchema, bareArray: 'ids', read: idsFromWire };
  const ids = [{ title: 'Two ids', parameters: { ids: ['1001', '1002'] } }];
  return [
    batchRoute({
      ...lookup,
      path: `${PATH}/accounts/lookup`,
      operationId: 'lookupLedgerAccounts',
      shape: accountsShape,
      summary: 'The accounts of these ids; unknown ids are left out',
      examples: ids,
      handle: async ({ context }, wanted) => {
        const found = await ledger.lookupAccounts(context, { ids: wanted });
        return found.ok ? jsonText(accountsToWire(found.value)) : refusal({}, found.error);
      },
    }),
    batchRoute({
      ...lookup,
      path: `${PATH}/transfers/lookup`,
      operationId: 'lookupLedgerTransfers',
      shape: transfersShape,
      summary: 'The transfers of these ids; unknown ids are left out',
      examples: [{ title: 'One id', parameters: { ids: ['2001'] } }],
      handle: async ({ context }, wanted) => {
        const found = await ledger.lookupTransfers(context, { ids: wanted });
        return found.ok ? jsonText(transfersToWire(found.value)) : refusal({}, found.error);
      },
    }),
  ];
}

function queryRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  return [
    batchRoute({
      ...batch,
      path: `${PATH}/accounts/query`,
      operationId: 'queryLedgerAccounts',
      shape: accountsShape,
      summary: 'Accounts by their data, in order of creation',
      schema: filterSchema('query'),
      read: queryFilterFromWire,
      examples: [{ title: 'Of one ledger', parameters: { ledger: 978, limit: 10 } }],
      handle: async ({ context }, filter) => {
        const found = await ledger.queryAccounts(context, filter);
        return found.ok ? jsonText(accountsToWire(found.value)) : refusal({}, found.error);
      },
    }),
    batchRoute({
      ...batch,
      path: `${PATH}/transfers/query`,
      operationId: 'queryLedgerTransfers',
      shape: transfersShape,
      summary: 'Transfers by their data, in order of time; with `account_id`, those of one account',
      schema: filterSchema('either'),
      read: (body) =>
        typeof body === 'object' && body !== null && 'account_id' in body
          ? { account: accountFilterFromWire(body) }
          : { query: queryFilterFromWire(body) },
      examples: [
        { title: 'The newest ten', parameters: { limit: 10, flags: ['reversed'] } },
        { title: 'Of one account', parameters: { account_id: '1001', limit: 10 } },
      ],
      handle: async ({ context }, filter) => {
        const found =
          filter.account === undefined
            ? await ledger.queryTransfers(context, filter.query)
            : await ledger.accountTransfers(context, filter.account);
        return found.ok ? jsonText(transfersToWire(found.value)) : refusal({}, found.error);
      },
    }),
    batchRoute({
      ...batch,
      path: `${PATH}/accounts/history`,
      operationId: 'ledgerAccountHistory',
      shape: historyShape,
      summary: 'Balances of an account with the flag `history` after each of its transfers',
      schema: filterSchema('account'),
      read: accountFilterFromWire,
      examples: [{ title: 'Of one account', parameters: { account_id: '1001', limit: 10 } }],
      handle: async ({ context }, filter) => {
        const found = await ledger.accountHistory(context, filter);
        return found.ok ? jsonText(balancesToWire(found.value)) : refusal({}, found.error);
      },
    }),
    batchRoute({
      ...batch,
      path: `${PATH}/accounts/balances`,
      operationId: 'ledgerBalancesAt',
      shape: balancesShape,
      summary: 'Balances of accounts as of an instant',
      schema: {
        ...idsSchema,
        properties: { ...idsSchema.properties, timestamp: { type: 'string', pattern: '^\\d{1,20}$' } },
        required: ['ids', 'timestamp'],
      },
      read: asOfFromWire,
      examples: [
        { title: 'Of one account', parameters: { ids: ['1001'], timestamp: '4000000000000000000' } },
      ],
      handle: async ({ context }, asOf) => {
        const found = await ledger.balancesAt(context, asOf);
        return found.ok ? jsonText(balancesToWire(found.value)) : refusal({}, found.error);
      },
    }),
  ];
}

function reportRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  const reading = { ...shared, method: 'GET' } as const;
  const nothing = z.strictObject({});
  const now = [{ title: 'Now', parameters: {} }];
  return [
    route({
      ...reading,
      path: `${PATH}/trial-balance`,
      operationId: 'ledgerTrialBalance',
      shape: trialBalanceShape,
      summary:
        'Sums per ledger and account code, now or as of an instant; debits equal credits in every ledger',
      parameters: z.strictObject({ at: ledgerInstant.optional() }),
      examples: now,
      handle: async ({ context }, { at }) => {
        const found = await ledger.trialBalance(context, at === undefined ? {} : { at });
        return found.ok
          ? answer(trialBalanceToWire(found.value) satisfies Shaped<typeof trialBalanceShape>)
          : refusal({}, found.error);
      },
    }),
    route({
      ...reading,
      path: `${PATH}/digest`,
      operationId: 'ledgerDigest',
      shape: digestShape,
      summary: 'A fingerprint of the whole ledger: equal digests mean equal accounts and balances',
      parameters: nothing,
      examples: now,
      handle: async ({ context }) => {
        const found = await ledger.digest(context, {});
        return found.ok
          ? answer(digestToWire(found.value) satisfies Shaped<typeof digestShape>)
          : refusal({}, found.error);
      },
    }),
    route({
      ...reading,
      path: `${PATH}/verify`,
      operationId: 'verifyLedger',
      shape: verificationShape,
      summary: 'Recompute every balance from the log and compare it with the running state',
      parameters: nothing,
      examples: now,
      handle: async ({ context }) => {
        const found = await ledger.verify(context, {});
        return found.ok
          ? answer(verificationToWire(found.value) satisfies Shaped<typeof verificationShape>)
          : refusal({}, found.error);
      },
    }),
  ];
}
