import type { ChainReport, SequencedEntry } from '@tpmall/audit/contract';
import type { ApiKey } from '@tpmall/identity/contract';
import { isoInstant, type Micros, SECOND } from '@tpmall/kernel';
import type { ListEntry } from '@tpmall/risk/contract';
import { z } from 'zod';
import { digits, instant, named, type Shaped, whole } from '../openapi/answer-shape.ts';
import type { LoggedRequest } from '../store/request-log.ts';

/** The house's own objects: snake case, instants as RFC 3339 text. */

/** An instant as RFC 3339 text, or null. */
export const instantOrNull = (at: Micros | null): string | null => (at === null ? null : isoInstant(at));

/** A request as the log keeps it. */
export const loggedRequestShape = named(
  'RequestLog',
  z.object({
    id: z.string(),
    object: z.literal('request_log'),
    created: whole,
    created_at: instant,
    key: z.string(),
    method: z.string(),
    path: z.string(),
    operation: z.string(),
    status: whole,
    error_code: z.string().nullable(),
    duration_us: whole,
    ip: z.string(),
    user_agent: z.string(),
    idempotency_key: z.string().nullable(),
    replayed: z.boolean(),
    object_id: z.string().nullable(),
    request_body: z.string(),
    response_body: z.string(),
  }),
);

/** See {@link loggedRequestShape}. */
export function loggedRequestToWire(logged: LoggedRequest): Shaped<typeof loggedRequestShape> {
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
export const keyShape = named(
  'ApiKey',
  z.object({
    id: z.string(),
    kind: z.enum(['secret', 'restricted', 'publishable', 'operator']),
    name: z.string(),
    hint: z.string(),
    permissions: z.record(z.string(), z.enum(['read', 'write'])).nullable(),
    daily_quota: whole.nullable(),
    origins: z.array(z.string()),
    owner: z.string().nullable(),
    created_at: instant,
    expires_at: instant.nullable(),
  }),
);

/** See {@link keyShape}. */
export function keyToWire(key: ApiKey): Shaped<typeof keyShape> {
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
export const listEntryShape = named(
  'RiskEntry',
  z.object({
    id: z.string(),
    list: z.enum(['block', 'allow']),
    kind: z.enum(['card', 'customer', 'email', 'ip', 'bin', 'country']),
    value: z.string(),
    reason: z.string(),
    created_at: instant,
  }),
);

/** See {@link listEntryShape}. */
export function listEntryToWire(entry: ListEntry): Shaped<typeof listEntryShape> {
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
export const auditEntryShape = named(
  'AuditEntry',
  z.object({
    position: digits,
    at: instant,
    module: z.string(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    reason: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
);

/** See {@link auditEntryShape}. */
export function auditEntryToWire(entry: SequencedEntry): Shaped<typeof auditEntryShape> {
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

/** What a verification of the audit log has found. */
export const chainReportShape = named(
  'AuditVerification',
  z.object({ verified_to: digits, hash: z.string(), broken_at: digits.nullable() }),
);

/** See {@link chainReportShape}. */
export function chainReportToWire({
  verifiedTo,
  hash,
  brokenAt,
}: ChainReport): Shaped<typeof chainReportShape> {
  return {
    verified_to: verifiedTo.toString(),
    hash,
    broken_at: brokenAt === null ? null : brokenAt.toString(),
  };
}
