import type { Charge, PaymentIntent } from '@tpmall/payments/contract';
import { createRateLimit, networkOf, type RateLimit } from '@tpmall/platform/http';
import { FORM_TOKEN, html } from '@tpmall/platform/pages';
import type { Operation } from '@tpmall/wallet/contract';
import { readyCard } from '../checkout/ready-card.ts';
import { tryCard } from '../checkout/try-card.ts';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { ownPath } from '../frame/own-path.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Counter } from '../shop/counter.ts';
import { type Filled, filledFrom, withRefusal } from './amount-form.ts';
import { topUpPage } from './form-views.ts';
import { type Purse, purseOf } from './purse.ts';
import {
  endedTopUpPage,
  movingTopUpPage,
  payTopUpPage,
  type ShownTopUp,
  type TopUpStage,
  withNext,
} from './top-up-views.ts';
import { badAmount, blank, findOwn, limitOf } from './wallet-routes.ts';
import { walletWords } from './words.ts';

const ATTEMPT_BYTES = 16;
const ATTEMPT = /^[\w-]{22}$/;
const CARD = /^pm_\w{1,60}$/;

/** Topping a wallet up by card: how much, the card, the bank, and what came of it. */
export function topUpRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const atPurse = purseOf(environment, counter);
  const { clock, config } = environment;
  const declines = createRateLimit(clock, config.declines.perAddress);
  const route = (
    method: PageRoute['method'],
    path: string,
    answer: (purse: Purse) => Promise<Answer>,
  ): PageRoute => ({ ...{ method, path, access: 'person' }, handle: (visit) => atPurse(visit, answer) });
  return [
    route('GET', '/wallet/top-up', (purse) => {
      const asked = blank(purse);
      const filled = { ...asked, values: { amount: purse.visit.query['amount']?.slice(0, 33) ?? '' } };
      return ask(environment, purse, filled, nextOf(purse.visit.query['next']));
    }),
    route('POST', '/wallet/top-up', (purse) => open(environment, purse)),
    route('GET', '/wallet/top-ups/:id', (purse) =>
      withTopUp(environment, purse, (shown) => showTopUp(environment, purse, shown)),
    ),
    route('POST', '/wallet/top-ups/:id', (purse) =>
      withTopUp(environment, purse, (shown) => pay(environment, declines, purse, shown)),
    ),
    route('GET', '/wallet/top-ups/:id/state', (purse) =>
      withTopUp(environment, purse, async ({ stage }) => ({ kind: 'json', body: { stage } })),
    ),
  ];
}

/** Where the shopper goes on; an order that waits to be paid, as a rule. */
function nextOf(given: string | undefined): string {
  return ownPath(given) ?? '';
}

async function ask(environment: WebEnvironment, purse: Purse, filled: Filled, next: string): Promise<Answer> {
  const limit = await limitOf(environment, purse, filled.currency);
  return topUpPage(purse, { filled, limit, available: null }, next);
}

async function open(environment: WebEnvironment, purse: Purse): Promise<Answer> {
  const { visit, wallet, context, person } = purse;
  const { amount, ...filled } = filledFrom(purse, ['amount']);
  const next = nextOf(visit.form['next']);
  const sentAs = visit.form['form_id'];
  if (isRedrawn(visit)) return ask(environment, purse, { ...filled, sentAs }, next);
  if (amount === null) {
    const wrong = { errors: { amount: badAmount(purse, filled) }, sentAs };
    return ask(environment, purse, { ...filled, ...wrong }, next);
  }
  const opened = await environment.ports.wallet.topUp(context(visit.form['form_id']), {
    ...{ wallet: wallet.id, currency: filled.currency, amount, receiptEmail: person.email, ip: visit.ip },
  });
  if (opened.ok) return { kind: 'go', path: withNext(`/wallet/top-ups/${opened.value.operation.id}`, next) };
  return ask(environment, purse, withRefusal(purse, filled, opened.error), next);
}

/** A top-up with the payment behind it. */
type Read = ShownTopUp & { readonly intent: PaymentIntent; readonly charge: Charge | null };

async function withTopUp(
  environment: WebEnvironment,
  purse: Purse,
  answer: (shown: Read) => Promise<Answer>,
): Promise<Answer> {
  const { ports } = environment;
  const { visit, context } = purse;
  const found = await findOwn(environment, purse);
  if (typeof found === 'string') return plainPage(visit, found);
  if (found.kind !== 'top_up') return plainPage(visit, 'missing');
  // Its payment is opened a moment after it; a page that is loaded in between is loaded again.
  if (found.paymentIntent === null) return plainPage(visit, 'failed');
  const intent = await ports.payments.findIntent(context(), { id: found.paymentIntent });
  if (!intent.ok) return plainPage(visit, 'failed');
  const tried = intent.value.lastError?.charge ?? intent.value.latestCharge;
  const charge = tried === null ? null : await ports.payments.findCharge(context(), { id: tried });
  if (charge?.ok === false) return plainPage(visit, 'failed');
  return answer({
    ...{ operation: found, intent: intent.value, charge: charge?.value ?? null },
    ...{ stage: stageOf(found, intent.value.status), next: nextOf(visit.query['next']) },
  });
}

