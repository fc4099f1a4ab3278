import { type CatalogueEntry, declineCodes, type ErrorCode, errorCatalogue } from '@tpmall/wire';
import { type Html, html } from './html.ts';
import { DISCLAIMER, mark, page } from './layout.ts';
import { cell, columnHead, figure, row, rowHead, table } from './table.ts';

const nav = html`<a class="mark" href="/">${mark}<span>TPMall</span></a>
<nav aria-label="Sections"><ul>
<li><a href="/openapi.json">OpenAPI</a></li>
<li><a href="/docs/errors">Errors</a></li>
<li><a href="/ledger">Ledger</a></li>
</ul></nav>`;

function docsPage(title: string, body: Html): string {
  return page({ language: 'en', title, skip: 'To the content', nav, body });
}

function entry(name: Html | string, text: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${text}</dd></div>
`;
}

/** `GET /`: what this is and where to go on. */
export function welcomePage(): string {
  const links = [
    entry('Operations', html`<a href="/openapi.json">OpenAPI 3.1 document</a>`),
    entry('Errors', html`<a href="/docs/errors">Every code, with its remedy</a>`),
    entry('Ledger', html`<a href="/ledger">Chart of accounts, journal, trial balance</a> (operator key)`),
    entry(
      'Health',
      html`<a href="/healthz">Process</a>, <a href="/readyz">dependencies</a>,
<a href="/metrics">metrics</a>`,
    ),
  ];
  return docsPage(
    'The API',
    html`<h1>This is the API of TPMall</h1>
<p class="lede">Payments, merchants and a double-entry ledger, on your own machine.</p>
<dl class="spec">${links}</dl>
<p class="cap">${DISCLAIMER}</p>`,
  );
}

/** `GET /docs/errors`: the whole catalogue. */
export function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(([code, { status, explanation }]) =>
    row(
      rowHead(html`<a class="mono" id="${code}" href="/docs/errors/${code}">${code}</a>`),
      figure(status),
      cell(explanation),
    ),
  );
  const heads = [columnHead('Code'), columnHead('Status', true), columnHead('What happened')];
  return docsPage(
    'Errors',
    html`<h1>Errors</h1>
<p class="lede">Every code the API answers with. It stands in <span class="mono">error.code</span>,
or in <span class="mono">code</span> of a problem.</p>
${table('Errors', heads, rows)}`,
  );
}

/** `GET /docs/errors/:code`: one entry of it. */
export function errorDocPage(
  code: ErrorCode,
  { id, type, status, explanation, remedy }: CatalogueEntry,
): string {
  const mono = (text: string): Html => html`<span class="mono">${text}</span>`;
  const declines = Object.entries(declineCodes).map(([name, text]) => entry(mono(name), text));
  return docsPage(
    code,
    html`<h1>${code}</h1>
<p class="lede">${explanation}</p>
<p>${remedy}</p>
<dl class="spec">
${entry('Id', mono(id))}${entry('Type', mono(type))}${entry('HTTP status', String(status))}</dl>
${code === 'card_declined' && html`<h2>Decline codes</h2><dl class="spec">${declines}</dl>`}
<p><a href="/docs/errors">All errors</a></p>`,
  );
}
