import { currencyOf } from '@tpmall/kernel';
import { type Cart, type CartLine, type CartParcel, QUANTITY_MAX } from '@tpmall/mall/contract';
import { type Html, html, money, moneyTextWithSign, punctuation } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { type Frame, formFields, leavesText, plate, price, shopPage } from './shop-page.ts';

/** Lines of one parcel that are shown at once; of a few more than these none is folded away. */
const LINES_SHOWN = 10;
const LINES_UNFOLDED = 13;

/** What the cart's page tells besides the cart. */
export interface CartSaid {
  /** Which line, from 0, has just been changed: it is shown, whatever is folded away. */
  readonly at?: number | undefined;
  /** The shopper wanted to order what is not in it any more. */
  readonly wasOrdered?: boolean;
  /** Something in it was sold to others while the shopper wanted to order it. */
  readonly wasSold?: boolean;
}

/** A line with its place in the whole cart. */
interface Placed {
  readonly line: CartLine;
  readonly place: number;
}

/** The cart by maker, and its bill. */
export function cartPage(frame: Frame, cart: Cart, said: CartSaid = {}): Answer {
  const { w } = frame;
  const sold = said.wasSold === true && html`<p class="note red" role="alert">${w.soldMeanwhile}</p>`;
  if (cart.parcels.length === 0) {
    const body = html`<div class="empty stack l"><h1>${w.cartEmpty}</h1>${
      said.wasOrdered === true
        ? html`<p class="note" role="status">${w.orderedMeanwhile} <a href="/orders">${w.ordersTitle}</a></p>`
        : html`<p class="lede">${w.cartEmptyText}</p>`
    }
<p><a class="tap" href="/">${w.toMall}</a></p></div>`;
    return shopPage(frame, { title: w.cartTitle, body, isCart: true });
  }
  const parcels = placed(cart);
  const wrong = parcels.flat().filter(({ line }) => line.problem !== null);
  const body = html`<div class="shelf-head stack s"><h1>${w.cartTitle}</h1>
<p class="dim">${w.cartLede(cart.pieces, cart.parcels.length)}</p>${sold}${
    wrong.length > 0 &&
    html`<p class="note red" role="alert">${w.cannotOrder(wrong.length)} <a
 href="#line-${wrong[0]?.place ?? 0}">${w.toFirst}</a></p>`
  }</div>
<div class="cart"><div class="stack xl">${cart.parcels.map((parcel, index) =>
    parcelView(frame, parcel, index + 1, parcels[index] ?? [], said.at),
  )}</div>
<aside class="side sheet pad stack" aria-label="${w.bill}"><h2>${w.bill}</h2>${billView(frame, cart)}
${cart.pricesChanged && html`<p class="note ochre">${w.pricesChanged}</p>`}
${
  cart.canBeOrdered
    ? html`<a class="btn wide" href="/checkout">${w.toCheckout}</a>`
    : html`<span class="btn wide" role="link" aria-disabled="true">${w.toCheckout}</span>`
}
<p class="cap">${w.billNote}</p></aside></div>
${
  cart.canBeOrdered &&
  html`<div class="paybar"><p><span class="cap">${w.total}</span><br>
<strong>${price(frame, cart.total)}</strong></p>
<a class="btn" href="/checkout">${w.toCheckout}</a></div>`
}`;
  return shopPage(frame, { title: w.cartTitle, body, isCart: true });
}

/** The lines of each parcel with their places in the whole cart. */
function placed({ parcels }: Cart): readonly (readonly Placed[])[] {
  let place = 0;
  return parcels.map(({ lines }) => lines.map((line) => ({ line, place: place++ })));
}

/** What a cart comes to. */
export function billView(frame: Frame, cart: Cart): Html {
  const { language, w } = frame;
  const currency = currencyOf(cart.currency);
  return html`<dl class="sum"><div><dt>${w.things(cart.pieces)}</dt>
<dd>${money(cart.goods, currency)}</dd></div>
<div><dt>${w.deliveries(cart.parcels.length)}</dt>
<dd>${cart.delivery === 0n ? w.free : money(cart.delivery, currency)}</dd></div>
<div class="grand"><dt>${w.total}</dt><dd>${price(frame, cart.total)}</dd></div></dl>
<p class="cap">${w.taxOf}${punctuation[language].colon}${price(frame, cart.tax)}</p>`;
}

