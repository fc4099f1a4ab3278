import { currencyOf, formatAmount, isoInstant } from '@tpmall/kernel';
import { CSV_TYPE, csv, html } from '@tpmall/platform/pages';
import type { Statement } from '@tpmall/wallet/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Counter } from '../shop/counter.ts';
import { shopPage } from '../shop/shop-page.ts';
import { type Filled, filledFrom, withRefusal } from './amount-form.ts';
import { sendPage, withdrawPage } from './form-views.ts';
import { namesOf } from './names.ts';
import { operationPage, operationsPage, otherOf, statementPage } from './operation-views.ts';
import { pathOf, walletPage } from './overview-view.ts';
import { chosenCurrency, type Purse, purseOf } from './purse.ts';
import { walletWords } from './words.ts';

/** Entries on one page. */
const PAGE_SIZE = 20;
/** Operations among which those that are not over are looked for; older ones are on the page of all. */
const RECENT = 50;
const ID = /^[\w-]{1,64}$/;
const MONTH = /^20\d{2}-(0[1-9]|1[0-2])$/;
const UNDER_WAY = ['pending', 'requested', 'approved', 'authorised'];

/** The wallet of whoever has signed in: what is in it, and what leaves it. */
export function walletRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const atPurse = purseOf(environment, counter);
  const route = (
    method: PageRoute['method'],
    path: string,
    answer: (environment: WebEnvironment, purse: Purse) => Promise<Answer>,
  ): PageRoute => ({
    ...{ method, path, access: 'person' },
    handle: (visit) => atPurse(visit, (purse) => answer(environment, purse)),
  });
  return [
    route('GET', '/wallet', show),
    route('GET', '/wallet/send', (_environment, purse) => showForm(environment, purse, 'send', blank(purse))),
    route('POST', '/wallet/send', send),
    route('GET', '/wallet/withdraw', (_environment, purse) =>
      showForm(environment, purse, 'withdraw', blank(purse)),
    ),
    route('POST', '/wallet/withdraw', withdraw),
    route('GET', '/wallet/operations', list),
    route('GET', '/wallet/operations/:id', showOperation),
    route('POST', '/wallet/operations/:id/cancel', takeBack),
    route('GET', '/wallet/statement', async (_environment, purse) =>
      withStatement(environment, purse, async (statement) =>
        statementPage(purse, statement, await namesOf(environment, purse, statement.entries)),
      ),
    ),
    route('GET', '/wallet/statement.csv', async (_environment, purse) =>
      withStatement(environment, purse, async (statement) => download(purse, statement)),
    ),
  ];
}

async function show(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { ports, clock } = environment;
  const { visit, wallet, context } = purse;
  const currency = chosenCurrency(purse);
  const after = visit.query['after'];
  const isLater = after !== undefined && ID.test(after);
  const [balances, entries, recent, limit] = await Promise.all([
    ports.wallet.readBalances(context(), { wallet: wallet.id }),
    ports.wallet.history(context(), {
      ...{ wallet: wallet.id, currency, limit: PAGE_SIZE },
      ...(isLater && { startingAfter: after }),
    }),
    ports.wallet.listOperations(context(), { wallet: wallet.id, limit: RECENT }),
    limitOf(environment, purse, currency),
  ]);
  if (!balances.ok || !recent.ok) return plainPage(visit, 'failed');
  if (!entries.ok) return plainPage(visit, entries.error.code === 'cursor_not_found' ? 'missing' : 'failed');
  return walletPage(purse, {
    ...{ currency, balances: balances.value, limit, entries: entries.value, isLater },
    waiting: recent.value.items.filter(
      (one) =>
        UNDER_WAY.includes(one.status) &&
        one.wallet === wallet.id &&
        (one.expiresAt ?? Infinity) > clock.now(),
    ),
    names: await namesOf(environment, purse, entries.value.items),
    month: isoInstant(clock.now()).slice(0, 7),
  });
}

/** What limits the wallet in a currency; null where it cannot be read now. */
export async function limitOf({ ports }: WebEnvironment, { wallet, context }: Purse, currency: string) {
  const read = await ports.wallet.readLimits(context(), { wallet: wallet.id, currency });
  return read.ok ? read.value : null;
}

