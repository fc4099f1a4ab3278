import { type Html, home, html, type Language, languageTags } from '@tpmall/platform/pages';
import { apiPage } from './layout.ts';
import { type Words, words } from './words.ts';

/** The ledger's pages, by their paths. */
export const LEDGER_PAGES = {
  overview: '/ledger',
  chart: '/ledger/chart',
  journal: '/ledger/journal',
  trialBalance: '/ledger/trial-balance',
  verification: '/ledger/verification',
} as const;
type PageName = keyof typeof LEDGER_PAGES;

/** What stands in the head, under which name, and where it leads. */
const HEAD = [
  ['overview', 'overview', LEDGER_PAGES.overview],
  ['journal', 'journal', LEDGER_PAGES.journal],
  ['trialBalance', 'trialBalance', LEDGER_PAGES.trialBalance],
  ['chart', 'chartShort', LEDGER_PAGES.chart],
  ['operations', 'operations', '/console/'],
] as const satisfies readonly (readonly [PageName | 'operations', keyof Words, string])[];

/** A parameter of a page that is kept when the language changes. */
export type Query = Readonly<Record<string, string | undefined>>;

/** The address of a page in a language; parameters without a value are left out. */
export function addressOf(name: PageName, language: Language, query: Query = {}): string {
  return LEDGER_PAGES[name] + queryText({ lang: language, ...query });
}

/** `?name=value&…` of the parameters that have a value, or nothing. */
export function queryText(query: Query): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** A page for operators: its name as title, what else there is in the head, and the other language. */
export function ledgerPage(language: Language, name: PageName, body: Html, query: Query = {}): string {
  const w = words[language];
  const other = language === 'en' ? 'zh' : 'en';
  const link = ([to, word, path]: (typeof HEAD)[number]): Html => {
    const current = to === name && html` aria-current="page"`;
    return html`<li><a href="${path}${queryText({ lang: language })}"${current}>${w[word]}</a></li>
`;
  };
  const tag = languageTags[other];
  return apiPage({
    language,
    title: `${w[name]} · ${w.ledger}`,
    skip: w.skip,
    nav: html`${home}
<nav class="tabs" aria-label="${w.ledger}"><ul>${HEAD.map(link)}</ul></nav>
<a class="tongue" href="${addressOf(name, other, query)}" lang="${tag}" hreflang="${tag}">${w.other}</a>`,
    density: 'console',
    body: html`<h1>${w[name]}</h1>
${body}`,
  });
}

/** What will appear here, and one link. */
export function emptyState(text: string, link: Html): Html {
  return html`<div class="sheet pad stack s empty">
<p class="dim">${text}</p><p class="tap">${link}</p></div>`;
}

/** The link of most empty states. */
export function learnLink(w: Words): Html {
  return html`<a href="/openapi.json">${w.learn}</a>`;
}

/** The same as a file. */
export function csvLink(w: Words, name: PageName, query: Query = {}): Html {
  return html`<p><a class="tap" href="${LEDGER_PAGES[name]}.csv${queryText(query)}">${w.csv}</a></p>`;
}
