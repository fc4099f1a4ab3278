import { currencyOf } from '@tpmall/kernel';
import type { Cart, CartLine } from '@tpmall/mall/contract';
import { type Html, html, type Language } from '@tpmall/platform/pages';
import { currencyView } from '../checkout/currency-view.ts';
import { otherPrices } from '../checkout/rate.ts';
import type { Answer } from '../frame/answer.ts';
import { TYPED } from '../frame/typed-form.ts';
import { changesSince, pricesSince, type SeenCart, seenText } from './cart-changes.ts';
import { billView } from './cart-view.ts';
import { type Frame, formFields, price, shopPage } from './shop-page.ts';
import type { ShopWords } from './words.ts';

/** The fields of the form, as they are named in it and in the mall's contract. */
export const ADDRESS_FIELDS = [
  { name: 'email', field: 'email', autocomplete: 'email', type: 'email', max: 320, needed: true },
  { name: 'name', field: 'address.name', autocomplete: 'name', type: 'text', max: 100, needed: true },
  {
    name: 'line1',
    field: 'address.line1',
    autocomplete: 'address-line1',
    type: 'text',
    max: 200,
    needed: true,
  },
  {
    name: 'line2',
    field: 'address.line2',
    autocomplete: 'address-line2',
    type: 'text',
    max: 200,
    needed: false,
  },
  {
    name: 'city',
    field: 'address.city',
    autocomplete: 'address-level2',
    type: 'text',
    max: 100,
    needed: true,
  },
  {
    name: 'postalCode',
    field: 'address.postalCode',
    autocomplete: 'postal-code',
    type: 'text',
    max: 20,
    // Asked for once the country is known to have postal codes.
    needed: false,
  },
  {
    name: 'state',
    field: 'address.state',
    autocomplete: 'address-level1',
    type: 'text',
    max: 100,
    needed: false,
  },
  { name: 'phone', field: 'address.phone', autocomplete: 'tel', type: 'tel', max: 40, needed: false },
] as const;
/**
 * The fields as they stand beside each other, in the order in which letters of the language have them; the
 * country has a field of its own.
 */
const ROWS: Readonly<Record<Language, readonly (readonly (AddressField | 'country')[])[]>> = {
  en: [['email'], ['name', 'phone'], ['line1'], ['line2'], ['city', 'postalCode'], ['state', 'country']],
  zh: [['email'], ['country', 'state'], ['city', 'postalCode'], ['line1'], ['line2'], ['name', 'phone']],
};
/** The name of one of {@link ADDRESS_FIELDS}. */
export type AddressField = (typeof ADDRESS_FIELDS)[number]['name'];

/** Where the demonstration sends to; a shop's own list comes with its rates. */
export const COUNTRIES = [
  'CN',
  'HK',
  'MO',
  'TW',
  'SG',
  'JP',
  'US',
  'GB',
  'DE',
  'FR',
  'NL',
  'AU',
  'CA',
] as const;

/** What was written so far, and what is wrong with it. */
export interface Filled {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly errors: Readonly<Partial<Record<AddressField | 'accept', string>>>;
  /** What is the matter with the order as a whole. */
  readonly problem?: string;
  /** What the form was sent with, where the cart has become another since. */
  readonly seen?: SeenCart;
}

