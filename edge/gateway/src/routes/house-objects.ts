import type { SequencedEntry } from '@tpmall/audit/contract';
import type { ApiKey } from '@tpmall/identity/contract';
import { isoInstant, type Micros, SECOND } from '@tpmall/kernel';
import type { ListEntry } from '@tpmall/risk/contract';
import type { LoggedRequest } from '../store/request-log.ts';

/** The house's own objects: snake case, instants as RFC 3339 text. */

/** An instant as RFC 3339 text, or null. */
export const instantOrNull = (at: Micros | null): string | null => (at === null ? null : isoInstant(at));

/** A request as the log keeps it. */
export function loggedRequestToWire(logged: LoggedRequest) {
  return {
    id: logged.id,
    object: 'request_log' as const,
    created: Math.floor(logged.createdAt / SECOND),
    created_at: isoInstant(logged.createdAt),
    key: logged.keyId,
    method: logged.method,
    path: logged.path,
    operation: logged.operation,
    status: logged.status,
    error_code: logged.errorCode,
    duration_us: logged.durationUs,
    ip: logged.ip,
    user_agent: logged.userAgent,
    idempotency_key: logged.idempotencyKey,
    replayed: logged.replayed,
    object_id: logged.objectId,
    request_body: logged.requestBody,
    response_body: logged.responseBody,
  };
}

/** A key without its clear text. */
export function keyToWire(key: ApiKey) {
  return {
    id: key.id,
    kind: key.kind,
    name: key.name,
    hint: key.hint,
    permissions: key.permissions,
    daily_quota: key.dailyQuota,
    origins: key.origins,
    owner: key.owner,
    created_at: isoInstant(key.createdAt),
    expires_at: instantOrNull(key.expiresAt),
  };
}

/** An entry of a risk list. */
export function listEntryToWire(entry: ListEntry) {
  return {
    id: entry.id,
    list: entry.list,
    kind: entry.kind,
    value: entry.value,
    reason: entry.reason,
    created_at: isoInstant(entry.createdAt),
  };
}

/** An entry of the audit log. */
export function auditEntryToWire(entry: SequencedEntry) {
  return {
    position: entry.position.toString(),
    at: isoInstant(entry.at),
    module: entry.module,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    reason: entry.reason,
    detail: entry.detail ?? {},
  };
}
