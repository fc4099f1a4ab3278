import { err, ok } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { expect, it } from 'vitest';
import { counterWith, environmentWith, formIdOf, ids, person, submit } from '../fixtures.ts';
import { topUpRoutes } from './top-up-routes.ts';
import { walletRoutes } from './wallet-routes.ts';

const limit = { tier: 'basic', currency: 'eur', transactionMax: 150_00n };

/** The pages of a wallet that answers every movement with a code, and what it was asked. */
function pagesThatAnswer(code: string) {
  const commands: string[] = [];
  const currencies: string[] = [];
  const move = async ({ commandId }: OutgoingContext, { currency }: { readonly currency: string }) => {
    commands.push(commandId);
    currencies.push(currency);
    return err(code, 'no');
  };
  const environment = environmentWith({
    wallet: {
      openWallet: async () => ok({ id: 'wal_1', tenant: 'acct_p', person: person.id, tier: 'basic' }),
      listLimits: async () => ok([limit]),
      readLimits: async () => ok({ limit }),
      readBalances: async () => ok([{ currency: 'eur', available: 100_00n, pending: 0n }]),
      ...{ send: move, topUp: move, requestWithdrawal: move },
    },
  });
  const counter = counterWith(environment);
  const routes = [...walletRoutes(environment, counter), ...topUpRoutes(environment, counter)];
  /** Sends a form; the id of the form that the page shows again. */
  const post = async (path: string, form: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const answer = await submit(routes, path, form);
    expect(answer).toMatchObject({ kind: 'page', status: 400 });
    return formIdOf(answer);
  };
  return { commands, currencies, post, routes };
}

const FORMS = [
  ['/wallet/send', { handle: '@bob' }],
  ['/wallet/withdraw', { destination: 'DE89 3704' }],
  ['/wallet/top-up', {}],
] as const;

it.each(FORMS)('%s that nobody answered is the same form when it is sent once more', async (path, more) => {
  for (const code of ['unknown', 'unavailable']) {
    const { commands, post } = pagesThatAnswer(code);
    const form = { currency: 'eur', amount: '25,50', ...more };
    const again = await post(path, { ...form, form_id: ids.next('form') });
    await post(path, { ...form, form_id: again ?? '' });
    expect(commands).toHaveLength(2);
    expect(new Set(commands).size).toBe(1);
  }
});

it.each(FORMS)('%s that was refused is another form when it is mended', async (path, more) => {
  const { commands, post } = pagesThatAnswer('limit_exceeded');
  const form = { currency: 'eur', amount: '25.50', ...more };
  const again = await post(path, { ...form, form_id: ids.next('form') });
  await post(path, { ...form, amount: '5', form_id: again ?? '' });
  expect(new Set(commands).size).toBe(2);
});

it.each(FORMS)('%s that nobody answered is the same form after a slip of the pen', async (path, more) => {
  const { commands, post } = pagesThatAnswer('unknown');
  const form = { currency: 'eur', amount: '25.50', ...more };
  const again = await post(path, { ...form, form_id: ids.next('form') });
  const wrong = await post(path, { ...form, amount: '', form_id: again ?? '' });
  await post(path, { ...form, form_id: wrong ?? '' });
  expect(commands).toHaveLength(2);
  expect(new Set(commands).size).toBe(1);
});

it.each([
  ['/wallet/send', 'Write to whom it shall go.'],
  ['/wallet/withdraw', 'Write where it shall go: an IBAN, or bank and account number.'],
])('%s with a field left empty says what to write there', async (path, said) => {
  const answer = await submit(pagesThatAnswer('unknown').routes, path, { currency: 'eur', amount: '5' });
  expect(answer.kind === 'page' && answer.html).toContain(said);
});

it.each(FORMS)(
  '%s in a currency that the wallet holds no more is no other currency’s',
  async (path, more) => {
    const { currencies, post } = pagesThatAnswer('currency_not_offered');
    await post(path, { currency: 'jpy', amount: '5000', ...more, form_id: ids.next('form') });
    expect(currencies).toEqual(['jpy']);
  },
);
