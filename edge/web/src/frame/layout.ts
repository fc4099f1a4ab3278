import {
  type Html,
  home,
  houseStyle,
  html,
  type Language,
  languageNames,
  languageTags,
  otherLanguage,
  type PageParts,
  page,
  styleSheet,
} from '@tpmall/platform/pages';
import { typedFormButtons } from './typed-form.ts';
import type { Visit } from './visit.ts';
import { frameWords } from './words.ts';

/** The style of the shopper's pages. */
export const webStyle = styleSheet('/assets/web.css', [
  ...houseStyle,
  new URL('../shop/shop.css', import.meta.url),
  new URL('../checkout/checkout.css', import.meta.url),
]);

/**
 * A page of this origin: the mark, what belongs beside it, and the other language.
 *
 * @param parts with the action of the form that somebody types into, which goes along into the other language
 */
export function webPage(
  visit: Pick<Visit, 'language' | 'url'>,
  parts: Pick<PageParts, 'title' | 'body' | 'main' | 'head' | 'after'> & {
    readonly nav?: Html;
    readonly typed?: string | undefined;
  },
): string {
  const { nav, typed, ...rest } = parts;
  const { language } = visit;
  const other = otherLanguage(language);
  const buttons = typed === undefined ? undefined : typedFormButtons(typed, other);
  return page({
    ...rest,
    language,
    skip: frameWords[language].skip,
    style: webStyle,
    nav: html`${buttons?.send}${home}
${nav}
${buttons?.tongue ?? tongue(visit, other)}`,
    density: 'mall',
  });
}

/** The link to the same page in the other language. */
function tongue({ url }: Pick<Visit, 'url'>, other: Language): Html {
  const query = new URLSearchParams(url.search);
  query.set('lang', other);
  const tag = languageTags[other];
  return html`<a class="tongue" href="${url.pathname}?${query.toString()}" lang="${tag}" hreflang="${tag}"
>${languageNames[other]}</a>`;
}
