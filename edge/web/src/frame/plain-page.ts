import { html } from '@tpmall/platform/pages';
import type { Answer } from './answer.ts';
import { webPage } from './layout.ts';
import type { Visit } from './visit.ts';
import { frameWords } from './words.ts';

/** A page of a few words: what is the matter, and what happened. */
export function plainPage(
  visit: Pick<Visit, 'language' | 'url'>,
  what: 'missing' | 'foreign' | 'unreadable' | 'failed',
  reference?: string,
): Answer {
  const w = frameWords[visit.language];
  const status = { missing: 404, foreign: 403, unreadable: 400, failed: 503 }[what];
  const body = html`<h1>${w[what]}</h1>
<p class="lede">${w[`${what}Text`]}</p>
${
  what === 'missing' &&
  html`<form class="ask" role="search" action="/search"><div class="field"><label for="q">${w.search}</label>
<input id="q" name="q" type="search" maxlength="200"></div><button class="btn two">${w.find}</button></form>`
}
<p><a class="tap" href="/">${w.toMall}</a></p>
${reference !== undefined && html`<p class="cap">${w.reference} <span class="mono">${reference}</span></p>`}`;
  return {
    kind: 'page',
    status,
    html: webPage(visit, { title: w[what], body, main: 'wrap plain stack l' }),
  };
}
