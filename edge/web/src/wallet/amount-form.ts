import { currencyOf, findCurrency, parseAmount } from '@tpmall/kernel';
import type { CodeOf, PlatformCode } from '@tpmall/platform/contract';
import { type Html, html, type Language, moneyText } from '@tpmall/platform/pages';
import type { LimitUse, walletContract } from '@tpmall/wallet/contract';
import { lineField } from '../account/fields.ts';
import type { Purse } from './purse.ts';
import { type WalletWords, walletWords } from './words.ts';

type Operations = (typeof walletContract)['operations'];
type Code =
  | CodeOf<Operations['topUp']>
  | CodeOf<Operations['send']>
  | CodeOf<Operations['requestWithdrawal']>;

/** A refusal of the wallet, or of the way to it. */
export interface WalletRefusal {
  readonly code: Code | PlatformCode;
  readonly field?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** What was written into a form that moves money, and what is wrong with it. */
export interface Filled {
  readonly currency: string;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string | undefined>>;
  readonly problem?: string;
  /**
   * The id it was sent with, where that may still have its effect, now or from a try before: sent once more
   * it is the same form. What was wrong with it before anybody was asked leaves its id as it is.
   */
  readonly sentAs?: string | undefined;
}

/** A form as it was sent, with nothing wrong so far. */
export function filledFrom(
  purse: Purse,
  names: readonly string[],
): Filled & { readonly amount: bigint | null } {
  const { form } = purse.visit;
  const currency = chosenOf(purse, form['currency']);
  const values = Object.fromEntries(names.map((name) => [name, (form[name] ?? '').trim()]));
  const amount = parseAmount(values['amount'] ?? '', currencyOf(currency)) ?? 0n;
  return { currency, values, errors: {}, amount: amount > 0n ? amount : null };
}

/** One that the wallet holds no more is for the wallet to refuse: the amount was not meant in another. */
function chosenOf({ currencies }: Purse, asked: string | undefined): string {
  return findCurrency(asked ?? '')?.code ?? currencies[0] ?? 'cny';
}

/** The amount and its currency, and below them what bounds the amount. */
export function amountFields(
  { frame, currencies }: Purse,
  form: { readonly filled: Filled; readonly limit: LimitUse | null; readonly available: bigint | null },
): Html {
  const w = walletWords[frame.language];
  const { currency, values, errors } = form.filled;
  const amount = (value: bigint) => moneyText(frame.language, value, currencyOf(currency));
  const most = form.limit?.limit.transactionMax;
  const bounds = [
    ...(form.available === null ? [] : [w.inWallet(amount(form.available))]),
    ...(most === undefined ? [] : [w.amountHint(amount(most))]),
  ];
  return html`<div class="stack s"><div class="two-col">${lineField({
    ...{ name: 'amount', label: w.amount, value: values['amount'] ?? '', max: 33, autocomplete: 'off' },
    ...{ inputMode: 'decimal', error: errors['amount'], required: true },
  })}<div class="field"><label for="currency">${w.currency}</label>
<select id="currency" name="currency">${currencies.map(
    (code) =>
      html`<option value="${code}"${code === currency && html` selected`}>${code.toUpperCase()}</option>`,
  )}</select></div></div>${bounds.length > 0 && html`<p class="cap">${bounds.join(' · ')}</p>`}</div>`;
}

/**
 * Says a refusal at its field, or above the form. What nobody has answered may have been done, or be done in
 * part: its form keeps its id, so that whoever sends it once more does not ask for it twice.
 */
export function withRefusal({ frame, visit }: Purse, filled: Filled, refusal: WalletRefusal): Filled {
  const { language } = frame;
  const w = walletWords[language];
  if (refusal.code === 'unavailable' || refusal.code === 'unknown') {
    return { ...filled, problem: w.busy, sentAs: visit.form['form_id'] };
  }
  const said = refusalText(language, w, filled.currency, refusal);
  const field = FIELD_OF[refusal.code];
  return field === undefined
    ? { ...filled, problem: said }
    : { ...filled, errors: { ...filled.errors, [field]: said } };
}

const FIELD_OF: Readonly<Partial<Record<WalletRefusal['code'], string>>> = {
  insufficient_funds: 'amount',
  limit_exceeded: 'amount',
  amount_too_large: 'amount',
  handle_not_found: 'handle',
  send_to_self: 'handle',
  recipient_unavailable: 'handle',
};

function refusalText(
  language: Language,
  w: WalletWords,
  currency: string,
  { code, detail }: WalletRefusal,
): string {
  const amount = (value: unknown): string =>
    moneyText(language, typeof value === 'string' ? BigInt(value) : 0n, currencyOf(currency));
  switch (code) {
    case 'insufficient_funds':
      return w.lacking(amount(detail?.['missing']));
    case 'limit_exceeded': {
      const limit = (['transaction', 'day', 'month', 'year', 'balance'] as const).find(
        (name) => name === detail?.['limit'],
      );
      return w.overLimit(w.limitNow[limit ?? 'transaction'], amount(detail?.['left']));
    }
    case 'wallet_frozen':
    case 'currency_not_offered':
    case 'handle_not_found':
    case 'send_to_self':
    case 'recipient_unavailable':
      return w.problems[code];
    case 'idempotency_mismatch':
      return w.problems.unknown_form;
    default:
      return w.busy;
  }
}
