import type { Micros } from '@tpmall/kernel';
import type { ClearingResolution, ClearingVerdict } from './clearing-resolution.ts';

/** What a record of a clearing file is about; `refund_return`: a refund that the issuer sent back. */
export const CLEARING_TYPES = ['capture', 'refund', 'refund_return'] as const;
/** One of {@link CLEARING_TYPES}. */
export type ClearingType = (typeof CLEARING_TYPES)[number];

/**
 * Why a record clears nothing, or what is missing.
 *
 * - `unknown_reference`: nothing of ours has this acquirer's reference and approval code
 * - `currency_mismatch`: it was authorised in another currency
 * - `amount_mismatch`: nothing of this amount was captured or refunded of it
 * - `duplicate_record`: what it is about has been cleared by another record
 * - `not_booked`: the acquirer refused it or took it back, as far as we know; looked at again by itself
 * - `missing_from_file`: captured or refunded, and in no file after the days that are due
 */
export const CLEARING_EXCEPTIONS = [
  'unknown_reference',
  'currency_mismatch',
  'amount_mismatch',
  'duplicate_record',
  'not_booked',
  'missing_from_file',
] as const;
/** One of {@link CLEARING_EXCEPTIONS}. */
export type ClearingExceptionKind = (typeof CLEARING_EXCEPTIONS)[number];

/** The most characters of a clearing file: some 60,000 records, which a call to another process can carry. */
export const CLEARING_TEXT_MAX = 6 * 1024 * 1024;

/** A clearing file that was imported. */
export interface ClearingFile {
  /** `clf_…` */
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly records: number;
  readonly importedAt: Micros;
}

/** A clearing file of the folder that could not be imported. Nothing of it was. */
export interface RefusedClearingFile {
  readonly connector: string;
  readonly name: string;
  /** With the line and the field at fault. */
  readonly reason: string;
  readonly refusedAt: Micros;
}

/** What has become of an acquirer's clearing files so far. */
export interface ClearingOfConnector {
  readonly connector: string;
  readonly files: number;
  readonly records: number;
  readonly lastImportedAt: Micros;
}

/** How clearing stands, over all connectors. */
export interface ClearingOverview {
  readonly connectors: readonly ClearingOfConnector[];
  /** Exceptions that are open, by connector and kind. */
  readonly exceptions: readonly {
    readonly connector: string;
    readonly kind: ClearingExceptionKind;
    readonly count: number;
  }[];
  /** The latest twenty of each, the newest first. */
  readonly files: readonly ClearingFile[];
  readonly refusedFiles: readonly RefusedClearingFile[];
}

/** Something for people to look at: the two sides do not say the same. No money has moved for it. */
export interface ClearingException {
  /** The record's id, or of what is missing, the id of the capture or refund. */
  readonly id: string;
  readonly kind: ClearingExceptionKind;
  readonly type: ClearingType;
  readonly connector: string;
  /** Null where no file holds it. */
  readonly file: string | null;
  readonly line: number | null;
  readonly reference: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly bookedAt: Micros;
  readonly createdAt: Micros;
}

/** A capture or refund of ours that a record may be about. */
export interface ClearingMovement {
  /** The advice of the capture, or the refund: what a resolution names. */
  readonly id: string;
  readonly kind: 'capture' | 'refund';
  /** Of an advice or a refund. */
  readonly state: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly reference: string;
  readonly approvalCode: string;
  /** The types of records that have cleared it. */
  readonly cleared: readonly ClearingType[];
  /** The command that asked for it: of a capture, the one of its authorisation. */
  readonly commandId: string;
  /** What may be proposed with it: `match`, `accept_difference` or nothing. */
  readonly verdicts: readonly ClearingVerdict[];
}

/** An exception with both sides of it, whether it is open or not. */
export interface ClearingCase extends Omit<ClearingException, 'kind'> {
  /** Null: it has been resolved. */
  readonly kind: ClearingExceptionKind | null;
  /** Of a record; null where no file holds it. */
  readonly approvalCode: string | null;
  /** What the acquirer keeps for itself, beside the amount. */
  readonly fee: bigint | null;
  /** What the record has cleared, once it has. */
  readonly clears: string | null;
  /** Ours of the same reference; where there is none, what waits for a record, the closest amount first. */
  readonly movements: readonly ClearingMovement[];
  /** What people have said about it, the newest first. */
  readonly resolutions: readonly ClearingResolution[];
}

/** A record of a clearing file was matched; told once for each record. Aggregate: the authorisation. */
export interface RecordMatched {
  readonly recordId: string;
  readonly connector: string;
  readonly type: ClearingType;
  /** The command that asked for the authorisation or, of refunds and their returns, for the refund. */
  readonly commandId: string;
  /** Minor units, as digits. */
  readonly amount: string;
  /** What the acquirer keeps for itself, beside the amount. */
  readonly fee: string;
  readonly currency: string;
}
