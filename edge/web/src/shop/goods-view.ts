import { currencyOf } from '@tpmall/kernel';
import { type Goods, type GoodsCard, QUANTITY_MAX, type Shop, type Variant } from '@tpmall/mall/contract';
import { type Html, html, moneyTextWithSign, punctuation } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { productData } from './about.ts';
import { type Frame, formFields, leavesText, plate, price, shelf, shopPage } from './shop-page.ts';
import { CURRENCIES } from './shopper.ts';

/** So few pieces of a variant that it is worth saying. */
const FEW = 5;

/** What one product's page shows. */
export interface ShownGoods {
  readonly goods: Goods;
  readonly shop: Shop;
  /** Others of the same shop. */
  readonly others: readonly GoodsCard[];
  readonly ofShop: number;
  /** The last attempt to put it into the cart. */
  readonly refused?: RefusedChoice;
}

/** What a shopper has chosen, and why it could not be put into the cart. */
export interface RefusedChoice {
  readonly problem: string;
  /** Its id; empty where none was chosen. */
  readonly variant: string;
  /** NaN where it was no number. */
  readonly quantity: number;
}

/** One product, its variants and the way into the cart. */
export function goodsPage(frame: Frame, shown: ShownGoods): Answer {
  const { language, shopper, w } = frame;
  const { goods, shop, others, ofShop } = shown;
  const { comma } = punctuation[language];
  const name = goods.name[language];
  const views = [0, 1, 2, 3].map((view) => html`<li>${plate(goods.plate, `view-${view}`)}</li>`);
  const body = html`<nav class="crumb" aria-label="${w.breadcrumb}">
<a href="/aisles/${goods.category}">${w.category[goods.category]}</a> <span aria-hidden="true">/</span>
<a href="/shops/${shop.merchant}">${shop.name[language]}</a></nav>
<div class="prod"><div>${plate(goods.plate, 'big', false)}<ul class="thumbs"
 aria-hidden="true">${views}</ul></div>
<div class="stack l"><div class="stack s"><p
 class="cap">${shop.name[language]}${comma}${shop.place[language]}</p>
<h1>${name}</h1>${prices(frame, goods, shop)}</div>
<p>${goods.summary[language]}</p><p class="dim">${goods.description[language]}</p>
${buying(frame, shown)}
<section class="stack s"><h2 class="h3">${w.kept}</h2><dl class="spec">${w.keptRows.map(
    ([when, what]) => html`<div><dt>${when}</dt><dd>${what}</dd></div>`,
  )}</dl></section></div></div>
${
  others.length > 0 &&
  html`<section class="more"><div class="head"><h2>${w.moreFrom(shop.name[language])}</h2>
<a class="cap tap" href="/shops/${shop.merchant}">${w.allOf(ofShop)}</a></div>
${shelf(frame, others)}</section>`
}`;
  const status = shown.refused ? 409 : undefined;
  const about = {
    description: `${goods.summary[language]} ${goods.description[language]}`,
    data: productData(frame.visit, goods, shop, onSale(goods, shopper.currency), shopper.currency),
  };
  return shopPage(frame, { title: name, body, about, isCart: true, ...(status !== undefined && { status }) });
}

function onSale({ variants }: Goods, currency: string): Variant[] {
  return variants.filter(({ active, amounts }) => active && amounts[currency] !== undefined);
}

function lowest(variants: readonly Variant[], currency: string): bigint | undefined {
  return variants
    .map(({ amounts }) => amounts[currency])
    .reduce(
      (low, amount) => (low === undefined || (amount !== undefined && amount < low) ? amount : low),
      undefined,
    );
}

function prices(frame: Frame, goods: Goods, shop: Shop): Html {
  const { language, shopper, w } = frame;
  const variants = onSale(goods, shopper.currency);
  const low = lowest(variants, shopper.currency);
  const other = CURRENCIES.find((code) => code !== shopper.currency);
  const second = other && lowest(onSale(goods, other), other);
  const percent = `${shop.taxBasisPoints / 100}%`;
  return html`${low !== undefined && html`<p class="fig">${price(frame, low)}</p>`}
<p class="cap">${
    second !== undefined && other && w.other(moneyTextWithSign(language, second, currencyOf(other)))
  }
${w.taxIncluded(percent)}</p>`;
}

function buying(frame: Frame, { goods, shop, refused }: ShownGoods): Html {
  const { shopper, w } = frame;
  const variants = goods.active ? onSale(goods, shopper.currency) : [];
  const there = variants.filter(({ available }) => available > 0);
  const first = there.find(({ id }) => id === refused?.variant) ?? there[0];
  const most = Math.max(0, ...variants.map(({ available }) => available));
  if (!first) return html`<p class="note">${w.soldOutText}</p>`;
  // Which of them is chosen is not known here: each says itself how few of it are left.
  const left = goods.options.length === 0 ? w.left(most) : most > FEW ? w.inStock : undefined;
  const wanted = refused && refused.quantity >= 1 && refused.quantity <= QUANTITY_MAX ? refused.quantity : 1;
  const promise = [left, leavesText(frame, shop)].filter((text) => text !== undefined).join(' · ');
  const sentence = promise.charAt(0).toUpperCase() + promise.slice(1);
  return html`<form method="post" action="/cart/add" class="stack">${formFields(frame)}
<input type="hidden" name="goods" value="${goods.id}">
${refused && html`<p class="note red" role="alert">${refused.problem}</p>`}
${
  goods.options.length > 0
    ? choices(frame, goods, variants, first)
    : html`<input type="hidden"
 name="variant" value="${first.id}">`
}
<div class="buy"><div class="field"><label for="quantity">${w.quantity}</label>
<input id="quantity" name="quantity" type="number" inputmode="numeric" min="1"
 max="${Math.min(QUANTITY_MAX, most)}" value="${wanted}" required></div>
<button class="btn">${w.addToCart}</button></div>
<p class="cap">${sentence}</p></form>`;
}

function choices(frame: Frame, goods: Goods, variants: readonly Variant[], first: Variant): Html {
  const { language, shopper, w } = frame;
  const low = lowest(variants, shopper.currency);
  const legend = goods.options.map(({ name }) => name[language]).join(' · ');
  const label = (variant: Variant): string =>
    goods.options
      .map(
        ({ key, values }) => values.find((value) => value.key === variant.values[key])?.name[language] ?? '',
      )
      .join(' · ');
  return html`<fieldset><legend class="lab">${legend}</legend><div class="swatch">${variants.map(
    (variant) => {
      const amount = variant.amounts[shopper.currency];
      const gone = variant.available === 0;
      const differs = amount !== undefined && amount !== low;
      return html`<label><input type="radio" name="variant" value="${variant.id}"${
        variant.id === first.id && html` checked`
      }${gone && html` disabled`}> ${label(variant)}${
        differs &&
        html` <span
 class="cap">${price(frame, amount)}</span>`
      }${gone && html` <span class="cap">${w.soldOut}</span>`}${
        !gone && variant.available <= FEW && html` <span class="cap">${w.left(variant.available)}</span>`
      }</label>`;
    },
  )}</div></fieldset>`;
}
