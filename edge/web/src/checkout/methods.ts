import { type Html, html, moneyWithCode } from '@tpmall/platform/pages';
import type { Visit } from '../frame/visit.ts';
import { declineText } from './decline-words.ts';
import type { Order } from './order.ts';
import { checkoutWords } from './words.ts';

/** A card of the vault that this shopper has just entered, before it is paid with. */
export interface ReadyCard {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
}

/** What the methods of a page are made of. */
export interface MethodParts {
  readonly visit: Visit;
  readonly order: Order;
  /** The card form on the vault's origin. */
  readonly cardForm: string;
  /** Set where the shopper came back from the card form without a script. */
  readonly ready: ReadyCard | null;
  /** A new one for each showing of the page: the same form sent twice is one try. */
  readonly attempt: string;
}

/** A way to pay, as the page lists it: the first one is open. Another way is another entry here. */
export interface Method {
  readonly key: string;
  readonly name: string;
  readonly about: string;
  readonly body: Html;
}

/** The ways to pay this order, the likeliest first. */
export function methodsOf(parts: MethodParts): readonly Method[] {
  const w = checkoutWords[parts.visit.language];
  return [{ key: 'card', name: w.card, about: w.brands, body: cardMethod(parts) }];
}

/** The methods as a list of which one is open; each has its own form. */
export function methodsView(methods: readonly Method[]): Html {
  return html`${methods.map(
    ({ key, name, about, body }, index) => html`<details class="meth" name="method" id="method-${key}"${
      index === 0 && html` open`
    }><summary><span class="nm">${name}</span><span class="cap">${about}</span></summary>
<div class="body">${body}</div></details>
`,
  )}`;
}

function cardMethod(parts: MethodParts): Html {
  const { visit, order, ready } = parts;
  const { language } = visit;
  const w = checkoutWords[language];
  const failed = order.intent?.lastError ?? null;
  const said = failed && declineText(language, failed, order.charge?.card?.last4 ?? null);
  const declined =
    said &&
    ready === null &&
    html`<div class="note red" role="alert"><p class="strong">${said.title}</p>
${said.reason !== null && html`<p>${said.reason}</p>`}</div>
<div class="stack s"><p class="lab">${w.next}</p><p class="next"><span>${said.remedy}</span></p></div>`;
  return html`${declined}${ready ? readyCard(parts, ready) : cardFrame(parts)}`;
}

/** The form in its frame, and what the script sends when the vault has the card. */
function cardFrame(parts: MethodParts): Html {
  const { visit, order, cardForm } = parts;
  const w = checkoutWords[visit.language];
  return html`<form id="pay" method="post" action="/c/pay/${order.session.id}" class="stack" hidden>
${payFields(parts)}<input type="hidden" name="payment_method"></form>
<p class="st wait" id="paying" role="status" hidden>${w.paying}</p>
<iframe class="card-frame" id="card-frame" title="${w.frame}" src="${cardForm}"
data-origin="${new URL(cardForm).origin}"></iframe>`;
}

/** Without a script: the card is in the vault, and one button pays with it. */
function readyCard(parts: MethodParts, { id, brand, last4 }: ReadyCard): Html {
  const { visit, order } = parts;
  const w = checkoutWords[visit.language];
  const sum = moneyWithCode(visit.language, order.session.amountTotal, order.currency);
  const verb =
    w[
      order.session.submitType === 'book' || order.session.submitType === 'donate'
        ? order.session.submitType
        : 'pay'
    ];
  return html`<p class="st done">${w.ready(brand, last4)}</p>
<form method="post" action="/c/pay/${order.session.id}" class="stack">
${payFields(parts)}<input type="hidden" name="payment_method" value="${id}">
<button class="btn wide"><span>${verb} ${sum}</span></button>
</form>
<p><a class="tap" href="/c/pay/${order.session.id}">${w.other}</a></p>`;
}

/** What every form that pays carries: its try, and the total that the shopper saw. */
export function payFields({ visit, order, attempt }: Pick<MethodParts, 'visit' | 'order' | 'attempt'>): Html {
  const { session } = order;
  const w = checkoutWords[visit.language];
  const asksEmail = session.customerEmail === null && session.payer === null;
  return html`<input type="hidden" name="attempt" value="${attempt}">
<input type="hidden" name="amount" value="${session.amountTotal}">
${
  asksEmail &&
  html`<div class="field"><label for="email">${w.email}</label>
<input id="email" name="email" type="email" autocomplete="email" inputmode="email" maxlength="320"></div>`
}`;
}
