import type { ClearingExceptionKind, ClearingType } from '../contract/index.ts';

/** What a match looks at of a clearing record. */
export interface Clearable {
  readonly type: ClearingType;
  readonly reference: string;
  readonly approvalCode: string;
  readonly amount: bigint;
  readonly currency: string;
}

/** A capture or refund of ours that a record may be about. */
export interface Movement {
  readonly kind: 'capture' | 'refund';
  /** The advice of the capture, or the refund. */
  readonly id: string;
  /** Of an advice or a refund. */
  readonly state: string;
  readonly amount: bigint;
  /** The types of records that have cleared it. */
  readonly cleared: readonly ClearingType[];
  /** The command whose effect it is, as {@link import('../contract/index.ts').RecordMatched} tells it. */
  readonly commandId: string;
}

/** An approved authorisation, with all that was captured and refunded of it. */
export interface ClearableAuthorisation {
  readonly id: string;
  readonly tenant: string;
  readonly reference: string;
  readonly approvalCode: string;
  readonly currency: string;
  /** The oldest first. */
  readonly movements: readonly Movement[];
}

/** What a record was found to be. */
export type Match =
  | { readonly authorisation: ClearableAuthorisation; readonly movement: Movement }
  | { readonly exception: Exclude<ClearingExceptionKind, 'missing_from_file'> };

/** The states in which our side holds that the acquirer has booked it, by the type of the record. */
const BOOKED: Readonly<Record<ClearingType, readonly string[]>> = {
  // A queued advice is repeated until it is acknowledged; the record says that it has arrived.
  capture: ['queued', 'acknowledged'],
  refund: ['approved', 'returned'],
  refund_return: ['returned'],
};

/**
 * Whether our side holds that the acquirer has booked a movement, of the kind that such a record is about.
 */
export function isBooked(type: ClearingType, { kind, state }: Pick<Movement, 'kind' | 'state'>): boolean {
  return kind === (type === 'capture' ? 'capture' : 'refund') && BOOKED[type].includes(state);
}

/**
 * Finds for each record the one capture or refund that it clears. Nothing is guessed: reference, approval
 * code, currency and amount must all agree. Records of the same amount and reference take what is not cleared
 * yet, the oldest first; when all is, the record is a duplicate.
 *
 * @param authorisations those of one connector that have the references of the records
 */
export function matchRecords(
  records: readonly Clearable[],
  authorisations: readonly ClearableAuthorisation[],
): Match[] {
  const byReference = new Map<string, ClearableAuthorisation[]>();
  for (const authorisation of authorisations) {
    const key = keyOf(authorisation);
    byReference.set(key, [...(byReference.get(key) ?? []), authorisation]);
  }
  const taken = new Set<string>();
  return records.map((record) => {
    const found = byReference.get(keyOf(record)) ?? [];
    if (found.length === 0) return { exception: 'unknown_reference' };
    const sameCurrency = found.filter(({ currency }) => currency === record.currency);
    if (sameCurrency.length === 0) return { exception: 'currency_mismatch' };
    const kind = record.type === 'capture' ? 'capture' : 'refund';
    const sameAmount = sameCurrency
      .flatMap((authorisation) => authorisation.movements.map((movement) => ({ authorisation, movement })))
      .filter(({ movement }) => movement.kind === kind && movement.amount === record.amount);
    if (sameAmount.length === 0) return { exception: 'amount_mismatch' };
    const booked = sameAmount.filter(({ movement }) => isBooked(record.type, movement));
    if (booked.length === 0) return { exception: 'not_booked' };
    const free = booked.find(
      ({ movement }) =>
        !movement.cleared.includes(record.type) && !taken.has(`${record.type} ${movement.id}`),
    );
    if (!free) return { exception: 'duplicate_record' };
    taken.add(`${record.type} ${free.movement.id}`);
    return free;
  });
}

function keyOf({ reference, approvalCode }: { reference: string; approvalCode: string }): string {
  return `${reference} ${approvalCode}`;
}
