import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import type { SignedIn } from '../frame/session.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Visit } from '../frame/visit.ts';
import type { AtCounter, Counter } from '../shop/counter.ts';
import { accountPage, type ShownAccount } from './account-view.ts';
import { accountWords } from './words.ts';

/** What a person says of themselves, and where they are signed in. */
export function accountRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const person = (
    visit: Visit,
    answer: (at: AtCounter, signedIn: SignedIn) => Promise<Answer>,
  ): Promise<Answer> => {
    const signedIn = visit.visitor?.signedIn;
    if (!signedIn) return Promise.resolve({ kind: 'go', path: '/sign-in' });
    return counter.at(visit, (at) => answer(at, signedIn));
  };
  const shared = { access: 'person' } as const;
  return [
    {
      ...{ ...shared, method: 'GET', path: '/account' },
      handle: (visit) =>
        person(visit, (at, me) => show(environment, at, me, { kept: visit.query['kept'] === '1' })),
    },
    {
      ...{ ...shared, method: 'POST', path: '/account' },
      handle: (visit) => person(visit, (at, me) => keep(environment, visit, at, me)),
    },
    {
      ...{ ...shared, method: 'POST', path: '/account/sessions' },
      handle: (visit) => person(visit, (at, me) => endOthers(environment, visit, at, me)),
    },
  ];
}

async function show(
  { ports }: WebEnvironment,
  { context, frame }: AtCounter,
  { person, sessionId }: SignedIn,
  more: Partial<ShownAccount>,
): Promise<Answer> {
  const sessions = await ports.identity.listSessions(context(), { personId: person.id });
  if (!sessions.ok) return plainPage(frame.visit, 'failed');
  const { email, displayName, handle } = person;
  return accountPage(frame, {
    ...{ email, displayName, handle, sessions: sessions.value, current: sessionId },
    ...{ errors: {}, kept: false },
    ...more,
  });
}

async function keep(
  environment: WebEnvironment,
  visit: Visit,
  at: AtCounter,
  signedIn: SignedIn,
): Promise<Answer> {
  const displayName = (visit.form['displayName'] ?? '').trim();
  const handle = (visit.form['handle'] ?? '').trim().replace(/^@/, '').toLowerCase();
  if (isRedrawn(visit)) return show(environment, at, signedIn, { displayName, handle });
  const updated = await environment.ports.identity.updatePerson(at.context(visit.form['form_id']), {
    ...{ id: signedIn.person.id, displayName, handle, locale: visit.language },
  });
  if (updated.ok) return { kind: 'go', path: '/account?kept=1' };
  const w = accountWords[visit.language];
  const { code, field } = updated.error;
  const filled = { displayName, handle };
  if (code === 'handle_taken') {
    return show(environment, at, signedIn, { ...filled, errors: { handle: w.handleTaken } });
  }
  if (code === 'invalid_input') {
    const errors = field === 'handle' ? { handle: w.badHandle } : { displayName: w.badName };
    return show(environment, at, signedIn, { ...filled, errors });
  }
  return plainPage(visit, 'failed');
}

async function endOthers(
  { ports }: WebEnvironment,
  visit: Visit,
  at: AtCounter,
  { person, sessionId }: SignedIn,
): Promise<Answer> {
  const asked = { personId: person.id, sessionId: null, keep: sessionId };
  const ended = await ports.identity.revokeSessions(at.context(visit.form['form_id']), asked);
  return ended.ok ? { kind: 'go', path: '/account' } : plainPage(visit, 'failed');
}
