import type { Challenge } from '@tpmall/identity/contract';
import { html } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { TYPED } from '../frame/typed-form.ts';
import { type Frame, formFields, shopPage } from '../shop/shop-page.ts';
import { lineField } from './fields.ts';
import { accountWords } from './words.ts';

/** What is wrong with what was sent: with its field, or with the whole. */
export interface Wrong {
  readonly field?: string;
  readonly problem?: string;
}

/** A page of one column. */
export const MAIN = 'wrap plain';

const statusOf = ({ field, problem }: Wrong) =>
  field === undefined && problem === undefined ? {} : { status: 400 };

/** The page that asks where to send the code. */
export function signInPage(frame: Frame, next: string, email = '', wrong: Wrong = {}): Answer {
  const w = accountWords[frame.language];
  const body = html`<form id="${TYPED}" method="post" action="/sign-in" class="stack l" novalidate>
${formFields(frame)}<input type="hidden" name="next" value="${next}">
<div class="stack s"><h1>${w.signIn}</h1><p class="dim">${w.signInLede}</p></div>
${wrong.problem !== undefined && html`<p class="note red" role="alert">${wrong.problem}</p>`}
${lineField({
  ...{ name: 'email', label: w.email, value: email, max: 320, autocomplete: 'email' },
  ...{ type: 'email', inputMode: 'email', error: wrong.field, required: true },
})}
<button class="btn">${w.send}</button></form>`;
  return shopPage(frame, { title: w.signIn, body, main: MAIN, typed: '/sign-in', ...statusOf(wrong) });
}

/** The page that asks for the code, or says why it is of no use any more. */
export function codePage(frame: Frame, next: string, challenge: Challenge, wrong: Wrong = {}): Answer {
  const w = accountWords[frame.language];
  const { id, email, state } = challenge;
  const again = html`<p><a href="/sign-in?${new URLSearchParams({ next }).toString()}">${w.again}</a></p>`;
  const body =
    state === 'open'
      ? html`<form method="post" action="/sign-in/${id}" class="stack l" novalidate>
${formFields(frame)}<input type="hidden" name="next" value="${next}">
<div class="stack s"><h1>${w.codeTitle}</h1><p class="dim">${w.codeLede(email)}</p></div>
${wrong.problem !== undefined && html`<p class="note red" role="alert">${wrong.problem}</p>`}
${lineField({
  ...{ name: 'code', label: w.code, value: '', max: 12, autocomplete: 'one-time-code' },
  ...{ inputMode: 'numeric', hint: w.codeHint, error: wrong.field, required: true },
})}
<button class="btn">${w.finish}</button>${again}</form>`
      : html`<div class="stack l"><h1>${w.codeTitle}</h1>
<p class="note ochre" role="alert">${w.over[state]}</p>${again}</div>`;
  return shopPage(frame, { title: w.codeTitle, body, main: MAIN, ...statusOf(wrong) });
}
