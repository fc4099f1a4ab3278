import type { PaymentLink } from '@tpmall/checkout/contract';
import { currencyOf } from '@tpmall/kernel';
import { html } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import type { Visit } from '../frame/visit.ts';
import { billView } from './bill-view.ts';
import { checkoutPage } from './page.ts';
import { type Problem, problemNote } from './problems.ts';
import { checkoutWords } from './words.ts';

/** The page of a link: what it sells, and a button that opens a session of its own. */
export function linkPage(
  visit: Visit,
  link: PaymentLink,
  names: ReadonlyMap<string, string>,
  problem: Problem | null,
): Answer {
  const { language } = visit;
  const w = checkoutWords[language];
  const total = link.lines.reduce((sum, { amount }) => sum + amount, 0n);
  const isRecurring = link.lines.some(({ price }) => price.recurring !== null);
  const isOpen = link.active && !isRecurring;
  const refused = isRecurring ? w.subscription : (link.inactiveMessage ?? w.inactive);
  const bill = {
    language,
    caption: w.toPay,
    lines: link.lines,
    total,
    currency: currencyOf(link.currency),
    names,
  };
  return checkoutPage(visit, {
    title: w.linkTitle,
    nav: html``,
    main: 'pay',
    body: html`${billView(bill)}
<section class="r stack l" aria-labelledby="buy"><h1 id="buy">${w.linkTitle}</h1>
${problem && problemNote(language, problem)}
${
  isOpen
    ? html`<form method="post" action="/b/${link.id}"><button class="btn wide">${w.begin}</button></form>`
    : html`<div class="note"><p>${refused}</p></div>`
}</section>`,
  });
}