/** What can be sent or withdrawn of a currency; null where it cannot be read now. */
async function availableOf({ ports }: WebEnvironment, { wallet, context }: Purse, currency: string) {
  const read = await ports.wallet.readBalances(context(), { wallet: wallet.id });
  if (!read.ok) return null;
  return read.value.find((one) => one.currency === currency)?.available ?? 0n;
}

/** An empty form in the currency that was asked for. */
export function blank(purse: Purse): Filled {
  return { currency: chosenCurrency(purse), values: {}, errors: {} };
}

async function showForm(
  environment: WebEnvironment,
  purse: Purse,
  kind: 'send' | 'withdraw',
  filled: Filled,
): Promise<Answer> {
  const [limit, available] = await Promise.all([
    limitOf(environment, purse, filled.currency),
    availableOf(environment, purse, filled.currency),
  ]);
  const form = { filled, limit, available };
  return kind === 'send' ? sendPage(purse, form) : withdrawPage(purse, form);
}

async function send(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { ports } = environment;
  const { frame, visit, wallet, context } = purse;
  const w = walletWords[frame.language];
  const { amount, ...filled } = filledFrom(purse, ['handle', 'amount', 'note']);
  const sentAs = visit.form['form_id'];
  if (isRedrawn(visit)) return showForm(environment, purse, 'send', { ...filled, sentAs });
  const { handle = '', note = '' } = filled.values;
  const errors = {
    ...(handle === '' && { handle: w.problems.handle_missing }),
    ...(amount === null && { amount: badAmount(purse, filled) }),
  };
  if (handle === '' || amount === null) {
    return showForm(environment, purse, 'send', { ...filled, errors, sentAs });
  }
  const sent = await ports.wallet.send(context(visit.form['form_id']), {
    ...{ wallet: wallet.id, handle, currency: filled.currency, amount },
    ...(note !== '' && { note }),
  });
  if (sent.ok) return { kind: 'go', path: pathOf(sent.value) };
  if (sent.error.code === 'invalid_input') {
    const wrong =
      sent.error.field === 'note' ? { note: w.problems.line } : { handle: w.problems.handle_not_found };
    return showForm(environment, purse, 'send', { ...filled, errors: wrong });
  }
  return showForm(environment, purse, 'send', withRefusal(purse, filled, sent.error));
}

async function withdraw(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { ports } = environment;
  const { frame, visit, wallet, context } = purse;
  const w = walletWords[frame.language];
  const { amount, ...filled } = filledFrom(purse, ['amount', 'destination']);
  const sentAs = visit.form['form_id'];
  if (isRedrawn(visit)) return showForm(environment, purse, 'withdraw', { ...filled, sentAs });
  const { destination = '' } = filled.values;
  const errors = {
    ...(destination === '' && { destination: w.problems.destination_missing }),
    ...(amount === null && { amount: badAmount(purse, filled) }),
  };
  if (destination === '' || amount === null) {
    return showForm(environment, purse, 'withdraw', { ...filled, errors, sentAs });
  }
  const { currency } = filled;
  const asked = await ports.wallet.requestWithdrawal(context(visit.form['form_id']), {
    ...{ wallet: wallet.id, currency, amount, destination },
  });
  if (asked.ok) return { kind: 'go', path: pathOf(asked.value) };
  if (asked.error.code === 'invalid_input') {
    return showForm(environment, purse, 'withdraw', { ...filled, errors: { destination: w.problems.line } });
  }
  return showForm(environment, purse, 'withdraw', withRefusal(purse, filled, asked.error));
}

/** What is wrong with an amount that cannot be read. */
export function badAmount({ frame }: Purse, { currency }: Pick<Filled, 'currency'>): string {
  return walletWords[frame.language].badAmount(currencyOf(currency).exponent);
}