function parcelView(
  frame: Frame,
  parcel: CartParcel,
  index: number,
  lines: readonly Placed[],
  at: number | undefined,
): Html {
  const { language, w, shopper } = frame;
  const { shop } = parcel;
  const currency = currencyOf(shopper.currency);
  const from = shop.freeDeliveryFrom[shopper.currency];
  return html`<section><div class="head"><h2>${shop.name[language]}</h2>
<span class="cap">${w.parcel(index, shop.place[language])} · ${leavesText(frame, shop)}</span></div>
${linesView(frame, lines, at)}
<dl class="sum cap parcel-sum"><div><dt>${w.delivery}${
    from !== undefined &&
    parcel.delivery > 0n &&
    html`${punctuation[language].comma}${w.freeFrom(moneyTextWithSign(language, from, currency))}`
  }</dt><dd>${parcel.delivery === 0n ? w.free : price(frame, parcel.delivery)}</dd></div>
<div><dt>${w.together(shop.name[language])}</dt><dd
 class="strong">${price(frame, parcel.total)}</dd></div></dl></section>`;
}

/** The lines of a parcel; of very many the first, and those that something is to be done about. */
function linesView(frame: Frame, lines: readonly Placed[], at: number | undefined): Html {
  const list = (some: readonly Placed[]): Html => html`<ul>${some.map((one) => lineView(frame, one))}</ul>`;
  if (lines.length <= LINES_UNFOLDED) return list(lines);
  const isShown = ({ line }: Placed, index: number): boolean => index < LINES_SHOWN || line.problem !== null;
  const rest = lines.filter((one, index) => !isShown(one, index));
  const sum = rest.reduce((total, { line }) => total + line.amount, 0n);
  const isOpen = rest.some(({ place }) => place === at);
  return html`${list(lines.filter(isShown))}${
    rest.length > 0 &&
    html`<details class="rest"${isOpen && html` open`}><summary>${frame.w.folded(
      rest.length,
    )} <span class="end">${price(frame, sum)}</span></summary>${list(rest)}</details>`
  }`;
}

function lineView(frame: Frame, { line, place }: Placed): Html {
  const { language, shopper, w } = frame;
  const { goods, variant, quantity, unitAmount, unitAmountBefore, problem } = line;
  const { colon } = punctuation[language];
  const name = goods.name[language];
  const choice = goods.options
    .map(({ key, values }) => values.find((value) => value.key === variant.values[key])?.name[language] ?? '')
    .join(' · ');
  const text = (amount: bigint) => moneyTextWithSign(language, amount, currencyOf(shopper.currency));
  const wrong =
    problem === 'not_sold' ? w.notSold : problem === 'short' ? w.short(variant.available) : undefined;
  const most = Math.min(QUANTITY_MAX, variant.available);
  return html`<li class="line" id="line-${place}">${plate(goods.plate)}
<div class="what"><a href="/goods/${goods.id}">${name}</a>${
    choice !== '' &&
    html`<span
 class="cap">${choice}</span>`
  }${
    unitAmount !== null &&
    quantity > 1 &&
    html`<span class="cap">${price(frame, unitAmount)} ${w.each}</span>`
  }${
    unitAmount !== null &&
    unitAmountBefore !== null &&
    html`<span class="cap">${w.priceChanged(text(unitAmountBefore), text(unitAmount))}</span>`
  }${wrong !== undefined && html`<span class="err">${wrong}</span>`}</div>
<form class="q" method="post" action="/cart/change">${formFields(frame)}<input type="hidden" name="variant"
 value="${variant.id}"><input type="hidden" name="place" value="${place}">
<div class="qty"><button name="quantity" value="${quantity - 1}"
 aria-label="${quantity === 1 ? `${w.remove}${colon}${name}` : w.fewer(name)}">−</button>
<output>${quantity}</output><button name="quantity" value="${quantity + 1}"
 aria-label="${w.more(name)}"${quantity >= most && html` disabled`}>+</button></div>${
   quantity > 1 &&
   html`<button class="link" name="quantity" value="0">${w.remove}<span
 class="sr">${colon}${name}</span></button>`
 }</form>
<div class="amt end">${
    unitAmount === null
      ? html`<span aria-hidden="true">–</span><span class="sr">${w.noPrice}</span>`
      : price(frame, line.amount)
  }</div></li>
`;
}
