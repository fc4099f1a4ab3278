import { type Queryable, sql } from '@tpmall/platform/db';
import type { ChargeRecord, RefundRecord } from '../service/records.ts';

const charge = sql(
  'payments.describe-charge',
  `UPDATE payments.charge
SET description = $2, receipt_email = $3, shipping = $4, transfer_group = $5, metadata = $6 WHERE id = $1`,
);

/** Writes what a locked charge says of itself; nothing else of it. */
export async function describeCharge(tx: Queryable, to: ChargeRecord): Promise<void> {
  await tx.run(charge, [
    to.id,
    to.description,
    to.receiptEmail,
    to.shipping === null ? null : JSON.stringify(to.shipping),
    to.transferGroup,
    JSON.stringify(to.metadata),
  ]);
}

const refund = sql('payments.describe-refund', 'UPDATE payments.refund SET metadata = $2 WHERE id = $1');

/** Writes what a locked refund says of itself. Its version stays: whoever sends it may go on. */
export async function describeRefund(
  tx: Queryable,
  { id, metadata }: Pick<RefundRecord, 'id' | 'metadata'>,
): Promise<void> {
  await tx.run(refund, [id, JSON.stringify(metadata)]);
}
