import {
  accountToWire,
  createAccountParameters,
  expandParameter,
  listAccountsParameters,
  listToWire,
  pageFromWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, cursorMeanings, refusal } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { samples } from './samples.ts';

const PATH = '/v1/accounts';
/** Bounds of a statement descriptor made from a merchant's name. */
const DESCRIPTOR = { min: 5, max: 22 } as const;

/** Merchants of the platform, over the accounts module. */
export function accountRoutes({ ports }: GatewayEnvironment, { present, presentAll }: Present): Route[] {
  const shared = { tag: 'Accounts', errors: 'payments', access: 'secret' } as const;
  const sample = { name: 'Account', value: samples.account };
  const read = async (call: Call, id: string | undefined, expand: readonly string[] | undefined) => {
    if (id === undefined) return missing(call, 'account');
    const found = await ports.accounts.findAccounts(call.context, { ids: [id] });
    if (!found.ok) return refusal({}, found.error);
    const account = found.value[0];
    return account ? present(call, accountToWire(account), 'account', expand) : missing(call, 'account');
  };
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createAccount',
      summary: 'Connect a merchant to the platform',
      parameters: createAccountParameters,
      sample,
      examples: [
        {
          title: 'A shop that pays 2.5% and 25 cents of commission',
          parameters: {
            country: 'DE',
            default_currency: 'eur',
            business_profile: { name: 'Tea House' },
            fee_plan: { basis_points: 250, fixed: 25 },
          },
        },
      ],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'account');
        if (problem) return problem;
        const { name } = parameters.business_profile;
        const plan = parameters.fee_plan;
        const created = await ports.accounts.createMerchant(call.context, {
          name,
          country: parameters.country,
          defaultCurrency: parameters.default_currency,
          email: parameters.email ?? null,
          statementDescriptor: parameters.settings?.payments?.statement_descriptor ?? descriptorOf(name),
          feePlan: { basisPoints: plan?.basis_points ?? 0, fixed: plan?.fixed ?? 0n },
        });
        if (!created.ok) return refusal({}, created.error);
        return present(call, accountToWire(created.value), 'account', parameters.expand);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listAccounts',
      summary: 'List the merchants of the platform',
      parameters: listAccountsParameters,
      sample: { name: 'AccountList', value: listToWire(PATH, [samples.account], false) },
      examples: [{ title: 'The first ten', parameters: {} }],
      handle: async (call, { expand, ...page }) => {
        const listed = await ports.accounts.listMerchants(call.context, pageFromWire(page));
        if (!listed.ok) return refusal(cursorMeanings, listed.error);
        const { items, hasMore } = listed.value;
        const all = await presentAll(call, items.map(accountToWire), 'account', expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveAccount',
      summary: 'Read a merchant',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One merchant', path: { id: '{account}' }, parameters: {} }],
      handle: (call, { expand }) => read(call, pathId(call), expand),
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/account',
      operationId: 'retrieveOwnAccount',
      summary: 'Read the platform that the key is of',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'Whose key it is', parameters: {} }],
      handle: (call, { expand }) => read(call, call.context.tenant, expand),
    }),
  ];
}

/** What stands on statements where the merchant does not say: the printable part of the name, in capitals. */
function descriptorOf(name: string): string {
  const printable = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9 .&-]/g, '')
    .trim()
    .slice(0, DESCRIPTOR.max);
  return /[A-Z]/.test(printable) ? printable.padEnd(DESCRIPTOR.min, '.') : 'MERCHANT';
}
