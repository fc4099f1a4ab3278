import { hasPostalCodes } from '@tpmall/checkout/contract';
import { type Cart, QUANTITY_MAX } from '@tpmall/mall/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Visit } from '../frame/visit.ts';
import { showGoods } from './browse-routes.ts';
import { cartPage } from './cart-view.ts';
import { ADDRESS_FIELDS, COUNTRIES, checkoutPage, type Filled } from './checkout-view.ts';
import type { AtCounter, Counter } from './counter.ts';
import { forgetAddress, keepAddress, keptAddress } from './kept-address.ts';
import { type Frame, sameForm } from './shop-page.ts';
import { CURRENCIES } from './shopper.ts';

/** What is longer is the id of nothing. */
const VARIANT_MAX = 65;
/** Lines of a cart that stand on the first screen of a phone. */
const LINES_AT_TOP = 3;

/** The cart, and what is done with it. */
export function buyRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const page = { method: 'GET', access: 'anyone' } as const;
  const form = { method: 'POST', access: 'anyone' } as const;
  return [
    { ...page, path: '/cart', handle: (visit) => counter.at(visit, (at) => showCart(at)) },
    {
      ...{
        ...form,
        path: '/cart/add',
        page: ({ form: { goods = '' } }) => `/goods/${encodeURIComponent(goods)}`,
      },
      handle: (visit) => counter.at(visit, (at) => add(visit, at)),
    },
    { ...form, path: '/cart/change', handle: (visit) => counter.at(visit, (at) => change(visit, at)) },
    { ...page, path: '/checkout', handle: (visit) => counter.at(visit, firstLook) },
    {
      ...form,
      path: '/checkout',
      handle: (visit) =>
        counter.at(visit, (at) =>
          isRedrawn(visit) ? redraw(environment, at) : place(environment, visit, at),
        ),
    },
  ];
}

/** The form with what the shopper said the last time, and who they are. */
async function firstLook(at: AtCounter): Promise<Answer> {
  const { shopper, frame } = at;
  const person = frame.visit.visitor?.signedIn?.person;
  const last = shopper.isNew ? undefined : await lastAddress(at);
  const kept = keptAddress(frame.visit);
  if (kept) return showCheckout(at, { values: kept, errors: {} });
  const values = { ...last, email: person?.email ?? last?.email ?? '' };
  return showCheckout(at, {
    values: { ...values, name: last?.name ?? person?.displayName ?? '' },
    errors: {},
  });
}

/** Where the last order went; undefined where there is none, or nobody answers: the form is empty then. */
async function lastAddress({ mall, context, shopper: { owner } }: AtCounter) {
  const orders = await mall.listOrders(context(), { owner, limit: 1 });
  const [last] = orders.ok ? orders.value.items : [];
  const found = last && (await mall.findOrder(context(), { id: last.id, owner }));
  if (!found?.ok) return undefined;
  const { address, email } = found.value;
  const { phone, line2, state, postalCode, ...rest } = address;
  return {
    ...rest,
    email,
    phone: phone ?? '',
    line2: line2 ?? '',
    state: state ?? '',
    postalCode: postalCode ?? '',
  };
}

async function showCart({ mall, context, frame, shopper }: AtCounter): Promise<Answer> {
  const { owner, currency } = shopper;
  const { query } = frame.visit;
  const cart = await mall.readCart(context(), { owner, currency });
  if (!cart.ok) return plainPage(frame.visit, 'failed');
  return cartPage(frame, cart.value, {
    at: placeOf(query['at']),
    ...{ wasOrdered: query['ordered'] === '1', wasSold: query['sold'] === '1' },
  });
}

/** The place of a line, as forms and addresses say it. */
function placeOf(text: string | undefined): number | undefined {
  return /^\d{1,3}$/.test(text ?? '') ? Number(text) : undefined;
}

async function add({ form }: Visit, at: AtCounter): Promise<Answer> {
  const { mall, shopper, context } = at;
  const goods = form['goods'] ?? '';
  const variant = (form['variant'] ?? '').slice(0, VARIANT_MAX);
  const quantity = Number(form['quantity'] ?? '1');
  // A page that the back button brings back is the same form: another choice on it is another wish.
  const added = await mall.addToCart(context(form['form_id'], `${variant} ${quantity}`), {
    ...{ owner: shopper.owner, variant, quantity },
    currency: shopper.currency,
  });
  if (added.ok) return { kind: 'go', path: '/cart', cookies: shopper.cookies };
  const { frame } = at;
  const { w } = frame;
  const again = (problem: string, shown = frame) =>
    showGoods({ ...at, frame: shown }, goods, { problem, variant, quantity });
  switch (added.error.code) {
    case 'cart_is_full':
    case 'quantity_too_large':
      return again(w.notAdded[added.error.code]);
    case 'not_found':
      return again(w.notSold);
    case 'invalid_input':
      return again(quantity > QUANTITY_MAX ? w.notAdded.quantity_too_large : w.quantityNeeded);
    case 'unavailable':
    case 'unknown':
      return again(w.unanswered, sameForm(frame));
    default:
      return again(w.busy);
  }
}

async function change(visit: Visit, { mall, context, shopper }: AtCounter): Promise<Answer> {
  const quantity = Number(visit.form['quantity'] ?? '');
  const { owner, currency } = shopper;
  const isNumber = Number.isInteger(quantity) && quantity >= 0 && quantity <= QUANTITY_MAX;
  if (!isNumber) return plainPage(visit, 'unreadable');
  const lines = [{ variant: visit.form['variant'] ?? '', quantity }];
  // It says how many there shall be, so that sending it twice does nothing more. One line's buttons are one
  // form, and whoever presses another one means that.
  const changed = await mall.changeCart(context(), { owner, currency, lines });
  if (changed.ok) return { kind: 'go', path: cartAt(changed.value, placeOf(visit.form['place']) ?? 0) };
  return plainPage(visit, changed.error.code === 'invalid_input' ? 'unreadable' : 'failed');
}

