import { currencyOf, formatAmount } from '@tpmall/kernel';
import type { Goods, Shop, Variant } from '@tpmall/mall/contract';
import { Html, html, type Language, languageTags, otherLanguage } from '@tpmall/platform/pages';
import type { Visit } from '../frame/visit.ts';
import { plateUrl } from './plates.ts';

/** What a page tells those who list pages: search engines, and programs that show links. */
export interface About {
  /** One sentence or two. */
  readonly description: string;
  /** Which page of a shelf, from 1. */
  readonly page?: number;
  /** What is on it in the terms of schema.org (JSON-LD). */
  readonly data?: object;
}

/** Search engines show about so much of a description. */
const DESCRIPTION_MAX = 160;

/**
 * The part of a document's head that says which page it is, in which languages there is one, and what is on
 * it. Pages of a cart, of orders and of accounts are about nothing that anybody else should find.
 */
export function aboutHead(
  { url, language }: Pick<Visit, 'url' | 'language'>,
  about: About | undefined,
): Html {
  if (!about) return html`<meta name="robots" content="noindex">\n`;
  const page = about.page !== undefined && about.page > 1 ? about.page : undefined;
  const address = (lang: Language | null): string => addressOf(url.origin, url.pathname, lang, page);
  const other = otherLanguage(language);
  const alternates = [language, other].map(
    (one) => html`<link rel="alternate" hreflang="${languageTags[one]}" href="${address(one)}">\n`,
  );
  return html`<meta name="description" content="${shortened(about.description)}">
<link rel="canonical" href="${address(language)}">
${alternates}<link rel="alternate" hreflang="x-default" href="${address(null)}">
${about.data !== undefined && dataBlock(about.data)}`;
}

/** The address of a page in one language, or in the reader's. */
export function addressOf(origin: string, path: string, language: Language | null, page?: number): string {
  const query = new URLSearchParams({
    ...(page !== undefined && { page: String(page) }),
    ...(language !== null && { lang: language }),
  }).toString();
  return `${origin}${path}${query === '' ? '' : `?${query}`}`;
}

function shortened(text: string): string {
  if (text.length <= DESCRIPTION_MAX) return text;
  const cut = text.slice(0, DESCRIPTION_MAX - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > DESCRIPTION_MAX / 2 ? cut.slice(0, space) : cut}…`;
}

/** Browsers do not run it; what would end the element early is written otherwise. */
function dataBlock(data: object): Html {
  const text = JSON.stringify(data).replaceAll('<', '\\u003c');
  return new Html(`<script type="application/ld+json">${text}</script>\n`);
}

/** Goods as schema.org knows a product, with what each variant costs. */
export function productData(
  { url, language }: Pick<Visit, 'url' | 'language'>,
  goods: Goods,
  shop: Shop,
  variants: readonly Variant[],
  currency: string,
): object {
  const address = addressOf(url.origin, `/goods/${goods.id}`, language);
  const offers = variants.map(({ sku, amounts, available }) => ({
    '@type': 'Offer',
    ...{ sku, url: address, priceCurrency: currency.toUpperCase() },
    price: formatAmount(amounts[currency] ?? 0n, currencyOf(currency)),
    availability: `https://schema.org/${goods.active && available > 0 ? 'InStock' : 'OutOfStock'}`,
    seller: { '@type': 'Organization', name: shop.name[language] },
  }));
  return {
    ...{ '@context': 'https://schema.org', '@type': 'Product', url: address },
    name: goods.name[language],
    description: `${goods.summary[language]} ${goods.description[language]}`,
    image: `${url.origin}${plateUrl(goods.plate)}`,
    brand: { '@type': 'Brand', name: shop.name[language] },
    offers,
  };
}
