import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, PlatformCode } from '@tpmall/platform/contract';
import type { Trail } from '../contract/index.ts';
import { findChargeRecord } from '../store/find-payments.ts';
import { findRefundRecord } from '../store/refunds.ts';
import { authoriseCommands } from './authorise-payment.ts';
import { readContext } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord, IntentRecord, RefundRecord } from './records.ts';

/** A payment intent or a refund, with the charge that is spoken of with the acquirer. */
export interface Subject {
  readonly intent: IntentRecord | undefined;
  readonly refund: RefundRecord | undefined;
  readonly charge: ChargeRecord | undefined;
}

/** Finds what an id of this tenant is about; undefined where there is no such payment intent or refund. */
export async function findSubject(
  deps: PaymentsDeps,
  tenant: string,
  id: string,
): Promise<Subject | undefined> {
  const payment = await deps.findPayment(tenant, id);
  if (payment) return { intent: payment.intent, refund: undefined, charge: payment.charge ?? undefined };
  const refund = await findRefundRecord(deps.db, tenant, id);
  return (
    refund && { intent: undefined, refund, charge: await findChargeRecord(deps.db, tenant, refund.charge) }
  );
}

/** What was sent to the acquirer for a charge. */
export async function readTrail(
  deps: PaymentsDeps,
  context: CallContext,
  charge: ChargeRecord,
): Promise<Result<Trail, PlatformCode>> {
  return deps.ports.acquiring.trail(readContext(context), { commandIds: authoriseCommands(charge) });
}

/** What was sent to the acquirer for a payment intent or refund. */
export async function outcomeTrail(
  deps: PaymentsDeps,
  context: CallContext,
  { id }: { readonly id: string },
): Promise<Result<Trail, 'not_found' | PlatformCode>> {
  const subject = await findSubject(deps, context.tenant, id);
  if (!subject) return err('not_found', `No such payment_intent or refund: '${id}'`, { field: 'id' });
  return subject.charge ? readTrail(deps, context, subject.charge) : ok({ steps: [], messages: [] });
}