async function showOperation(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { visit } = purse;
  const found = await findOwn(environment, purse);
  if (typeof found === 'string') return plainPage(visit, found);
  if (found.kind === 'top_up') return { kind: 'go', path: pathOf(found) };
  const otherId = otherOf(purse, found);
  const names = await namesOf(environment, purse, [{ counterparty: otherId }]);
  return operationPage(purse, found, otherId === null ? undefined : names.get(otherId));
}

async function list(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { visit, wallet, context } = purse;
  const after = visit.query['after'];
  const isLater = after !== undefined && ID.test(after);
  const listed = await environment.ports.wallet.listOperations(context(), {
    ...{ wallet: wallet.id, limit: PAGE_SIZE },
    ...(isLater && { startingAfter: after }),
  });
  if (!listed.ok) return plainPage(visit, listed.error.code === 'cursor_not_found' ? 'missing' : 'failed');
  const others = listed.value.items.map((one) => ({ counterparty: otherOf(purse, one) }));
  return operationsPage(purse, listed.value, isLater, await namesOf(environment, purse, others));
}

async function takeBack(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { visit, context } = purse;
  const found = await findOwn(environment, purse);
  if (typeof found === 'string') return plainPage(visit, found);
  const { id } = found;
  const canceled = await environment.ports.wallet.cancelWithdrawal(context(visit.form['form_id']), { id });
  // Somebody has decided about it in the meantime: its page says what.
  const isSettled = canceled.ok || canceled.error.code === 'withdrawal_unexpected_state';
  return isSettled ? { kind: 'go', path: pathOf(found) } : plainPage(visit, 'failed');
}

/** The operation of an address, if it is this wallet's, or was made towards it. */
export async function findOwn({ ports }: WebEnvironment, { visit, wallet, context }: Purse) {
  const id = visit.path['id'] ?? '';
  if (!ID.test(id)) return 'missing';
  const found = await ports.wallet.findOperation(context(), { id });
  if (!found.ok) return found.error.code === 'not_found' ? 'missing' : 'failed';
  const { value } = found;
  return value.wallet === wallet.id || value.counterparty === wallet.id ? value : 'missing';
}

async function withStatement(
  { ports }: WebEnvironment,
  purse: Purse,
  answer: (statement: Statement) => Promise<Answer>,
): Promise<Answer> {
  const { visit, wallet, context, currencies } = purse;
  const { month = '', currency = '' } = visit.query;
  if (!MONTH.test(month) || !currencies.includes(currency)) return plainPage(visit, 'missing');
  const read = await ports.wallet.statement(context(), { wallet: wallet.id, currency, month });
  if (read.ok) return answer(read.value);
  return read.error.code === 'statement_too_large' ? tooLargePage(purse) : plainPage(visit, 'failed');
}

/** Loading it again would not help. */
function tooLargePage({ frame }: Purse): Answer {
  const w = walletWords[frame.language];
  const body = html`<h1>${w.statement}</h1><p class="lede">${w.tooLarge}</p>
<p><a class="tap" href="/wallet">${w.toWallet}</a></p>`;
  return shopPage(frame, { title: w.statement, main: 'wrap plain stack l', body });
}

function download({ frame }: Purse, { currency, month, ...statement }: Statement): Answer {
  const w = walletWords[frame.language];
  const unit = currencyOf(currency);
  const plain = (value: bigint): string => formatAmount(value, unit).replace('\u2212', '-');
  const rows = statement.entries.map((one) => [
    ...[isoInstant(one.at), w.entry[one.kind], plain(one.amount), plain(one.balance), one.note ?? '', one.id],
  ]);
  const code = currency.toUpperCase();
  const head = [w.date, w.what, `${w.amount} ${code}`, `${w.balance} ${code}`, w.note, 'id'];
  const edge = (at: number, name: string, balance: bigint) => [
    isoInstant(at),
    name,
    '',
    plain(balance),
    '',
    '',
  ];
  return {
    ...{ kind: 'download', type: CSV_TYPE, name: `statement-${currency}-${month}.csv` },
    body: csv([
      head,
      edge(statement.from, w.opening, statement.opening),
      ...rows,
      edge(statement.to, w.closing, statement.closing),
    ]),
  };
}
