/** What an operation is about. */
export const OPERATION_KINDS = ['top_up', 'send', 'payment', 'withdrawal'] as const;
/** One of {@link OPERATION_KINDS}. */
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Where an operation stands. */
export const OPERATION_STATUSES = [
  'pending',
  'requested',
  'approved',
  'authorised',
  'succeeded',
  'paid',
  'failed',
  'refused',
  'canceled',
  'returned',
] as const;
/** One of {@link OPERATION_STATUSES}. */
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

/**
 * From where an operation of each kind may go where; what is not here does not happen. `pending` is what was
 * accepted and whose money has not moved yet.
 *
 * - a top-up waits for its payment
 * - a payment that is `authorised` is held in the ledger; it has `succeeded` once its last capture is taken
 * - a withdrawal is held from `requested` until it is `paid`, which another person says than who approved it
 */
export const OPERATION_STEPS: Readonly<
  Record<OperationKind, Partial<Record<OperationStatus, readonly OperationStatus[]>>>
> = {
  top_up: { pending: ['succeeded', 'canceled'] },
  send: { pending: ['succeeded', 'failed'] },
  payment: { pending: ['authorised', 'succeeded', 'failed'], authorised: ['succeeded', 'canceled'] },
  withdrawal: {
    pending: ['requested', 'failed'],
    requested: ['approved', 'refused', 'canceled'],
    approved: ['paid', 'failed'],
    paid: ['returned'],
  },
};

/** Whether an operation may go from one state to another. */
export function mayMove(kind: OperationKind, from: OperationStatus, to: OperationStatus): boolean {
  return OPERATION_STEPS[kind][from]?.includes(to) ?? false;
}
