import { type Html, html } from '@tpmall/platform/pages';
import type { LimitUse } from '@tpmall/wallet/contract';
import { type LineField, lineField } from '../account/fields.ts';
import type { Answer } from '../frame/answer.ts';
import { TYPED } from '../frame/typed-form.ts';
import { formFields, shopPage } from '../shop/shop-page.ts';
import { amountFields, type Filled } from './amount-form.ts';
import type { Purse } from './purse.ts';
import { walletWords } from './words.ts';

/** A form that moves money, empty or with what is wrong in it. */
export interface MoneyForm {
  readonly filled: Filled;
  /** What limits the wallet in the form's currency. */
  readonly limit: LimitUse | null;
  /** What the wallet has of that currency; null where it is not known, or does not bound the amount. */
  readonly available: bigint | null;
}

/** The page that asks how much to top up. */
export function topUpPage(purse: Purse, form: MoneyForm, next: string): Answer {
  const w = walletWords[purse.frame.language];
  const hidden = next !== '' && html`<input type="hidden" name="next" value="${next}">`;
  return moneyPage(purse, form, {
    ...{ title: w.topUp, lede: w.topUpLede, path: '/wallet/top-up', button: w.goOn },
    fields: html`${hidden}`,
  });
}

/** The page that asks to whom to send, and how much. */
export function sendPage(purse: Purse, form: MoneyForm): Answer {
  const w = walletWords[purse.frame.language];
  return moneyPage(purse, form, {
    ...{ title: w.send, lede: w.sendLede, path: '/wallet/send', button: w.send },
    first: field(form, { name: 'handle', label: w.handle, hint: w.handleHint, max: 64, required: true }),
    fields: field(form, { name: 'note', label: w.note, hint: w.noteHint, max: 140 }),
  });
}

/** The page that asks where to pay out to, and how much. */
export function withdrawPage(purse: Purse, form: MoneyForm): Answer {
  const w = walletWords[purse.frame.language];
  return moneyPage(purse, form, {
    ...{ title: w.withdraw, lede: w.withdrawLede, path: '/wallet/withdraw', button: w.withdraw },
    fields: field(form, {
      ...{ name: 'destination', label: w.destination, hint: w.destinationHint, max: 140, required: true },
    }),
  });
}

function field(
  { filled }: MoneyForm,
  of: Pick<LineField, 'name' | 'label' | 'hint' | 'max' | 'required'>,
): Html {
  const { values, errors } = filled;
  const { name } = of;
  return lineField({ ...of, value: values[name] ?? '', autocomplete: 'off', error: errors[name] });
}

function moneyPage(
  purse: Purse,
  form: MoneyForm,
  page: {
    readonly title: string;
    readonly lede: string;
    readonly path: string;
    readonly button: string;
    readonly fields: Html;
    readonly first?: Html;
  },
): Answer {
  const { frame, wallet } = purse;
  const { filled } = form;
  const { sentAs } = filled;
  const w = walletWords[frame.language];
  const isWrong = filled.problem !== undefined || Object.values(filled.errors).some(Boolean);
  const isFrozen = wallet.status === 'frozen';
  const note = isFrozen ? w.frozen : isWrong ? (filled.problem ?? w.fix) : undefined;
  const body = html`<form id="${TYPED}" method="post" action="${page.path}" class="stack l"
 novalidate>${formFields({
   ...frame,
   formId: () => sentAs ?? frame.formId(),
 })}
<div class="stack s"><h1>${page.title}</h1><p class="dim">${page.lede}</p></div>
${note !== undefined && html`<p class="note red" role="alert">${note}</p>`}
${page.first}${amountFields(purse, form)}${page.fields}
<button class="btn">${page.button}</button>
<p><a class="tap" href="/wallet?currency=${filled.currency}">${w.toWallet}</a></p></form>`;
  return shopPage(frame, {
    ...{ title: page.title, body, main: 'wrap plain', typed: page.path },
    ...(isWrong && { status: 400 }),
  });
}
