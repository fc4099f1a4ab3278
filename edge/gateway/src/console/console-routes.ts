import type { sessionOperations } from '@tpmall/identity/contract';
import { type Failure, SECOND } from '@tpmall/kernel';
import type { CodeOf, OutgoingContext } from '@tpmall/platform/contract';
import { flag, objectId, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, type Meanings, refusal, refuse } from '../pipeline/answer.ts';
import { type Caller, personOf } from '../pipeline/caller.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from '../routes/object-id.ts';
import { sessionCookie } from './find-session.ts';
import { statementRoute } from './statement.ts';
import { visitorToWire } from './visitor.ts';

const shared = { errors: 'problem', access: 'console', tag: 'Console', examples: [] } as const;
const SESSION = '/v1/console/session';
/** Whose people sign in, where an instance has several platforms. */
const platform = objectId().optional();

const startMeanings: Meanings<CodeOf<typeof sessionOperations.startSignIn>> = {
  rate_limited: 'rate_limit',
  idempotency_mismatch: 'idempotency_mismatch',
};
const finishMeanings: Meanings<CodeOf<typeof sessionOperations.finishSignIn>> = {
  not_found: 'resource_missing',
  code_wrong: { code: 'sign_in_code_wrong', param: 'code' },
  code_used: { code: 'sign_in_over', param: 'code' },
  code_expired: { code: 'sign_in_over', param: 'code' },
  too_many_tries: { code: 'sign_in_over', param: 'code' },
  rate_limited: 'rate_limit',
};

/**
 * How people sign in to the console and out of it, and what merchants read there, who have no keys. These
 * routes are the page's own and no part of the API: they answer to nothing but the page, and are in no
 * document.
 */
export function consoleRoutes(environment: GatewayEnvironment): Route[] {
  return [...signInRoutes(environment), ...sessionRoutes(environment), statementRoute(environment)];
}

function signInRoutes(environment: GatewayEnvironment): Route[] {
  const { identity } = environment.ports;
  const atHome = createAtHome(environment);
  return [
    route({
      ...shared,
      method: 'POST',
      path: '/v1/console/sign_ins',
      operationId: 'startConsoleSignIn',
      summary: 'Send a code to a person',
      parameters: z.strictObject({
        email: text(320),
        role: oneOf('merchant', 'operator'),
        locale: oneOf('en', 'zh'),
        platform,
      }),
      handle: (call, { email, role, locale, platform: asked }) =>
        atHome(call, asked, async (context) => {
          const begun = await identity.startSignIn(context, {
            ...{ email, locale, purpose: role, ip: call.ip },
          });
          if (!begun.ok) return refusedSignIn(startMeanings, begun.error);
          const { id, email: sentTo, expiresAt, triesLeft } = begun.value;
          return answer({ id, email: sentTo, expires_at: expiresAt / SECOND, tries_left: triesLeft });
        }),
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/console/sign_ins/:id/finish',
      operationId: 'finishConsoleSignIn',
      summary: 'Show the code of the mail',
      parameters: z.strictObject({ code: text(40), platform }),
      handle: (call, { code, platform: asked }) => {
        const challengeId = pathId(call);
        if (challengeId === undefined) return Promise.resolve(missing(call, 'sign-in'));
        return atHome(call, asked, async (context) => {
          // One challenge, one session: the code may be sent twice.
          const once = { ...context, commandId: `console sign-in ${challengeId}` };
          const { ip, userAgent } = call;
          const done = await identity.finishSignIn(once, { challengeId, code, ip, userAgent });
          if (!done.ok) return refusedSignIn(finishMeanings, done.error);
          const { token, session } = done.value;
          const who = personOf(session);
          if (!who) return refuse('permission_denied');
          const maxAge = Math.max(0, Math.floor((session.expiresAt - environment.clock.now()) / SECOND));
          const shown = await visitorToWire(environment, call, who);
          const headers = { 'set-cookie': sessionCookie(environment.config, token, maxAge) };
          return shown.kind === 'json' ? { ...shown, headers } : shown;
        });
      },
    }),
  ];
}

/** With what is told besides: when to come again. */
function refusedSignIn<Code extends string>(
  meanings: Meanings<NoInfer<Code>>,
  failure: Failure<Code>,
): Answer {
  const refused = refusal(meanings, failure);
  const seconds = failure.detail?.['retryAfterSeconds'];
  if (refused.kind !== 'error' || typeof seconds !== 'number') return refused;
  return { kind: 'error', error: { ...refused.error, retryAfterSeconds: seconds } };
}

function sessionRoutes(environment: GatewayEnvironment): Route[] {
  const { ports, config } = environment;
  return [
    route({
      ...shared,
      method: 'GET',
      path: SESSION,
      operationId: 'retrieveConsoleSession',
      summary: 'Who has signed in, if anybody',
      parameters: z.strictObject({}),
      handle: (call) => visitorToWire(environment, call, call.principal),
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: SESSION,
      operationId: 'endConsoleSession',
      summary: 'Sign out, here or everywhere',
      parameters: z.strictObject({ everywhere: flag().optional() }),
      handle: async (call, { everywhere = false }) => {
        const session = sessionOf(call.principal);
        if (session) {
          const ended = await ports.identity.revokeSessions(call.context, {
            personId: session.personId,
            sessionId: everywhere ? null : session.sessionId,
          });
          if (!ended.ok) return refusal({}, ended.error);
        }
        const headers = { 'set-cookie': sessionCookie(config, '', 0) };
        return { kind: 'json', body: { signed_in: false }, headers };
      },
    }),
  ];
}

function sessionOf(caller: Caller | undefined) {
  const session = caller?.session;
  return session?.person ? { personId: session.person.id, sessionId: session.sessionId } : undefined;
}

/** Acts for the platform that was named, or for the one of the instance. */
function createAtHome({ ports }: GatewayEnvironment) {
  return async (
    call: Call,
    asked: string | undefined,
    act: (context: OutgoingContext) => Promise<Answer>,
  ): Promise<Answer> => {
    if (asked !== undefined) return act({ ...call.context, actor: 'anonymous', tenant: asked });
    const home = await ports.accounts.findHome(call.context, {});
    if (!home.ok) return refuse('unavailable');
    return act({ ...call.context, actor: 'anonymous', tenant: home.value.id });
  };
}
