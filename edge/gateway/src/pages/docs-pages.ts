import { type CatalogueEntry, declineCodes, type ErrorCode, errorCatalogue } from '@tpmall/wire';
import { html } from './html.ts';
import { mark, page } from './layout.ts';

const SKIP = 'To the content';
const nav = html`<a class="mark" href="/">${mark}<span>TPMall</span></a><nav aria-label="Sections"><ul><li><a href="/openapi.json">OpenAPI</a></li><li><a href="/docs/errors">Errors</a></li><li><a href="/ledger">Ledger</a></li></ul></nav>`;

/** `GET /`: what this is and where to go on. */
export function welcomePage(): string {
  return page({
    language: 'en',
    title: 'The API',
    skip: SKIP,
    nav,
    body: html`<h1>This is the API of TPMall</h1>
<p class="lede">Payments, merchants and a double-entry ledger, on your own machine.</p>
<dl class="spec">
<div><dt>Operations</dt><dd><a href="/openapi.json">OpenAPI 3.1 document</a></dd></div>
<div><dt>Errors</dt><dd><a href="/docs/errors">Every code, with its remedy</a></dd></div>
<div><dt>Ledger</dt><dd><a href="/ledger">Chart of accounts, journal, trial balance</a> (operator key)</dd></div>
<div><dt>Health</dt><dd><a href="/healthz">Process</a>, <a href="/readyz">dependencies</a>, <a href="/metrics">metrics</a></dd></div>
</dl>
<p class="cap">Wire-compatible with clients written for the Stripe API; not affiliated with or endorsed by Stripe, Inc.</p>`,
  });
}

/** `GET /docs/errors`: the whole catalogue. */
export function errorsPage(): string {
  return page({
    language: 'en',
    title: 'Errors',
    skip: SKIP,
    nav,
    body: html`<h1>Errors</h1>
<p class="lede">Every code the API answers with. The code stands in <span class="mono">error.code</span>, or in <span class="mono">code</span> of a problem.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Errors"><table class="tbl"><thead><tr><th scope="col">Code</th><th scope="col" class="n">Status</th><th scope="col">What happened</th></tr></thead><tbody>
${Object.entries(errorCatalogue).map(
  ([code, entry]) =>
    html`<tr id="${code}"><th scope="row"><a class="mono" href="/docs/errors/${code}">${code}</a></th><td class="n">${entry.status}</td><td>${entry.explanation}</td></tr>
`,
)}</tbody></table></div>`,
  });
}

/** `GET /docs/errors/:code`: one entry of it. */
export function errorDocPage(code: ErrorCode, entry: CatalogueEntry): string {
  const declines = Object.entries(declineCodes);
  return page({
    language: 'en',
    title: code,
    skip: SKIP,
    nav,
    body: html`<h1>${code}</h1>
<p class="lede">${entry.explanation}</p>
<p>${entry.remedy}</p>
<dl class="spec"><div><dt>Id</dt><dd class="mono">${entry.id}</dd></div><div><dt>Type</dt><dd class="mono">${entry.type}</dd></div><div><dt>HTTP status</dt><dd>${entry.status}</dd></div></dl>
${
  code === 'card_declined' &&
  html`<h2>Decline codes</h2><dl class="spec">${declines.map(([name, text]) => html`<div><dt class="mono">${name}</dt><dd>${text}</dd></div>`)}</dl>`
}
<p><a href="/docs/errors">All errors</a></p>`,
  });
}