function stageOf({ status }: Operation, intent: PaymentIntent['status']): TopUpStage {
  if (status === 'succeeded') return 'done';
  if (status !== 'pending') return 'over';
  switch (intent) {
    case 'requires_action':
      return 'action';
    case 'requires_payment_method':
    case 'requires_confirmation':
      return 'payable';
    case 'processing':
    case 'requires_capture':
    // Decided, and the wallet learns of it in a moment.
    case 'succeeded':
    case 'canceled':
      return 'waiting';
  }
}

async function showTopUp(environment: WebEnvironment, purse: Purse, shown: Read): Promise<Answer> {
  const { visit } = purse;
  switch (shown.stage) {
    case 'payable':
      return showPayable(environment, purse, shown);
    case 'action':
    case 'waiting':
      return movingTopUpPage(purse, shown, shown.intent.nextAction?.url ?? '', visit.query['go'] === '1');
    case 'done':
    case 'over':
      return endedTopUpPage(purse, shown);
  }
}

async function showPayable(environment: WebEnvironment, purse: Purse, shown: Read): Promise<Answer> {
  const { ports, config, random } = environment;
  const { visit, context, wallet, frame } = purse;
  const { operation, intent, charge, next } = shown;
  const here = withNext(`/wallet/top-ups/${operation.id}`, next);
  const [form, ready] = await Promise.all([
    ports.vault.openCardForm(context(), {
      returnUrl: `${config.webUrl}${here}`,
      due: { amount: operation.amount, currency: operation.currency },
      verb: 'pay',
    }),
    readyCard(environment, visit, wallet.tenant),
  ]);
  if (!form.ok) return plainPage(visit, 'failed');
  const attempt = Buffer.from(random.bytes(ATTEMPT_BYTES)).toString('base64url');
  const fields = html`<input type="hidden" name="attempt" value="${attempt}"><input type="hidden"
 name="${FORM_TOKEN}" value="${visit.formToken}">`;
  const failed = intent.lastError && { error: intent.lastError, last4: charge?.card?.last4 ?? null };
  const w = walletWords[frame.language];
  const problems: Readonly<Record<string, string>> = {
    card: w.problems.card,
    slow_down: w.slowDown,
    busy: w.busy,
  };
  const cardForm = `${config.vaultUrl}${form.value.path}&lang=${visit.language}`;
  return payTopUpPage(
    purse,
    shown,
    { cardForm, ready, fields },
    failed,
    problems[visit.query['problem'] ?? ''],
  );
}

/** Tries a card. One showing of the page and one card are one command, however often the form is sent. */
async function pay(
  environment: WebEnvironment,
  declines: RateLimit,
  purse: Purse,
  { operation, intent, next, stage }: Read,
): Promise<Answer> {
  const { ports, config } = environment;
  const { visit, wallet } = purse;
  const here = withNext(`/wallet/top-ups/${operation.id}`, next);
  const at = (query: Readonly<Record<string, string>>): Answer => {
    return { kind: 'go', path: `${here}${next === '' ? '?' : '&'}${new URLSearchParams(query).toString()}` };
  };
  const { attempt = '', payment_method: card = '' } = visit.form;
  if (!ATTEMPT.test(attempt) || !CARD.test(card)) return plainPage(visit, 'unreadable');
  if (stage !== 'payable') return { kind: 'go', path: here };
  const context = visit.context({ tenant: wallet.tenant, commandId: `web:${attempt}:${card}` });
  const paid = await tryCard([{ limit: declines, name: networkOf(visit.ip) }], () =>
    ports.payments.confirmIntent(context, {
      ...{ id: intent.id, paymentMethod: card, ip: visit.ip },
      returnUrl: `${config.webUrl}${here}`,
    }),
  );
  if (!paid) return at({ problem: 'slow_down' });
  if (paid.ok) return at({ go: '1' });
  switch (paid.error.code) {
    case 'card_declined':
    case 'authentication_required':
    case 'payment_intent_unexpected_state':
      return { kind: 'go', path: here };
    case 'unavailable':
      return at({ problem: 'busy' });
    case 'unknown':
      return at({});
    default:
      return at({ problem: 'card' });
  }
}
