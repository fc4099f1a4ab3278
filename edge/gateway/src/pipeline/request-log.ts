import { type Clock, MILLISECOND } from '@tpmall/kernel';
import { withoutCardNumbers } from '@tpmall/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathId } from '../routes/object-id.ts';
import type { LoggedRequest } from '../store/request-log.ts';
import { keyOf } from './admission.ts';
import type { Caller } from './caller.ts';
import { REDACTED, redact, redactText } from './redact.ts';
import type { Rendered } from './render.ts';
import type { Call, Route } from './route.ts';

/** The most that is kept of what was asked, and of what was answered. */
const BODY_MAX = 16_384;
/** A card number with all its gaps. */
const CARD_TEXT_MAX = 40;
const ERROR_CODE = /"code":"([a-z0-9_]{1,80})"/;
const ANSWERED_ID = /^\{"id":"([a-z]+_[A-Za-z0-9_]{1,60})"/;
/** Ledger batches are kept by the ledger itself, and are far too long for this. */
const BATCH = '(a batch)';

/** What a request was seen to be, as it went through the pipeline. */
export interface Seen {
  call?: Call;
  tree?: object;
}

/** Writes down requests whose key was good. */
export function createRequestLog(clock: Clock, add: (logged: LoggedRequest) => void) {
  return (
    route: Route,
    request: FastifyRequest,
    reply: FastifyReply,
    seen: Seen,
    rendered: Rendered,
  ): void => {
    const { call } = seen;
    if (!call?.principal || !isKept(route, call.principal)) return;
    const { status, body } = rendered;
    const errorCode = status >= 400 ? (ERROR_CODE.exec(body)?.[1] ?? null) : null;
    const isBatch = route.bodyLimit !== undefined;
    const hasCard = errorCode === 'card_data_not_accepted';
    add({
      id: request.id,
      tenant: call.principal.tenant,
      createdAt: clock.now(),
      keyId: call.principal.keyId,
      method: route.method,
      path: withoutCardNumbers(request.url.split('?', 1)[0] ?? '').slice(0, 500),
      operation: route.operationId,
      status,
      errorCode,
      durationUs: Math.round(reply.elapsedTime * MILLISECOND),
      ip: request.ip,
      userAgent: withoutCardNumbers(request.headers['user-agent'] ?? '').slice(0, 200),
      idempotencyKey: withoutCardNumbers(keyOf(request) ?? '').slice(0, 255) || null,
      replayed: rendered.headers['idempotent-replayed'] !== undefined,
      objectId: idOf(call) ?? ANSWERED_ID.exec(body)?.[1] ?? null,
      requestBody: isBatch ? BATCH : hasCard ? REDACTED : requestText(route, seen.tree ?? {}),
      responseBody: isBatch && status < 400 ? BATCH : responseText(rendered),
    });
  };
}

/** What no object can have for an id is none: a path may hold, escaped, what Postgres does not keep. */
function idOf(call: Call): string | undefined {
  const id = pathId(call);
  return id === undefined ? undefined : withoutCardNumbers(id);
}

/**
 * What is kept is what clients do. What the console's page reads for somebody is not: a page that follows the
 * log would fill it with itself. What people change there is kept as what keys change.
 */
function isKept({ path, method, access }: Route, { session }: Caller): boolean {
  return path.startsWith('/v1/') && access !== 'console' && (session === null || method !== 'GET');
}

/** See {@link createRequestLog}. */
export type RequestLog = ReturnType<typeof createRequestLog>;

/** What was asked. Where a route is about cards in the older shape, its parameters are a card's own. */
function requestText({ path }: Route, tree: object): string {
  return bounded(JSON.stringify(redact(tree, path.includes('/sources'))));
}

function responseText({ body, contentType }: Rendered): string {
  return bounded(contentType.includes('json') ? redactText(body) : body);
}

/**
 * Cut where it is too long, without card numbers, and without a surrogate or a NUL, which Postgres does not
 * keep. A card number that the cut goes through is still seen as one.
 */
function bounded(text: string): string {
  const clean = withoutCardNumbers(text.slice(0, BODY_MAX + CARD_TEXT_MAX));
  const cut = clean.length > BODY_MAX ? `${clean.slice(0, BODY_MAX)}…` : clean;
  return cut.replaceAll(/\p{Surrogate}/gu, '\ufffd').replaceAll('\u0000', '');
}
