import type { Ok } from '@tpmall/kernel';
import { DatabaseAway } from '@tpmall/platform/db';
import {
  AmountNotRepresentable,
  type ErrorOccurrence,
  type ParameterTree,
  parseForm,
  parseJson,
} from '@tpmall/wire';
import type { FastifyRequest } from 'fastify';
import type { Refused, Route } from './route.ts';

/**
 * The parameters of a request, as they came: the body of a POST, else the query (a DELETE may use either).
 */
export function readTree(route: Route, request: FastifyRequest): Ok<ParameterTree> | Refused {
  const query = queryOf(request.url);
  const body = typeof request.body === 'string' ? request.body : '';
  if (route.method === 'POST' && query !== '') {
    return refused('parameters_malformed', 'send the parameters of a POST in its body, not in the query');
  }
  const usesQuery = route.method === 'GET' || (route.method === 'DELETE' && body === '');
  if (usesQuery) return orRefused(parseForm(query));
  const isJson = (request.headers['content-type'] ?? '').toLowerCase().startsWith('application/json');
  return orRefused(isJson ? parseJson(body, route.bareArray) : parseForm(body));
}

/** The query of a request target, without its question mark. */
function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

/** Thrown for a body whose bytes are no text: it would be kept as other text than was sent. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/**
 * What a thrown error is, on the wire. Anything that is not the client's doing is `internal_error`, unless
 * the database is away: that passes.
 *
 * @param method of the request: one that only reads has no outcome that could be unknown
 */
export function errorOf(error: unknown, method: string): ErrorOccurrence {
  if (error instanceof DatabaseAway) {
    const isUnknown = error.mayBeStored && method !== 'GET';
    return { code: isUnknown ? 'outcome_unknown' : 'database_unavailable' };
  }
  if (error instanceof AmountNotRepresentable) {
    return { code: 'amount_not_representable', message: error.message };
  }
  if (error instanceof NotUtf8) {
    return { code: 'parameters_malformed', message: 'the body is not UTF-8 text' };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'request_too_large' };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { code: 'media_type_unsupported' };
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) return { code: 'request_malformed' };
  return { code: 'internal_error' };
}

function orRefused(result: ReturnType<typeof parseForm>): Ok<ParameterTree> | Refused {
  if (result.ok) return result;
  return refused(result.error.code, result.error.message, result.error.field);
}

function refused(code: ErrorOccurrence['code'], message: string, param?: string): Refused {
  return { ok: false, error: { code, message, ...(param !== undefined && { param }) } };
}
