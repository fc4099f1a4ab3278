import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  CHALLENGE_CODE,
  type Challenge,
  type Challenges,
  type DecisionFields,
  MAX_ATTEMPTS,
} from './challenges.ts';
import { base64urlJson, readAuthenticationRequest, readChallengeRequest } from './messages.ts';
import { challengePage, donePage, gonePage, ICON, languageOf } from './pages.ts';
import { STYLE } from './style.ts';

/** How long the 3DS server may take to answer an RReq. */
const RESULTS_TIMEOUT_MS = 10_000;

interface ErrorMessage {
  readonly messageType: 'Erro';
  readonly errorCode: string;
  readonly errorComponent: 'D';
  readonly errorDescription: string;
}

/**
 * The directory server (`POST /3ds/areq`) and the issuers' access control server (`/acs/…`).
 *
 * @param baseUrl the origin of these routes as a browser writes it, once it is known
 */
export async function threeDsRoutes(
  app: FastifyInstance,
  options: { challenges: Challenges; baseUrl: () => string; onProblem: (problem: string) => void },
): Promise<void> {
  const { challenges } = options;

  app.post('/3ds/areq', async (request, reply) => {
    const areq = readAuthenticationRequest(request.body);
    if ('field' in areq) {
      const error: ErrorMessage = {
        messageType: 'Erro',
        errorCode: '203',
        errorComponent: 'D',
        errorDescription: `${areq.field} is missing or has a wrong format`,
      };
      return reply.code(400).send(error);
    }
    const decision = challenges.decide(areq);
    return {
      messageType: 'ARes',
      messageVersion: areq.messageVersion,
      threeDSServerTransID: areq.threeDSServerTransID,
      ...decision,
      ...(decision.transStatus === 'C'
        ? {
            acsURL: `${options.baseUrl()}/acs/challenge`,
            acsChallengeMandated: 'Y',
            authenticationType: '02',
          }
        : {}),
    };
  });

  app.get('/acs/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));

  app.get('/acs/icon.svg', async (_request, reply) => reply.type('image/svg+xml').send(ICON));

  app.post('/acs/challenge', async (request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    const form = formOf(request.body);
    const creq = readChallengeRequest(form.get('creq') ?? '');
    const challenge = creq && challenges.find(creq.acsTransID);
    if (!challenge || challenge.request.threeDSServerTransID !== creq.threeDSServerTransID) {
      return html(reply.code(404), gonePage(language));
    }
    if (challenge.transStatus !== null) return done(reply, challenge, request.headers['accept-language']);
    challenge.sessionData = form.get('threeDSSessionData') ?? '';
    return html(reply, challengePage(challenge, language, false));
  });

  app.post<{ Params: { id: string } }>('/acs/challenge/:id', async (request, reply) => {
    const accept = request.headers['accept-language'];
    const challenge = challenges.find(request.params.id);
    if (!challenge) return html(reply.code(404), gonePage(languageOf(accept)));
    if (challenge.transStatus !== null) return done(reply, challenge, accept);
    const form = formOf(request.body);
    const approved = form.get('action') === 'approve';
    const right = form.get('code')?.trim() === CHALLENGE_CODE;
    if (approved && !right) {
      challenge.attempts += 1;
      if (challenge.attempts < MAX_ATTEMPTS) {
        return html(reply, challengePage(challenge, languageOf(accept), true));
      }
    }
    const decision = challenges.end(challenge, approved && right);
    await sendResults(challenge, decision, approved ? undefined : '01', options.onProblem);
    return done(reply, challenge, accept);
  });
}

/**
 * Tells the 3DS server the result before the browser goes back; without its answer the shopper goes on all
 * the same.
 */
async function sendResults(
  challenge: Challenge,
  decision: DecisionFields,
  challengeCancel: string | undefined,
  onProblem: (problem: string) => void,
): Promise<void> {
  const { request } = challenge;
  try {
    const answer = await fetch(request.threeDSServerURL, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(RESULTS_TIMEOUT_MS),
      body: JSON.stringify({
        messageType: 'RReq',
        messageVersion: request.messageVersion,
        messageCategory: '01',
        threeDSServerTransID: request.threeDSServerTransID,
        acsTransID: challenge.acsTransID,
        dsTransID: challenge.dsTransID,
        authenticationType: '02',
        interactionCounter: String(challenge.attempts + 1).padStart(2, '0'),
        ...decision,
        ...(challengeCancel ? { challengeCancel } : {}),
      }),
    });
    if (!answer.ok) onProblem(`the 3DS server answered ${answer.status} to an RReq`);
  } catch (error) {
    onProblem(`the 3DS server did not answer an RReq: ${String(error)}`);
  }
}

function done(reply: FastifyReply, challenge: Challenge, acceptLanguage: string | undefined): FastifyReply {
  const cres = base64urlJson({
    messageType: 'CRes',
    messageVersion: challenge.request.messageVersion,
    threeDSServerTransID: challenge.request.threeDSServerTransID,
    acsTransID: challenge.acsTransID,
    challengeCompletionInd: 'Y',
    transStatus: challenge.transStatus,
  });
  const target = new URL(challenge.request.notificationURL).origin;
  return html(reply, donePage(challenge, languageOf(acceptLanguage), cres), target);
}

function html(reply: FastifyReply, page: string, formTarget = ''): FastifyReply {
  const own = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'";
  const csp = `${own}; form-action 'self' ${formTarget}`;
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', csp.trim())
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .send(page);
}

function formOf(body: unknown): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
