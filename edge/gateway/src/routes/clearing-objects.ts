import type {
  ClearingCase,
  ClearingException,
  ClearingFile,
  ClearingOverview,
  ClearingResolution,
} from '@tpmall/acquiring/contract';
import { isoInstant } from '@tpmall/kernel';

/** The house's own objects about clearing: snake case, instants as RFC 3339 text, amounts as digits. */

/** A clearing file that was imported. */
export function clearingFileToWire(file: ClearingFile) {
  const { id, connector, name, records } = file;
  return { id, connector, name, records, imported_at: isoInstant(file.importedAt) };
}

/** How clearing stands. */
export function clearingOverviewToWire(overview: ClearingOverview) {
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
export function clearingExceptionToWire(exception: ClearingException) {
  const { id, kind, type, connector, file, line, reference, currency } = exception;
  return {
    ...{ id, kind, type, connector, file, line, reference, currency },
    amount: exception.amount.toString(),
    booked_at: isoInstant(exception.bookedAt),
    created_at: isoInstant(exception.createdAt),
  };
}

/**
 * Both sides of an exception.
 *
 * @param intents the payment intents behind commands, by command
 */
export function clearingCaseToWire(found: ClearingCase, intents: ReadonlyMap<string, string>) {
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

/** What two people say about it. */
export function clearingResolutionToWire(resolution: ClearingResolution) {
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
