import { type Clock, SECOND } from '@tpmall/kernel';
import type { Port } from '@tpmall/platform/contract';
import type { Log } from '@tpmall/platform/telemetry';
import type { NoticedRequest, webhooksContract } from '@tpmall/webhooks/contract';
import { z } from 'zod';
import type { LoggedRequest } from '../store/request-log.ts';

/** How long telling may take to begin. */
const TELL_WITHIN = 5 * SECOND;
/**
 * A trace context for work that no request has caused (W3C: all zero is invalid, so that nobody follows it).
 */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/**
 * Tells of requests that were written down to those who follow the log; where webhooks is away, nobody does.
 */
export async function noticeRequests(
  parts: { readonly webhooks: Port<typeof webhooksContract>; readonly clock: Clock; readonly log: Log },
  logged: readonly LoggedRequest[],
): Promise<void> {
  const byTenant = new Map<string, LoggedRequest[]>();
  for (const request of logged) {
    byTenant.set(request.tenant, [...(byTenant.get(request.tenant) ?? []), request]);
  }
  for (const [tenant, requests] of byTenant) {
    const context = {
      actor: 'system',
      tenant,
      commandId: `notice ${requests[0]?.id}`,
      deadlineAt: parts.clock.now() + TELL_WITHIN,
      traceparent: NO_TRACE,
    };
    const told = await parts.webhooks.noticeRequests(context, { requests: requests.map(toNoticed) });
    if (!told.ok) parts.log.debug({ error: told.error }, 'followers of the log have missed requests');
  }
}

/** What a refusal says, in the payments API or as a problem. Longer texts are left out. */
const word = z.string().max(500).optional().catch(undefined);
const message = z.string().max(2_000).optional().catch(undefined);
const said = z.object({
  ...{ type: word, code: word, decline_code: word, param: word, charge: word, message, detail: message },
});
const refused = z.union([z.object({ error: said }), said.transform((error) => ({ error }))]);

function toNoticed(request: LoggedRequest): NoticedRequest {
  const { id, createdAt: at, method, path, status, ip } = request;
  return { id, at, method, path, status, ip, error: status < 400 ? null : errorOf(request) };
}

function errorOf({ responseBody, errorCode }: LoggedRequest): NoticedRequest['error'] {
  const read = refused.safeParse(readJson(responseBody));
  if (!read.success) return errorCode === null ? null : { code: errorCode };
  const { decline_code: declineCode, detail, message: text, ...rest } = read.data.error;
  return { ...rest, declineCode, message: text ?? detail };
}

/** The log keeps the beginning of a long body, which is no JSON any more: then its code has to do. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
