import { html } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import type { Visit } from '../frame/visit.ts';
import { billOf, billView, orderHead } from './bill-view.ts';
import { type MethodParts, methodsOf, methodsView, payFields } from './methods.ts';
import type { Order } from './order.ts';
import { checkoutPage } from './page.ts';
import { type Problem, problemNote } from './problems.ts';
import { quantitiesView } from './quantities.ts';
import { aside, saidView } from './said-view.ts';
import { checkoutWords } from './words.ts';

/** The page on which an order is paid: the bill, and the ways to pay it. */
export function payPage(parts: MethodParts, vaultUrl: string, problem: Problem | null): Answer {
  const { visit, order } = parts;
  const { language } = visit;
  const w = checkoutWords[language];
  return checkoutPage(visit, {
    title: w.pay,
    nav: orderHead(visit, order.session, true),
    main: 'pay',
    frames: [vaultUrl],
    ...again(visit),
    body: html`${billView({ ...billOf(language, order, w.toPay), choices: quantitiesView(visit, order) })}
<section class="r stack l" aria-labelledby="how"><h1 id="how">${w.how}</h1>
${problem && problemNote(language, problem)}${saidView(language, order.session)}
<div>${methodsView(methodsOf(parts), visit.query['method'] ?? visit.form['method'])}</div>
${aside(order.session.collects?.customText.afterSubmit)}</section>`,
  });
}

/** A form is answered with a page only where something of it cannot be taken. */
function again({ form }: Visit) {
  return form['email'] === undefined ? {} : { status: 422 };
}

/** The page of an order that costs nothing: one button confirms it. */
export function freePage(visit: Visit, order: Order, attempt: string, problem: Problem | null): Answer {
  const { language } = visit;
  const w = checkoutWords[language];
  return checkoutPage(visit, {
    title: w.order,
    nav: orderHead(visit, order.session, true),
    main: 'pay',
    ...again(visit),
    body: html`${billView({ ...billOf(language, order, w.toPay), choices: quantitiesView(visit, order) })}
<section class="r stack l" aria-labelledby="how"><h1 id="how">${w.confirmFree}</h1>
${problem && problemNote(language, problem)}
<p class="dim">${w.freeNote}</p>${saidView(language, order.session)}
<form method="post" action="/c/pay/${order.session.id}" class="stack">
${payFields({ visit, order, attempt, key: 'free' })}
<button class="btn wide">${w.confirmFree}</button></form></section>`,
  });
}
