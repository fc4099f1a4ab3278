import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, PlatformCode } from '@tpmall/platform/contract';
import type { Trail } from '../contract/index.ts';
import { findChargeRecord, findChargesOfIntent } from '../store/find-payments.ts';
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

/** What was sent to the acquirer for some charges, at least one. */
export async function readTrail(
  deps: PaymentsDeps,
  context: CallContext,
  charges: readonly ChargeRecord[],
): Promise<Result<Trail, PlatformCode>> {
  const commandIds = charges.flatMap(authoriseCommands);
  return deps.ports.acquiring.trail(readContext(context), { commandIds });
}

/** The latest attempts of a payment that are told; it seldom has more than two. */
const ATTEMPTS_MAX = 50;

/** What was sent to the acquirer for a payment intent, in all its attempts, or for a refund's charge. */
export async function outcomeTrail(
  deps: PaymentsDeps,
  context: CallContext,
  { id }: { readonly id: string },
): Promise<Result<Trail, 'not_found' | PlatformCode>> {
  const { tenant } = context;
  const subject = await findSubject(deps, tenant, id);
  if (!subject) return err('not_found', `No such payment_intent or refund: '${id}'`, { field: 'id' });
  const charges = subject.intent
    ? await findChargesOfIntent(deps.db, tenant, subject.intent.id, ATTEMPTS_MAX)
    : [subject.charge].filter((charge) => charge !== undefined);
  return charges.length > 0 ? readTrail(deps, context, charges) : ok({ steps: [], messages: [] });
}
