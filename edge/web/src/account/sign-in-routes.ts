import type { sessionOperations } from '@tpmall/identity/contract';
import { SECOND } from '@tpmall/kernel';
import type { CodeOf } from '@tpmall/platform/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { ownPath } from '../frame/own-path.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import { sessionCookie } from '../frame/session.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Visit } from '../frame/visit.ts';
import type { AtCounter, Counter } from '../shop/counter.ts';
import { sameForm } from '../shop/shop-page.ts';
import { codePage, signInPage } from './sign-in-view.ts';
import { accountWords } from './words.ts';

type FinishCode = CodeOf<typeof sessionOperations.finishSignIn>;

const ID = /^chal_[0-9a-z]{1,40}$/;
const EMAIL_MAX = 320;

/** Signing in by a code that comes with a mail, and signing out. */
export function signInRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const page = { method: 'GET', access: 'anyone' } as const;
  const form = { method: 'POST', access: 'anyone' } as const;
  return [
    {
      ...{ ...page, path: '/sign-in' },
      handle: (visit) =>
        isSignedIn(visit)
          ? Promise.resolve({ kind: 'go', path: nextOf(visit.query['next']) })
          : counter.at(visit, async ({ frame }) => signInPage(frame, nextOf(visit.query['next']))),
    },
    {
      ...{ ...form, path: '/sign-in' },
      handle: (visit) => counter.at(visit, (at) => sendCode(environment, visit, at)),
    },
    {
      ...{ ...page, path: '/sign-in/:id' },
      handle: (visit) => counter.at(visit, (at) => askCode(environment, visit, at)),
    },
    {
      ...{ ...form, path: '/sign-in/:id' },
      handle: (visit) => counter.at(visit, (at) => finish(environment, visit, at)),
    },
    { ...{ ...form, path: '/sign-out' }, handle: (visit) => signOut(environment, visit) },
  ];
}

function isSignedIn({ visitor }: Visit): boolean {
  return visitor !== null && !visitor.isGuest;
}

/** Where somebody goes on after signing in; nobody is sent to another origin. */
function nextOf(given: string | undefined): string {
  return ownPath(given) ?? '/account';
}

async function sendCode({ ports }: WebEnvironment, visit: Visit, at: AtCounter): Promise<Answer> {
  const next = nextOf(visit.form['next']);
  const email = (visit.form['email'] ?? '').trim().slice(0, EMAIL_MAX);
  if (isRedrawn(visit)) return signInPage(sameForm(at.frame), next, email);
  const w = accountWords[visit.language];
  const started = await ports.identity.startSignIn(at.context(visit.form['form_id']), {
    ...{ email, locale: visit.language, purpose: 'shopper', ip: visit.ip },
  });
  if (started.ok) {
    const query = new URLSearchParams({ next }).toString();
    return { kind: 'go', path: `/sign-in/${started.value.id}?${query}` };
  }
  const { code, detail } = started.error;
  switch (code) {
    case 'invalid_input':
      return signInPage(at.frame, next, email, { field: w.badEmail });
    case 'rate_limited':
      return signInPage(at.frame, next, email, { problem: w.slow(minutesOf(detail)) });
    default:
      return signInPage(at.frame, next, email, { problem: w.busy });
  }
}

function minutesOf(detail: Readonly<Record<string, unknown>> | undefined): number {
  return Math.max(1, Math.ceil(Number(detail?.['retryAfterSeconds'] ?? 60) / 60));
}

async function askCode({ ports }: WebEnvironment, visit: Visit, at: AtCounter): Promise<Answer> {
  const id = visit.path['id'] ?? '';
  if (!ID.test(id)) return plainPage(visit, 'missing');
  const found = await ports.identity.findChallenge(at.context(), { id });
  if (found.ok) return codePage(at.frame, nextOf(visit.query['next']), found.value);
  return plainPage(visit, found.error.code === 'not_found' ? 'missing' : 'failed');
}

async function finish(environment: WebEnvironment, visit: Visit, at: AtCounter): Promise<Answer> {
  const { ports, clock, config } = environment;
  const id = visit.path['id'] ?? '';
  if (!ID.test(id)) return plainPage(visit, 'missing');
  const next = nextOf(visit.form['next']);
  const { tenant } = at.context();
  // One challenge, one session: the form may be sent twice, by the browser that has asked for the code.
  const context = visit.context({ tenant, commandId: `web sign-in ${id} ${at.shopper.owner}` });
  const done = await ports.identity.finishSignIn(context, {
    ...{ challengeId: id, code: visit.form['code'] ?? '', ip: visit.ip, userAgent: visit.userAgent },
  });
  if (done.ok) {
    const { token, session } = done.value;
    const maxAge = Math.max(0, Math.floor((session.expiresAt - clock.now()) / SECOND));
    return { kind: 'go', path: next, cookies: [sessionCookie(config, token, maxAge)] };
  }
  const found = await ports.identity.findChallenge(context, { id });
  if (!found.ok) return plainPage(visit, found.error.code === 'not_found' ? 'missing' : 'failed');
  return codePage(at.frame, next, found.value, wrongOf(visit, done.error));
}

function wrongOf(
  { language }: Visit,
  {
    code,
    detail,
  }: { readonly code: string; readonly detail?: Readonly<Record<string, unknown>> | undefined },
) {
  const w = accountWords[language];
  switch (code as FinishCode | 'invalid_input') {
    case 'code_wrong':
      return { field: w.wrong(Number(detail?.['triesLeft'] ?? 0)) };
    case 'invalid_input':
      return { field: w.badCode };
    case 'rate_limited':
      return { problem: w.slow(minutesOf(detail)) };
    case 'not_found':
    case 'code_used':
    case 'code_expired':
    case 'too_many_tries':
      // The challenge itself says so.
      return { problem: '' };
    default:
      return { problem: w.busy };
  }
}

async function signOut({ ports, config }: WebEnvironment, visit: Visit): Promise<Answer> {
  if (visit.visitor) {
    const { tenant, sessionToken: token } = visit.visitor;
    const ended = await ports.identity.endSession(visit.context({ tenant }), { token });
    if (!ended.ok) return plainPage(visit, 'failed');
    if (!ended.value.ended) {
      // Another tab was faster, or it lives on: then nobody is told that they have signed out.
      const alive = await ports.identity.authenticateSession(visit.context(), { token });
      if (alive.ok || alive.error.code !== 'not_found') return plainPage(visit, 'failed');
    }
  }
  return { kind: 'go', path: '/', cookies: [sessionCookie(config, '', 0)] };
}
