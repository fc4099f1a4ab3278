import type { SessionSummary } from '@tpmall/identity/contract';
import { html, minute } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { TYPED } from '../frame/typed-form.ts';
import { type Frame, formFields, shopPage } from '../shop/shop-page.ts';
import { walletWords } from '../wallet/words.ts';
import { browserName } from './browser-name.ts';
import { lineField } from './fields.ts';
import { MAIN } from './sign-in-view.ts';
import { accountWords } from './words.ts';

/** An account as its page shows it. */
export interface ShownAccount {
  readonly email: string;
  readonly displayName: string;
  readonly handle: string;
  readonly sessions: readonly SessionSummary[];
  /** The session of this browser. */
  readonly current: string;
  readonly errors: Readonly<Partial<Record<'displayName' | 'handle', string>>>;
  /** Whether changes have just been kept. */
  readonly kept: boolean;
}

/** The page of an account: what it is called, where it is signed in, and the way out. */
export function accountPage(frame: Frame, account: ShownAccount): Answer {
  const w = accountWords[frame.language];
  const { email, displayName, handle, errors, kept } = account;
  const isWrong = Object.keys(errors).length > 0;
  const body = html`<div class="stack l"><div class="stack s"><h1>${w.account}</h1>
<p class="dim">${w.accountLede}</p><p>${email}</p>
<ul class="row wraps"><li><a class="tap" href="/orders">${w.orders}</a></li>
<li><a class="tap" href="/wallet">${walletWords[frame.language].wallet}</a></li></ul></div>
${kept && html`<p class="note" role="status">${w.kept}</p>`}
${isWrong && html`<p class="note red" role="alert">${w.fix}</p>`}
<form id="${TYPED}" method="post" action="/account" class="stack" novalidate>${formFields(frame)}
${lineField({
  ...{ name: 'displayName', label: w.name, value: displayName, max: 80, autocomplete: 'name' },
  ...{ hint: w.nameHint, error: errors.displayName },
})}
${lineField({
  ...{ name: 'handle', label: w.handle, value: handle, max: 30, autocomplete: 'username' },
  ...{ hint: w.handleHint, error: errors.handle, required: true },
})}
<button class="btn">${w.keep}</button></form>
${sessionsView(frame, account)}
<form method="post" action="/sign-out">${formFields(frame)}<button
 class="btn two">${w.signOut}</button></form></div>`;
  return shopPage(frame, {
    ...{ title: w.account, body, main: MAIN, typed: '/account' },
    ...(isWrong && { status: 400 }),
  });
}

function sessionsView(frame: Frame, { sessions, current }: ShownAccount) {
  const { language } = frame;
  const w = accountWords[language];
  return html`<section class="stack s" aria-labelledby="sessions"><h2 id="sessions">${w.sessions}</h2>
<ul class="stack s">${sessions.map(
    ({ id, userAgent, lastSeenAt }) => html`<li>${browserName(userAgent, w.on) ?? w.unknownBrowser}
<br><span class="cap">${
      id === current ? w.thisOne : html`${w.lastSeen} ${minute(language, lastSeenAt, frame.visit.timeZone)}`
    }</span></li>`,
  )}</ul>
${
  sessions.length > 1 &&
  html`<form method="post" action="/account/sessions">${formFields(frame)}<button
 class="btn two">${w.endOthers}</button></form>`
}</section>`;
}
