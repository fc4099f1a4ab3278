import type { Proposal } from '../decisions/objects.ts';

/** Why a record clears nothing, or what is missing. */
export type ExceptionKind =
  | 'unknown_reference'
  | 'currency_mismatch'
  | 'amount_mismatch'
  | 'duplicate_record'
  | 'not_booked'
  | 'missing_from_file';

/** What people may say about an exception. */
export type ClearingVerdict = 'match' | 'accept_difference' | 'dispute';

/** A place where an acquirer and our books do not say the same. */
export interface ClearingException {
  readonly id: string;
  readonly kind: ExceptionKind;
  readonly type: 'capture' | 'refund' | 'refund_return';
  readonly connector: string;
  /** Null where no file holds it. */
  readonly file: string | null;
  readonly line: number | null;
  readonly reference: string;
  /** Digits of minor units. */
  readonly amount: string;
  readonly currency: string;
  readonly booked_at: string;
  readonly created_at: string;
}

/** What one person proposes about an exception. */
export interface ClearingResolution extends Proposal {
  readonly exception: string;
  readonly verdict: ClearingVerdict;
  readonly movement: string | null;
}

/** A capture or refund of ours that a record may be about. */
export interface Movement {
  readonly id: string;
  readonly kind: 'capture' | 'refund';
  readonly state: string;
  readonly amount: string;
  readonly currency: string;
  readonly reference: string;
  readonly approval_code: string;
  readonly cleared: readonly string[];
  readonly payment_intent: string | null;
  /** What may be proposed with it. */
  readonly verdicts: readonly ClearingVerdict[];
}

/** Both sides of an exception, and what people have said. */
export interface ClearingCase extends Omit<ClearingException, 'kind'> {
  /** Null: it has been resolved. */
  readonly kind: ExceptionKind | null;
  readonly approval_code: string | null;
  readonly fee: string | null;
  readonly clears: string | null;
  readonly movements: readonly Movement[];
  readonly resolutions: readonly ClearingResolution[];
}

/** How clearing stands. */
export interface ClearingOverview {
  readonly connectors: readonly {
    readonly connector: string;
    readonly files: number;
    readonly records: number;
    readonly last_imported_at: string;
  }[];
  readonly exceptions: readonly {
    readonly connector: string;
    readonly kind: ExceptionKind;
    readonly count: number;
  }[];
  readonly refused_files: readonly {
    readonly connector: string;
    readonly name: string;
    readonly reason: string;
    readonly refused_at: string;
  }[];
}
