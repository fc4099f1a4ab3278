import type { SessionCard } from '@tpmall/checkout/contract';
import { formatAmount } from '@tpmall/kernel';
import { FORM_TOKEN, type Html, html, type Language, moneyWithCode } from '@tpmall/platform/pages';
import type { Visit } from '../frame/visit.ts';
import { cardView, declinedNote, type ReadyCard, savedCardsView } from './card-views.ts';
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
  /** The shopper's saved cards, those that have run out last. */
  readonly cards: readonly SessionCard[];
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
  const { cards, ready } = parts;
  const name = cards.length > 0 ? w.newCard : w.card;
  const card = { key: 'card', name, about: w.brands, body: cardMethod(parts) };
  const balance = balanceMethod(parts);
  const isWorth = hasUsable(cards);
  const saved = cards.length > 0 ? [savedMethod(parts)] : [];
  if (ready !== null) return [card, ...saved, balance];
  if (isWorth) return [...saved, card, balance];
  return isEnough(parts) ? [balance, ...saved, card] : [card, ...saved, balance];
}

/** Whether one of the saved cards can be paid with: then they come first. */
function hasUsable(cards: MethodParts['cards']): boolean {
  return cards.some(({ hasExpired }) => !hasExpired);
}

function savedMethod(parts: MethodParts): Method {
  const { visit, order, cards } = parts;
  const w = checkoutWords[visit.language];
  const view = savedCardsView({
    ...{ language: visit.language, path: `/c/pay/${order.session.id}`, cards },
    ...{ fields: payFields({ ...parts, key: 'saved' }), verb: payVerb(parts) },
  });
  return {
    ...{ key: 'saved', name: w.savedCards, about: w.savedCount(cards.length) },
    body: html`${hasUsable(cards) && declinedOf(parts)}${view}`,
  };
}

/** The methods as a list of which one is open, the first unless another is asked for; each has its form. */
export function methodsView(methods: readonly Method[], asked: string | undefined): Html {
  const open = methods.find(({ key }) => key === asked) ?? methods[0];
  return html`${methods.map(
    ({ key, name, about, body }) => html`<details class="meth" name="method" id="method-${key}"${
      key === open?.key && html` open`
    }><summary><span class="nm">${name}</span><span class="cap">${about}</span></summary>
<div class="body">${body}</div></details>
`,
  )}`;
}

function cardMethod(parts: MethodParts): Html {
  const { visit, order, ready, cardForm, cards } = parts;
  const { language } = visit;
  const fields = html`${payFields({ ...parts, key: 'card' })}${keeping(language, order)}`;
  return html`${!hasUsable(cards) && declinedOf(parts)}${cardView({
    ...{ language, path: `/c/pay/${order.session.id}`, fields, cardForm, ready },
    verb: payVerb(parts),
  })}`;
}

/** What the bank said to the last try at a card. */
function declinedOf(parts: MethodParts): Html | false {
  const { visit, order, ready } = parts;
  const { intent, charge } = order;
  const failed = intent?.lastError ?? null;
  const byCard = charge === null || charge.card !== null;
  if (failed === null || !byCard || ready !== null) return false;
  return declinedNote(visit.language, failed, charge?.card?.last4 ?? null, otherWays(parts));
}

/** The balance, where it may pay this: the link opens it, without a script too. */
function otherWays(parts: MethodParts): readonly Html[] {
  const { visit, order, balance } = parts;
  const { key, about } = balanceMethod(parts);
  if (!isEnough(parts) && balance.kind !== 'signed_out') return [];
  const path = `/c/pay/${order.session.id}?method=${key}#method-${key}`;
  const { payFromWallet } = checkoutWords[visit.language];
  return [html`<a class="tap" href="${path}">${payFromWallet}</a><span class="cap">${about}</span>`];
}

/** Whether the card is kept: as the shopper chooses, or as the shop has said. */
function keeping(language: Language, { session }: Order): Html | false {
  const w = checkoutWords[language];
  if (session.savedCards?.mayKeep) {
    return html`<label class="check"><input type="checkbox" name="keep" value="1"> ${w.keep}</label>`;
  }
  return session.intentData.setupFutureUsage !== null && html`<p class="cap">${w.kept}</p>`;
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
        const left = html`<p class="cap">${w.balanceAfter} ${amount(available - session.amountTotal)}</p>`;
        const form = html`<form method="post" action="${here}" class="stack">
${payFields({ ...parts, key: 'wallet' })}<input type="hidden" name="method" value="wallet">
<button class="btn wide"><span>${payVerb(parts)}</span></button></form>`;
        return method(amount(available), html`${form}${left}`);
      }
      const missing = session.amountTotal - available;
      const query = { currency: session.currency, amount: formatAmount(missing, currency), next: here };
      const link = `/wallet/top-up?${new URLSearchParams(query).toString()}`;
      return method(
        amount(available),
        html`<p>${w.balanceShort(amount(missing))}</p><p><a class="btn two" href="${link}"
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

/**
 * What every form that pays carries, and the e-mail where nobody has said one. What whoever has signed in may
 * do beyond paying is done by a form of their own session's, as its token proves. In answer to a form the
 * page is shown where its e-mail is none: it stands there again.
 *
 * @param key of the method: a page has several such forms
 */
export function payFields({
  visit,
  order,
  attempt,
  key,
}: Pick<MethodParts, 'visit' | 'order' | 'attempt'> & {
  readonly key: string;
}): Html {
  const { session } = order;
  const w = checkoutWords[visit.language];
  const asksEmail = session.customerEmail === null && session.payer === null && session.customer === null;
  const wrong = visit.form['email'];
  const token =
    visit.visitor?.signedIn && html`<input type="hidden" name="${FORM_TOKEN}" value="${visit.formToken}">`;
  return html`${attemptFields(session, attempt)}${token}
${
  asksEmail &&
  html`<div class="field${wrong !== undefined && ' bad'}"><label for="email-${key}">${w.email}</label>
<input id="email-${key}" name="email" type="email" autocomplete="email" inputmode="email"
 maxlength="320"${
   wrong !== undefined &&
   html` value="${wrong}" aria-invalid="true" autofocus aria-describedby="email-${key}-error"`
 }>${wrong !== undefined && html`<span class="err" id="email-${key}-error">${w.badEmail}</span>`}</div>`
}`;
}