/**
 * Back to where the shopper was, whichever line has gone. The first lines are seen from the top of the page:
 * there nothing moves under the finger.
 */
function cartAt({ parcels }: Cart, place: number): string {
  const lines = parcels.reduce((count, parcel) => count + parcel.lines.length, 0);
  const at = Math.min(place, lines - 1);
  return at < LINES_AT_TOP ? '/cart' : `/cart?at=${at}#line-${at}`;
}

async function showCheckout(
  { mall, context, frame, shopper }: AtCounter,
  filled: Filled,
  instead: Answer = { kind: 'go', path: '/cart' },
): Promise<Answer> {
  const { owner, currency } = shopper;
  const cart = await mall.readCart(context(), { owner, currency });
  if (!cart.ok) return plainPage(frame.visit, 'failed');
  // What cannot be ordered is said where it can be mended.
  return cart.value.canBeOrdered ? checkoutPage(frame, cart.value, filled) : instead;
}

/** An address of the form's fields; what may be left out and was is null. */
function addressOf(values: Readonly<Record<string, string>>, country: string) {
  const or = (text = ''): string | null => (text === '' ? null : text);
  return {
    ...{ name: values['name'] ?? '', phone: or(values['phone']) },
    ...{ line1: values['line1'] ?? '', line2: or(values['line2']), city: values['city'] ?? '' },
    ...{ state: or(values['state']), postalCode: or(values['postalCode']), country },
  };
}

/** What was written into the fields of an address, and what is missing. */
function readAddress({ visit: { form }, w }: Frame) {
  const errors: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const { name, needed } of ADDRESS_FIELDS) {
    values[name] = (form[name] ?? '').trim();
    if (needed && values[name] === '') errors[name] = w.fillIn[name];
  }
  const country = COUNTRIES.find((code) => code === form['country']) ?? COUNTRIES[0];
  values['country'] = country;
  if (values['postalCode'] === '' && hasPostalCodes(country)) errors['postalCode'] = w.fillIn.postalCode;
  return { values, errors, country };
}

/** The form in another language, with what stands in it. */
async function redraw({ config }: WebEnvironment, at: AtCounter): Promise<Answer> {
  const frame = sameForm(at.frame);
  const { values } = readAddress(frame);
  const cookies = keepAddress(config, values);
  return showCheckout({ ...at, frame }, { values, errors: {} }, { kind: 'go', path: '/cart', cookies });
}

async function place(environment: WebEnvironment, visit: Visit, at: AtCounter): Promise<Answer> {
  const { shopper, frame, mall, context } = at;
  const { w, language } = frame;
  const { form } = visit;
  const { owner } = shopper;
  const { values, errors, country } = readAddress(frame);
  const { config } = environment;
  const again = (extra: Partial<Filled> = {}) =>
    showCheckout(
      at,
      { values, errors, ...extra },
      { kind: 'go', path: '/cart?sold=1', cookies: keepAddress(config, values) },
    );
  const total = /^\d{1,15}$/.exec(form['total'] ?? '')?.[0];
  const currency = CURRENCIES.find((code) => code === form['currency']);
  if (Object.keys(errors).length > 0) return again();
  const seen = { total: total === undefined ? undefined : BigInt(total), lines: form['seen'] ?? '' };
  const changed = () =>
    again({ problem: w.changedMeanwhile, ...(currency === shopper.currency && { seen }) });
  if (total === undefined || currency !== shopper.currency) return changed();
  const url = config.webUrl;
  const placed = await mall.placeOrder(context(form['form_id']), {
    ...{ owner, currency, language, email: values['email'] ?? '' },
    address: addressOf(values, country),
    expectedTotal: BigInt(total),
    acceptPrices: form['accept'] === '1',
    successUrl: `${url}/orders/{ORDER_ID}?paid=1`,
    cancelUrl: `${url}/orders/{ORDER_ID}`,
  });
  if (placed.ok) {
    const { id, session } = placed.value;
    const path = session === null ? `/orders/${id}` : `/c/pay/${session}`;
    return { kind: 'go', path, cookies: [...shopper.cookiesOfOrder, forgetAddress(config)] };
  }
  const { code, field } = placed.error;
  switch (code) {
    case 'cart_is_empty':
      return { kind: 'go', path: '/cart?ordered=1' };
    case 'not_sold':
    case 'out_of_stock':
      return again({ problem: w.soldMeanwhile });
    case 'prices_changed':
      return again({ errors: { accept: w.acceptNeeded } });
    case 'total_changed':
    case 'idempotency_mismatch':
      return changed();
    case 'amount_too_large':
      return again({ problem: w.orderTooLarge });
    case 'invalid_input': {
      const wrong = ADDRESS_FIELDS.find((one) => one.field === field);
      if (!wrong) return again({ problem: w.fix });
      return again({ errors: { [wrong.name]: wrong.name === 'email' ? w.badEmail : w.tooLong } });
    }
    case 'unavailable':
    case 'unknown':
      // It may have been ordered: then the cart is empty, and its page leads to the orders.
      return showCheckout(
        { ...at, frame: sameForm(frame) },
        { values, errors, problem: w.unanswered },
        { kind: 'go', path: '/cart?ordered=1', cookies: keepAddress(config, values) },
      );
    default:
      return again({ problem: w.busy });
  }
}
