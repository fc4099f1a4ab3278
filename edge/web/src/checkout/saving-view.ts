import { type Html, html, type Language, status } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import type { Visit } from '../frame/visit.ts';
import { onwardOf, orderHead } from './bill-view.ts';
import { cardView, declinedNote, type ReadyCard } from './card-views.ts';
import { attemptFields } from './methods.ts';
import type { Saving } from './order.ts';
import { checkoutPage, refresh } from './page.ts';
import { type Problem, problemNote } from './problems.ts';
import { saidView } from './said-view.ts';
import { checkoutWords } from './words.ts';

/** Who keeps the card, and that nothing is charged. */
export function savingView(language: Language, { house }: Saving): Html {
  const w = checkoutWords[language].saving;
  return html`<section class="l stack l" aria-label="${w.title}">
<div><p class="cap">${w.for}</p><p class="keeper">${house}</p></div><p>${w.lede}</p></section>`;
}

/** What the page of a card to be saved is made of. */
export interface SavingParts {
  readonly visit: Visit;
  readonly saving: Saving;
  /** The card form on the vault's origin. */
  readonly cardForm: string;
  readonly ready: ReadyCard | null;
  readonly attempt: string;
}

/** The page on which a card is saved: who keeps it, and the card's form. */
export function savePage(parts: SavingParts, vaultUrl: string, problem: Problem | null): Answer {
  const { visit, saving, cardForm, ready, attempt } = parts;
  const { language } = visit;
  const { session, setup } = saving;
  const w = checkoutWords[language].saving;
  const declined =
    setup.lastError !== null && ready === null && declinedNote(language, setup.lastError, null);
  return checkoutPage(visit, {
    title: w.title,
    nav: orderHead(visit, session, true),
    main: 'pay',
    frames: [vaultUrl],
    body: html`${savingView(language, saving)}
<section class="r stack l" aria-labelledby="how"><h1 id="how">${w.how}</h1>
${problem && problemNote(language, problem)}${declined}${saidView(language, session)}
${cardView({
  ...{ language, path: `/c/pay/${session.id}`, cardForm, ready },
  fields: attemptFields(session, attempt),
  verb: html`${w.verb}`,
})}</section>`,
  });
}

/** The card is saved; `goes`: it just was, and the browser goes on to the shop. */
export function savedPage(visit: Visit, saving: Saving, card: SavedCard | null, goes: boolean): Answer {
  const { language } = visit;
  const words = checkoutWords[language];
  const w = words.saving;
  const target = onwardOf(saving.session);
  return checkoutPage(visit, {
    title: w.done,
    nav: html``,
    main: 'slip stack xl',
    head: goes && target !== null && refresh(1, target),
    body: html`<div class="stack s"><p>${status('done', w.saved)}</p><h1>${w.done}</h1></div>
${
  card &&
  html`<p class="keeper">${card.brand ?? words.card} •••• ${card.last4}</p>
<p class="cap">${w.expires(card.expires)}</p>`
}
<p>${w.keeper(saving.house)}</p>
${
  target !== null &&
  html`<p><a class="btn" href="${target}" rel="noreferrer">${words.goOn(new URL(target).host)}</a></p>`
}`,
  });
}

/** A card as its owner knows it. */
export interface SavedCard extends Omit<ReadyCard, 'id'> {
  /** `12 / 34` */
  readonly expires: string;
}
