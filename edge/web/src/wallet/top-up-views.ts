import { currencyOf } from '@tpmall/kernel';
import type { PaymentError } from '@tpmall/payments/contract';
import { type Html, html, moneyWithCode, status } from '@tpmall/platform/pages';
import type { Operation } from '@tpmall/wallet/contract';
import { type CardPayment, cardView, declinedNote } from '../checkout/card-views.ts';
import { actionSection, waitingSection } from '../checkout/outcome-view.ts';
import { checkoutPage, lookAgain, refresh } from '../checkout/page.ts';
import type { Answer } from '../frame/answer.ts';
import type { Purse } from './purse.ts';
import { walletWords } from './words.ts';

/** How far a top-up has come: a card is wanted, the bank is, an answer is, or it is over. */
export type TopUpStage = 'payable' | 'action' | 'waiting' | 'done' | 'over';

/** A top-up as its page shows it. */
export interface ShownTopUp {
  readonly operation: Operation;
  readonly stage: TopUpStage;
  /** Where the shopper goes on afterwards; empty: to the wallet. */
  readonly next: string;
}

/** The page on which a top-up is paid by card. */
export function payTopUpPage(
  purse: Purse,
  shown: ShownTopUp,
  card: Pick<CardPayment, 'cardForm' | 'ready' | 'fields'>,
  failed: { readonly error: PaymentError; readonly last4: string | null } | null,
  problem: string | undefined,
): Answer {
  const { language } = purse.frame;
  const w = walletWords[language];
  const { operation } = shown;
  const declined = failed && card.ready === null && declinedNote(language, failed.error, failed.last4);
  return topUpPage(purse, shown, {
    title: w.payTopUp,
    frames: [new URL(card.cardForm).origin],
    right: html`<section class="r stack l" aria-labelledby="how"><h1 id="how">${w.payTopUp}</h1>
${problem !== undefined && html`<div class="note red" role="alert"><p>${problem}</p></div>`}
${declined}${cardView({
  ...{ ...card, language, path: withNext(`/wallet/top-ups/${operation.id}`, shown.next) },
  verb: html`${w.topUp} ${moneyWithCode(language, operation.amount, currencyOf(operation.currency))}`,
})}</section>`,
  });
}

/** The page of a top-up that is with the bank, or that nobody has answered yet; `goes`: on to the bank. */
export function movingTopUpPage(purse: Purse, shown: ShownTopUp, target: string, goes: boolean): Answer {
  const { language } = purse.frame;
  const { stage } = shown;
  const { visit } = purse;
  return topUpPage(purse, shown, {
    title: walletWords[language].topUp,
    head: stage === 'action' && goes ? refresh(0, target) : lookAgain,
    right:
      stage === 'action'
        ? actionSection(language, stage, target)
        : waitingSection(language, stage, `${visit.url.pathname}${visit.url.search}`),
  });
}

/** The page of a top-up that is over: with the money in the wallet, or without. */
export function endedTopUpPage(purse: Purse, shown: ShownTopUp): Answer {
  const { language } = purse.frame;
  const w = walletWords[language];
  const { operation, stage, next } = shown;
  const isDone = stage === 'done';
  const wallet = `/wallet?currency=${operation.currency}`;
  const [target, name] = next === '' ? [wallet, w.toWallet] : [next, w.toOrder];
  const onward = html`<p><a class="btn" href="${target}">${name}</a></p>`;
  const again = `/wallet/top-up?${new URLSearchParams({ currency: operation.currency, next }).toString()}`;
  return topUpPage(purse, shown, {
    title: w.topUp,
    right: html`<section class="r stack l" aria-labelledby="what">
<p>${status(isDone ? 'done' : 'no', w.status[operation.status])}</p>
<h1 id="what">${isDone ? w.toppedUp : w.topUpOver}</h1>
${
  !isDone &&
  html`<p class="lede">${w.topUpOverText}</p>
<p><a class="btn two" href="${again}">${w.again}</a></p>`
}
${onward}</section>`,
  });
}

/** A path that remembers where the shopper goes on. */
export function withNext(path: string, next: string): string {
  return next === '' ? path : `${path}?${new URLSearchParams({ next }).toString()}`;
}

/** The amount left, and right what is to be done. */
function topUpPage(
  { visit, frame }: Purse,
  { operation }: ShownTopUp,
  parts: {
    readonly title: string;
    readonly right: Html;
    readonly head?: Html;
    readonly frames?: readonly string[];
  },
): Answer {
  const { language } = frame;
  const w = walletWords[language];
  const { right, ...rest } = parts;
  const sum = moneyWithCode(language, operation.amount, currencyOf(operation.currency));
  const wallet = `/wallet?currency=${operation.currency}`;
  return checkoutPage(visit, {
    ...rest,
    main: 'pay',
    nav: html`<nav><ul><li><a href="${wallet}">${w.toWallet}</a></li></ul></nav>`,
    body: html`<section class="l stack l" aria-label="${w.topUp}"><div><p class="cap">${w.topUp}</p>
<p class="fig-l">${sum}</p></div></section>
${right}`,
  });
}
