import { type Html, html } from './html.ts';
import { home, page } from './layout.ts';
import { type Language, languageTags, type Words, words } from './words.ts';

/** The operator's pages, by their paths. */
export const LEDGER_PAGES = {
  overview: '/ledger',
  chart: '/ledger/chart',
  journal: '/ledger/journal',
  trialBalance: '/ledger/trial-balance',
  verification: '/ledger/verification',
  unknownOutcomes: '/operations/unknown',
} as const;
type PageName = keyof typeof LEDGER_PAGES;

/** What stands in the head, and under which name. */
const HEAD = [
  ['overview', 'overview'],
  ['journal', 'journal'],
  ['trialBalance', 'trialBalance'],
  ['chart', 'chartShort'],
  ['unknownOutcomes', 'unknownShort'],
] as const satisfies readonly (readonly [PageName, keyof Words])[];

/** A parameter of a page that is kept when the language changes. */
export type Query = Readonly<Record<string, string | undefined>>;

/** The address of a page in a language; parameters without a value are left out. */
export function addressOf(name: PageName, language: Language, query: Query = {}): string {
  return LEDGER_PAGES[name] + queryText({ lang: language, ...query });
}

/** `?name=value&…`, or nothing. */
function queryText(query: Query): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** A page for operators: its name as title, the others in the head, and the other language. */
export function ledgerPage(language: Language, name: PageName, body: Html, query: Query = {}): string {
  const w = words[language];
  const other = language === 'en' ? 'zh' : 'en';
  const link = ([to, word]: (typeof HEAD)[number]): Html => {
    const current = to === name && html` aria-current="page"`;
    return html`<li><a href="${addressOf(to, language)}"${current}>${w[word]}</a></li>
`;
  };
  const tag = languageTags[other];
  return page({
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

/** What will appear here, and one link; `heading` where that nothing is here is the news. */
export function emptyState(text: string, link: Html, heading?: string): Html {
  const news = heading !== undefined && html`<p class="h2">${heading}</p>`;
  return html`<div class="sheet pad stack s empty">${news}
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
