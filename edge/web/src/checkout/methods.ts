import { formatAmount } from '@tpmall/kernel';
import { FORM_TOKEN, type Html, html, moneyWithCode } from '@tpmall/platform/pages';
import type { Visit } from '../frame/visit.ts';
import { cardView, declinedNote, type ReadyCard } from './card-views.ts';
import type { Order, Saving } from './order.ts';
import { checkoutWords } from './words.ts';

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
  readonly balance: BalanceOffer;
}

/** The shopper's balance as a way to pay: whose it is shows only after signing in. */
export type BalanceOffer =
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'balance'; readonly available: bigint };

/** A way to pay, as the page lists it: the first one is open. Another way is another entry here. */
export interface Method {
  readonly key: string;
  readonly name: string;
  readonly about: Html | string;
  readonly body: Html;
}

/** The ways to pay this order, the likeliest first. */
export function methodsOf(parts: MethodParts): readonly Method[] {
  const w = checkoutWords[parts.visit.language];
  const card = { key: 'card', name: w.card, about: w.brands, body: cardMethod(parts) };
  const balance = balanceMethod(parts);
  return isEnough(parts) ? [balance, card] : [card, balance];
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
  const { visit, order, ready, cardForm } = parts;
  const { language } = visit;
  const { session, intent, charge } = order;
  const failed = intent?.lastError ?? null;
  const byCard = charge === null || charge.card !== null;
  const declined =
    failed !== null &&
    byCard &&
    ready === null &&
    declinedNote(language, failed, charge?.card?.last4 ?? null);
  return html`${declined}${cardView({
    ...{ language, path: `/c/pay/${session.id}`, fields: payFields(parts), cardForm, ready },
    verb: payVerb(parts),
  })}`;
}

function isEnough({ balance, order }: MethodParts): boolean {
  return balance.kind === 'balance' && balance.available >= order.session.amountTotal;
}

/** The balance: enough of it pays with one button; else it says what is missing, and how to get there. */
function balanceMethod(parts: MethodParts): Method {
  const { visit, order, balance } = parts;
  const { language } = visit;
  const { session, currency } = order;
  const w = checkoutWords[language];
  const amount = (value: bigint) => moneyWithCode(language, value, currency);
  const here = `/c/pay/${session.id}`;
  const method = (about: Html | string, body: Html): Method => {
    return { key: 'wallet', name: w.wallet, about, body };
  };
  switch (balance.kind) {
    case 'signed_out': {
      const next = new URLSearchParams({ next: here }).toString();
      const link = html`<p><a class="btn two" href="/sign-in?${next}">${w.signIn}</a></p>`;
      return method(w.signInFirst, html`<p>${w.signInText}</p>${link}`);
    }
    case 'unreadable':
      return method('', html`<p>${w.balanceUnread}</p>`);
    case 'frozen':
      return method('', html`<p>${w.balanceFrozen}</p>`);
    case 'balance': {
      const { available } = balance;
      if (isEnough(parts)) {
        const token = html`<input type="hidden" name="${FORM_TOKEN}" value="${visit.formToken}">`;
        const left = html`<p class="cap">${w.balanceAfter} ${amount(available - session.amountTotal)}</p>`;
        const form = html`<form method="post" action="${here}" class="stack">${token}
${payFields(parts)}<input type="hidden" name="method" value="wallet">
<button class="btn wide"><span>${payVerb(parts)}</span></button></form>`;
        return method(amount(available), html`${form}${left}`);
      }
      const missing = session.amountTotal - available;
      const query = { currency: session.currency, amount: formatAmount(missing, currency), next: here };
      const link = `/wallet/top-up?${new URLSearchParams(query).toString()}`;
      return method(
        amount(available),
        html`<p>${w.balanceShort} ${amount(missing)}.</p><p><a class="btn two" href="${link}"
>${w.topUp}</a></p>`,
      );
    }
  }
}

function payVerb({ visit, order }: Pick<MethodParts, 'visit' | 'order'>): Html {
  const { submitType, amountTotal } = order.session;
  const verb = submitType === 'book' || submitType === 'donate' ? submitType : 'pay';
  const sum = moneyWithCode(visit.language, amountTotal, order.currency);
  return html`${checkoutWords[visit.language][verb]} ${sum}`;
}

/** One try of one showing of the page, and the total that the shopper saw. */
export function attemptFields({ amountTotal }: Order['session'] | Saving['session'], attempt: string): Html {
  return html`<input type="hidden" name="attempt" value="${attempt}">
<input type="hidden" name="amount" value="${amountTotal}">`;
}

/** What every form that pays carries, and the e-mail where nobody has said one. */
export function payFields({ visit, order, attempt }: Pick<MethodParts, 'visit' | 'order' | 'attempt'>): Html {
  const { session } = order;
  const w = checkoutWords[visit.language];
  const asksEmail = session.customerEmail === null && session.payer === null;
  return html`${attemptFields(session, attempt)}
${
  asksEmail &&
  html`<div class="field"><label for="email">${w.email}</label>
<input id="email" name="email" type="email" autocomplete="email" inputmode="email" maxlength="320"></div>`
}`;
}
