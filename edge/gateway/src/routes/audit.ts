import { integer, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { digits, listOf, named } from '../openapi/answer-shape.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { auditEntryShape, auditEntryToWire, chainReportShape, chainReportToWire } from './house-objects.ts';

const shared = { errors: 'problem', access: 'operator', tag: 'Audit', method: 'GET' } as const;
const entriesShape = named('AuditEntryList', listOf(auditEntryShape));
const foundShape = named('AuditEntriesFound', entriesShape.extend({ next_page: digits.nullable() }));
const POSITION_MAX = Number.MAX_SAFE_INTEGER;
const MICROS = 1_000_000;
/** The last second that an instant may be in: the end of the year 9999. */
const SECONDS_MAX = 253_402_300_799;
const seconds = integer(0, SECONDS_MAX).optional();
const word = text(200).optional();

/** What was done in the house, by whom and why: read in order, searched, and verified. */
export function auditRoutes({ ports: { audit } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      path: '/v1/audit/entries',
      operationId: 'listAuditEntries',
      shape: entriesShape,
      summary: 'What was done, by whom and why, in one order',
      parameters: z.strictObject({
        after: integer(0, POSITION_MAX).optional(),
        limit: integer(1, 1000).optional(),
      }),
      examples: [{ title: 'From the beginning', parameters: { after: 0, limit: 10 } }],
      handle: async ({ context }, { after = 0, limit = 100 }) => {
        const found = await audit.entries(context, { after: BigInt(after), limit });
        return found.ok ? answer({ data: found.value.map(auditEntryToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      path: '/v1/audit/entries/search',
      operationId: 'searchAuditEntries',
      shape: foundShape,
      summary: 'What somebody did, or what was done to something, the newest first',
      parameters: z.strictObject({
        actor: word,
        subject: word,
        action: word,
        module: word,
        from: seconds,
        to: seconds,
        before: integer(1, POSITION_MAX).optional(),
        limit: integer(1, 100).optional(),
      }),
      examples: [
        { title: 'What was done about clearing', parameters: { action: 'clearing_resolution.', limit: 10 } },
      ],
      handle: async ({ context }, { from, to, before, limit = 50, ...wanted }) => {
        const found = await audit.searchEntries(context, {
          ...{ ...wanted, limit },
          ...(before !== undefined && { before: BigInt(before) }),
          ...(from !== undefined && { from: from * MICROS }),
          ...(to !== undefined && { to: to * MICROS }),
        });
        if (!found.ok) return refusal({}, found.error);
        const { items, hasMore } = found.value;
        const next = hasMore ? (items.at(-1)?.position.toString() ?? null) : null;
        return answer({ data: items.map(auditEntryToWire), next_page: next });
      },
    }),
    route({
      ...shared,
      path: '/v1/audit/entries/verify',
      operationId: 'verifyAuditChain',
      shape: chainReportShape,
      summary: 'Recompute the hash chain of the audit log, from a position on',
      parameters: z.strictObject({
        after: integer(0, POSITION_MAX).optional(),
        limit: integer(1, 100_000).optional(),
      }),
      examples: [{ title: 'From the beginning', parameters: { after: 0 } }],
      handle: async ({ context }, { after = 0, limit = 10_000 }) => {
        const found = await audit.verifyChain(context, { after: BigInt(after), limit });
        return found.ok ? answer(chainReportToWire(found.value)) : refusal({}, found.error);
      },
    }),
  ];
}
