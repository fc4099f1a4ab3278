import type { SessionCard } from '@tpmall/checkout/contract';
import type { PaymentError } from '@tpmall/payments/contract';
import { type Html, html, type Language, monthText } from '@tpmall/platform/pages';
import { declineText } from './decline-words.ts';
import { brandName } from './receipt-view.ts';
import { checkoutWords } from './words.ts';

/** A card of the vault that this shopper has just entered, before it is paid with. */
export interface ReadyCard {
  readonly id: string;
  /** Null where it is none that we know. */
  readonly brand: string | null;
  readonly last4: string;
}

/** Something that is paid by card: where the card goes, and what goes with it. */
export interface CardPayment {
  readonly language: Language;
  /** The path that takes the form, and that shows it anew. */
  readonly path: string;
  /** The hidden fields, and what else is asked for. */
  readonly fields: Html;
  /** The card form on the vault's origin. */
  readonly cardForm: string;
  /** Set where the shopper came back from the card form without a script. */
  readonly ready: ReadyCard | null;
  /** What the button says that pays with a card that is ready. */
  readonly verb: Html;
}

/** The form in its frame, and what the script sends when the vault has the card; or the card that it has. */
export function cardView(payment: CardPayment): Html {
  const { language, path, fields, cardForm, ready, verb } = payment;
  const w = checkoutWords[language];
  if (ready) {
    return html`<p class="st done">${w.ready(ready.brand, ready.last4)}</p>
<form method="post" action="${path}" class="stack">
${fields}<input type="hidden" name="payment_method" value="${ready.id}">
<button class="btn wide"><span>${verb}</span></button>
</form>
<p><a class="tap" href="${path}">${w.other}</a></p>`;
  }
  return html`<form id="pay" method="post" action="${path}" class="stack" hidden>
${fields}<input type="hidden" name="payment_method"></form>
<p class="st wait" id="paying" role="status" hidden>${w.paying}</p>
<iframe class="card-frame" id="card-frame" title="${w.frame}" src="${cardForm}"
data-origin="${new URL(cardForm).origin}"></iframe>`;
}

/** The shopper's saved cards as a choice; one that has run out stands last and cannot be chosen. */
export function savedCardsView({
  language,
  path,
  fields,
  cards,
  verb,
}: Pick<CardPayment, 'language' | 'path' | 'fields' | 'verb'> & {
  readonly cards: readonly SessionCard[];
}): Html {
  const w = checkoutWords[language];
  const first = cards.find(({ hasExpired }) => !hasExpired);
  const choice = ({ id, brand, last4, expMonth, expYear, hasExpired }: SessionCard): Html => {
    const when = monthText(language, expMonth, expYear);
    const chosen = id === first?.id && html` checked`;
    return html`<label class="check choice${hasExpired && ' gone'}"><input type="radio" name="payment_method"
 value="${id}" required${chosen}${hasExpired && html` disabled`}>
<span>${brandName(brand) ?? w.card} •••• ${last4}</span>
<span class="cap">${hasExpired ? w.ranOut(when) : w.goodUntil(when)}</span></label>
`;
  };
  return html`<form method="post" action="${path}" class="stack">${fields}
<fieldset class="choices"><legend class="lab">${w.whichCard}</legend>${cards.map(choice)}</fieldset>
${first !== undefined && html`<button class="btn wide"><span>${verb}</span></button>`}</form>`;
}

/** Why the last card did not pay, and what usually works next; `others` are further ways to pay. */
export function declinedNote(
  language: Language,
  failed: PaymentError,
  last4: string | null,
  others: readonly Html[] = [],
): Html {
  const { title, reason, remedy } = declineText(language, failed, last4);
  return html`<div class="note red" role="alert"><p class="strong">${title}</p>
${reason !== null && html`<p>${reason}</p>`}</div>
<div class="stack s"><p class="lab">${checkoutWords[language].next}</p>
<ul class="next"><li>${remedy}</li>${others.map((other) => html`<li>${other}</li>`)}</ul></div>`;
}