/** Where an order goes, before it is paid. */
export function checkoutPage(frame: Frame, cart: Cart, filled: Filled): Answer {
  const { values, errors, problem, seen } = filled;
  const { w } = frame;
  const isWrong = problem !== undefined || Object.keys(errors).length > 0;
  const body = html`<div class="cart"><form id="${TYPED}" method="post"
 action="/checkout" class="stack l" novalidate>${formFields(frame)}
<input type="hidden" name="total" value="${cart.total}"><input type="hidden" name="currency"
 value="${cart.currency}"><input type="hidden" name="seen" value="${seenText(cart)}">
<div class="stack s"><h1>${w.checkoutTitle}</h1><p class="dim">${w.checkoutLede}</p>
<p class="only-s">${w.total} <strong>${price(frame, cart.total)}</strong></p></div>
${
  isWrong &&
  html`<div class="note red" role="alert"><p>${problem ?? w.fix}</p>${
    seen !== undefined && list(changesSince(frame, seen, cart))
  }</div>`
}
${ROWS[frame.language].map((row) => {
  const fields = row.map((name) => {
    const field = ADDRESS_FIELDS.find((one) => one.name === name);
    return field
      ? input(w, field, values[name] ?? '', errors[field.name])
      : countries(frame, values['country']);
  });
  return fields.length === 1 ? fields : html`<div class="pair">${fields}</div>`;
})}
${cart.pricesChanged && acceptance(frame, cart, errors.accept)}
<button class="btn">${w.place}</button></form>
<aside class="side sheet pad stack" aria-label="${w.bill}"><h2>${w.bill}</h2>${billView(frame, cart)}
<p class="cap">${w.billNote}</p>${currencyOfCart(frame, cart)}</aside></div>`;
  return shopPage(frame, {
    ...{ title: w.checkoutTitle, body, typed: '/checkout' },
    ...(isWrong && { status: 400 }),
  });
}

function currencyOfCart({ language }: Frame, cart: Cart): Html {
  const currency = currencyOf(cart.currency);
  const goods = cart.parcels.flatMap(({ lines }) => lines).map(amountsOf);
  return currencyView(language, currency, otherPrices(currency, goods));
}

function amountsOf({ variant, quantity }: CartLine): Readonly<Record<string, bigint>> {
  const amounts = Object.entries(variant.amounts);
  return Object.fromEntries(amounts.map(([code, amount]) => [code, amount * BigInt(quantity)]));
}

function input(
  w: ShopWords,
  field: (typeof ADDRESS_FIELDS)[number],
  value: string,
  error: string | undefined,
): Html {
  const { name, autocomplete, type, max, needed } = field;
  const said = name === 'email' ? w.emailHint : name === 'postalCode' ? w.postalCodeHint : undefined;
  const hint = said !== undefined && html`<span class="hint" id="${name}-hint">${said}</span>`;
  const described = [...(error === undefined ? [] : [`${name}-error`]), ...(hint ? [`${name}-hint`] : [])];
  return html`<div class="field${error !== undefined && ' bad'}"><label
 for="${name}">${w[name]}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${max}"
 value="${value}"${needed && html` required`}${error !== undefined && html` aria-invalid="true" autofocus`}${
   described.length > 0 && html` aria-describedby="${described.join(' ')}"`
 }>${error !== undefined && html`<span class="err" id="${name}-error">${error}</span>`}${hint}</div>
`;
}

function countries({ language, w }: Frame, chosen = 'CN'): Html {
  const names = new Intl.DisplayNames([language === 'zh' ? 'zh-CN' : 'en'], { type: 'region' });
  return html`<div class="field"><label for="country">${w.country}</label>
<select id="country" name="country" autocomplete="country">${COUNTRIES.map(
    (code) =>
      html`<option value="${code}"${code === chosen && html` selected`}>${names.of(code) ?? code}</option>`,
  )}</select></div>`;
}

function list(items: readonly string[]): Html | false {
  return items.length > 0 && html`<ul class="cap">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function acceptance(frame: Frame, cart: Cart, error: string | undefined): Html {
  const { w } = frame;
  return html`<div class="field"><div class="note ochre"><p>${w.pricesChanged}</p>${list(
    pricesSince(frame, cart),
  )}</div><label class="check">
<input type="checkbox" name="accept" value="1"${
    error !== undefined &&
    html`
 aria-describedby="accept-error"`
  }> ${w.accept}</label>
${error !== undefined && html`<span class="err" id="accept-error">${error}</span>`}</div>`;
}
