import { type Html, html, type Language, status } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import type { Visit } from '../frame/visit.ts';
import { billOf, billView, orderHead } from './bill-view.ts';
import type { Order, Saving } from './order.ts';
import { checkoutPage, lookAgain, refresh } from './page.ts';
import { savingView } from './saving-view.ts';
import { checkoutWords } from './words.ts';

/**
 * The shopper's bank wants to know that it is them; `goes`: it was just asked for, and the browser goes on.
 */
export function actionPage(visit: Visit, order: Order | Saving, goes: boolean): Answer {
  const w = checkoutWords[visit.language];
  const action = 'setup' in order ? order.setup.nextAction : order.intent?.nextAction;
  const target = action?.url ?? '';
  return checkoutPage(visit, {
    title: w.actionTitle,
    nav: orderHead(visit, order.session, true),
    main: 'pay',
    head: goes ? refresh(0, target) : lookAgain,
    body: html`${leftOf(visit.language, order)}
${actionSection(visit.language, order.stage, target)}`,
  });
}

/** What the shopper's bank wants; the page goes on by itself once it has it. */
export function actionSection(language: Language, stage: string, target: string): Html {
  const w = checkoutWords[language];
  return html`<section class="r stack l" aria-labelledby="what" data-watch="${stage}">
<h1 id="what">${w.actionTitle}</h1>
<p class="lede">${w.actionText}</p>
<p><a class="btn" href="${target}" rel="noreferrer">${w.actionGo}</a></p></section>`;
}

/** Nobody knows yet; the page looks again by itself, with a script or without. */
export function waitingPage(visit: Visit, order: Order | Saving): Answer {
  const w = checkoutWords[visit.language];
  return checkoutPage(visit, {
    title: w.waitingTitle,
    nav: orderHead(visit, order.session, false),
    main: 'pay',
    head: lookAgain,
    body: html`${leftOf(visit.language, order)}
${waitingSection(visit.language, order.stage, `${visit.url.pathname}${visit.url.search}`)}`,
  });
}

/** That an answer is missing; `here` looks again. */
export function waitingSection(language: Language, stage: string, here: string): Html {
  const w = checkoutWords[language];
  return html`<section class="r stack l" aria-labelledby="what" data-watch="${stage}">
<h1 id="what">${w.waitingTitle}</h1>
<p role="status">${status('wait', w.waitingText)}</p><p class="cap">${w.waitingLive}</p>
<p><a class="btn two" href="${here}">${w.waitingRefresh}</a></p></section>`;
}

/** What the page is about: the bill, or whose card it will be. */
function leftOf(language: Language, order: Order | Saving): Html {
  if ('setup' in order) return savingView(language, order);
  return billView(billOf(language, order, checkoutWords[language].toPay));
}

/** The time is over, or the shop has ended it. */
export function expiredPage(visit: Visit, order: Order | Saving): Answer {
  const words = checkoutWords[visit.language];
  const w = 'setup' in order ? { ...words, ...words.saving.expired } : words;
  const { cancelUrl } = order.session;
  return checkoutPage(visit, {
    title: w.expiredTitle,
    nav: orderHead(visit, order.session, false),
    main: 'wrap plain stack l',
    body: html`<h1>${w.expiredTitle}</h1><p class="lede">${w.expiredText}</p>
${cancelUrl !== null && html`<p><a class="btn" href="${cancelUrl}" rel="noreferrer">${w.back}</a></p>`}`,
  });
}
