import { type Html, html } from './html.ts';
import { mark, page } from './layout.ts';
import { type Language, type Words, words } from './words.ts';

/** The pages of the ledger, by their paths. */
export const LEDGER_PAGES = {
  overview: '/ledger',
  chart: '/ledger/chart',
  journal: '/ledger/journal',
  trialBalance: '/ledger/trial-balance',
} as const;
type PageName = keyof typeof LEDGER_PAGES;

const NAMES: readonly PageName[] = ['overview', 'chart', 'journal', 'trialBalance'];

/** A page of the ledger: its name as title, the others in the head, and the other language. */
export function ledgerPage(language: Language, name: PageName, body: Html): string {
  const w = words[language];
  const other = language === 'en' ? 'zh' : 'en';
  const link = (to: PageName): Html => {
    const current = to === name && html` aria-current="page"`;
    return html`<li><a href="${LEDGER_PAGES[to]}?lang=${language}"${current}>${w[to]}</a></li>
`;
  };
  return page({
    language,
    title: `${w[name]} · ${w.ledger}`,
    skip: w.skip,
    nav: html`<a class="mark" href="/">${mark}<span>TPMall</span></a>
<nav aria-label="${w.ledger}"><ul>${NAMES.map(link)}
<li><a href="${LEDGER_PAGES[name]}?lang=${other}" lang="${other}" hreflang="${other}">${w.other}</a></li>
</ul></nav>`,
    body: html`<h1>${w[name]}</h1>
${body}`,
  });
}

/** What will appear here, and one link. */
export function emptyState(w: Words, text: string): Html {
  return html`<div class="note"><p>${text}</p><p><a href="/openapi.json">${w.learn}</a></p></div>`;
}

/** The same as a file. `query` begins with its question mark. */
export function csvLink(w: Words, name: PageName, query = ''): Html {
  return html`<p><a href="${LEDGER_PAGES[name]}.csv${query}">${w.csv}</a></p>`;
}
