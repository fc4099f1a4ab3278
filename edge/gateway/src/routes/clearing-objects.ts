import {
  CLEARING_EXCEPTIONS,
  CLEARING_TYPES,
  CLEARING_VERDICTS,
  type ClearingCase,
  type ClearingException,
  type ClearingFile,
  type ClearingOverview,
  type ClearingResolution,
} from '@tpmall/acquiring/contract';
import { isoInstant } from '@tpmall/kernel';
import { z } from 'zod';
import { digits, instant, named, type Shaped, whole } from '../openapi/answer-shape.ts';
import { proposalFields } from './operation-objects.ts';

/** The house's own objects about clearing: snake case, instants as RFC 3339 text, amounts as digits. */

/** A clearing file that was imported. */
export const clearingFileShape = named(
  'ClearingFile',
  z.object({
    id: z.string(),
    connector: z.string(),
    name: z.string(),
    records: whole,
    imported_at: instant,
  }),
);

/** See {@link clearingFileShape}. */
export function clearingFileToWire(file: ClearingFile): Shaped<typeof clearingFileShape> {
  const { id, connector, name, records } = file;
  return { id, connector, name, records, imported_at: isoInstant(file.importedAt) };
}

const exceptionKind = z.enum(CLEARING_EXCEPTIONS);
const recordType = z.enum(CLEARING_TYPES);

/** How clearing stands. */
export const clearingOverviewShape = named(
  'ClearingOverview',
  z.object({
    connectors: z.array(
      z.object({ connector: z.string(), files: whole, records: whole, last_imported_at: instant }),
    ),
    exceptions: z.array(z.object({ connector: z.string(), kind: exceptionKind, count: whole })),
    files: z.array(clearingFileShape),
    refused_files: z.array(
      z.object({ connector: z.string(), name: z.string(), reason: z.string(), refused_at: instant }),
    ),
  }),
);

/** See {@link clearingOverviewShape}. */
export function clearingOverviewToWire(overview: ClearingOverview): Shaped<typeof clearingOverviewShape> {
  return {
    connectors: overview.connectors.map(({ connector, files, records, lastImportedAt }) => ({
      ...{ connector, files, records },
      last_imported_at: isoInstant(lastImportedAt),
    })),
    exceptions: overview.exceptions,
    files: overview.files.map(clearingFileToWire),
    refused_files: overview.refusedFiles.map(({ connector, name, reason, refusedAt }) => ({
      ...{ connector, name, reason },
      refused_at: isoInstant(refusedAt),
    })),
  };
}

/** Something for people to look at. */
export const clearingExceptionShape = named(
  'ClearingException',
  z.object({
    id: z.string(),
    kind: exceptionKind,
    type: recordType,
    connector: z.string(),
    file: z.string().nullable(),
    line: whole.nullable(),
    reference: z.string(),
    currency: z.string(),
    amount: digits,
    booked_at: instant,
    created_at: instant,
  }),
);

/** See {@link clearingExceptionShape}. */
export function clearingExceptionToWire(exception: ClearingException): Shaped<typeof clearingExceptionShape> {
  const { id, kind, type, connector, file, line, reference, currency } = exception;
  return {
    ...{ id, kind, type, connector, file, line, reference, currency },
    amount: exception.amount.toString(),
    booked_at: isoInstant(exception.bookedAt),
    created_at: isoInstant(exception.createdAt),
  };
}

/** What two people say about it. */
export const clearingResolutionShape = named(
  'ClearingResolution',
  z.object({
    id: z.string(),
    exception: z.string(),
    verdict: z.enum(CLEARING_VERDICTS),
    movement: z.string().nullable(),
    ...proposalFields,
  }),
);

/** Both sides of an exception; without a kind, it has been resolved. */
export const clearingCaseShape = named(
  'ClearingCase',
  clearingExceptionShape.extend({
    kind: exceptionKind.nullable(),
    clears: z.string().nullable(),
    approval_code: z.string().nullable(),
    fee: digits.nullable(),
    movements: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(['capture', 'refund']),
        state: z.string(),
        amount: digits,
        currency: z.string(),
        reference: z.string(),
        approval_code: z.string(),
        cleared: z.array(recordType),
        verdicts: z.array(z.enum(CLEARING_VERDICTS)),
        payment_intent: z.string().nullable(),
      }),
    ),
    resolutions: z.array(clearingResolutionShape),
  }),
);

/**
 * See {@link clearingCaseShape}.
 *
 * @param intents the payment intents behind commands, by command
 */
export function clearingCaseToWire(
  found: ClearingCase,
  intents: ReadonlyMap<string, string>,
): Shaped<typeof clearingCaseShape> {
  const { id, kind, type, connector, file, line, reference, currency, clears } = found;
  return {
    ...{ id, kind, type, connector, file, line, reference, currency, clears },
    approval_code: found.approvalCode,
    amount: found.amount.toString(),
    fee: found.fee === null ? null : found.fee.toString(),
    booked_at: isoInstant(found.bookedAt),
    created_at: isoInstant(found.createdAt),
    movements: found.movements.map(({ approvalCode, commandId, amount, ...movement }) => ({
      ...movement,
      amount: amount.toString(),
      approval_code: approvalCode,
      payment_intent: intents.get(commandId) ?? null,
    })),
    resolutions: found.resolutions.map(clearingResolutionToWire),
  };
}

/** See {@link clearingResolutionShape}. */
export function clearingResolutionToWire(
  resolution: ClearingResolution,
): Shaped<typeof clearingResolutionShape> {
  const { id, exception, verdict, movement, evidence, state } = resolution;
  return {
    ...{ id, exception, verdict, movement, evidence, state },
    proposed_by: resolution.proposedBy,
    proposed_at: isoInstant(resolution.proposedAt),
    expires_at: isoInstant(resolution.expiresAt),
    decided_by: resolution.decidedBy,
    decided_at: resolution.decidedAt === null ? null : isoInstant(resolution.decidedAt),
    decision_reason: resolution.decisionReason,
  };
}
