import { cell, columnHead, figure, type Html, home, html, row, rowHead, table } from '@tpmall/platform/pages';
import { type CatalogueEntry, declineCodes, type ErrorCode, errorCatalogue } from '@tpmall/wire';
import { apiPage, DISCLAIMER } from './layout.ts';

const nav = html`${home}
<nav aria-label="Sections"><ul>
<li><a href="/openapi.json">OpenAPI</a></li>
<li><a href="/docs/errors">Errors</a></li>
<li><a href="/ledger">Ledger</a></li>
</ul></nav>`;

function docsPage(title: string, body: Html): string {
  return apiPage({ language: 'en', title, skip: 'To the content', nav, body, density: 'reading' });
}

function entry(name: Html | string, text: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${text}</dd></div>
`;
}

function sample(id: string, title: string, code: string): Html {
  return html`<section class="stack s" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<pre class="sample" tabindex="0" aria-labelledby="${id}"><code>${code}</code></pre></section>
`;
}

/**
 * `GET /`: what this is, how to call it, and where to go on.
 *
 * @param apiUrl the origin that clients are pointed at
 */
export function welcomePage(apiUrl: string): string {
  const links = [
    entry('Operations', html`<a href="/openapi.json">OpenAPI 3.1 document</a>`),
    entry('Errors', html`<a href="/docs/errors">Every code, with its remedy</a>`),
    entry('Ledger', html`<a href="/ledger">Overview, journal, trial balance</a>`),
    entry(
      'Operations',
      html`<a href="/console/">The console: outcomes, clearing, deliveries, the audit log</a>`,
    ),
    entry(
      'Health',
      html`<a href="/healthz">Process</a>, <a href="/readyz">dependencies</a>,
<a href="/metrics">metrics</a>`,
    ),
  ];
  return docsPage(
    'The API',
    html`<div class="cols">
<div class="stack l"><h1 class="large">This is the API of TPMall</h1>
<p class="lede">Payments, merchants and a double-entry ledger, on your own machine.</p>
${sample('with-curl', 'With curl', curlSample(apiUrl))}
${sample('with-javascript', 'With a client you know', clientSample(apiUrl))}</div>
<aside class="stack" aria-labelledby="onward"><h2 id="onward">Where to go on</h2>
<dl class="spec">${links}</dl>
<p class="cap">The ledger asks for an operator key: it is the user name, the password
stays empty.</p></aside></div>
<p class="cap">${DISCLAIMER}</p>`,
  );
}

function curlSample(apiUrl: string): string {
  return `curl ${apiUrl}/v1/payment_intents \\
  -u "$TPMALL_SECRET_KEY:" \\
  -d amount=2500 -d currency=eur \\
  -d payment_method=pm_card_visa \\
  -d confirm=true \\
  -d return_url=https://shop.example/paid`;
}

function clientSample(apiUrl: string): string {
  const { hostname, port, protocol } = new URL(apiUrl);
  const scheme = protocol.replace(':', '');
  const shownPort = port === '' ? (scheme === 'https' ? '443' : '80') : port;
  return `import Stripe from 'stripe';

const client = new Stripe(process.env.TPMALL_SECRET_KEY, {
  host: '${hostname}', port: ${shownPort}, protocol: '${scheme}',
});
const intent = await client.paymentIntents.create({
  amount: 2500, currency: 'eur',
});`;
}

/** `GET /docs/errors`: the whole catalogue. */
export function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(([code, { status, explanation }]) =>
    row(
      rowHead(html`<a class="mono" id="${code}" href="/docs/errors/${code}">${code}</a>`),
      figure(status, 'no'),
      cell(explanation, 'about'),
    ),
  );
  const heads = [columnHead('Code'), columnHead('Status', true), columnHead('What happened')];
  return docsPage(
    'Errors',
    html`<h1>Errors</h1>
<p class="lede">Every code the API answers with. It stands in <span class="mono">error.code</span>,
or in <span class="mono">code</span> of a problem.</p>
${table('Errors', heads, rows, { fold: 'fold-errors' })}`,
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
    html`<h1 class="code">${code}</h1>
<p class="lede">${explanation}</p>
<p>${remedy}</p>
<dl class="spec">
${entry('Id', mono(id))}${entry('Type', mono(type))}${entry('HTTP status', String(status))}</dl>
${
  code === 'card_declined' &&
  html`<section class="stack" aria-labelledby="declines"><h2 id="declines">Decline codes</h2>
<dl class="spec wide">${declines}</dl></section>`
}
<p><a class="tap" href="/docs/errors">All errors</a></p>`,
  );
}
