import {
  type Html,
  home,
  houseStyle,
  html,
  languageNames,
  languageTags,
  otherLanguage,
  type PageParts,
  page,
  styleSheet,
} from '@tpmall/platform/pages';
import type { Visit } from './visit.ts';
import { frameWords } from './words.ts';

/** The style of the shopper's pages. */
export const webStyle = styleSheet('/assets/web.css', [
  ...houseStyle,
  new URL('../shop/shop.css', import.meta.url),
  new URL('../checkout/checkout.css', import.meta.url),
]);

/** A page of this origin: the mark, what belongs beside it, and the other language. */
export function webPage(
  visit: Pick<Visit, 'language' | 'url'>,
  parts: Pick<PageParts, 'title' | 'body' | 'main' | 'head' | 'after'> & { readonly nav?: Html },
): string {
  const { nav, ...rest } = parts;
  const { language } = visit;
  return page({
    ...rest,
    language,
    skip: frameWords[language].skip,
    style: webStyle,
    nav: html`${home}
${nav}
${tongue(visit)}`,
    density: 'mall',
  });
}

/** The link to the same page in the other language. */
function tongue({ language, url }: Pick<Visit, 'language' | 'url'>): Html {
  const other = otherLanguage(language);
  const query = new URLSearchParams(url.search);
  query.set('lang', other);
  const tag = languageTags[other];
  return html`<a class="tongue" href="${url.pathname}?${query.toString()}" lang="${tag}" hreflang="${tag}"
>${languageNames[other]}</a>`;
}
