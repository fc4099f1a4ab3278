import { home, html } from '@tpmall/platform/pages';
import { type ErrorOccurrence, errorCatalogue } from '@tpmall/wire';
import { apiPage } from './layout.ts';

/** An error as a page: what failed, what happened to the money, what to do; the code last. */
export function errorPage(error: ErrorOccurrence, status: number, requestId: string): string {
  const entry = errorCatalogue[error.code];
  const title = status === 401 ? 'An operator key is needed' : status === 404 ? 'Nothing here' : 'Not done';
  return apiPage({
    language: 'en',
    title,
    skip: 'To the content',
    nav: home,
    density: 'reading',
    body: html`<h1>${title}</h1>
<p class="lede">${error.message ?? entry.explanation}</p>
<p>${entry.remedy}</p>
<p class="cap"><a href="/docs/errors/${error.code}">${error.code}</a> · ${status} ·
<span class="mono">${requestId}</span></p>`,
  });
}
