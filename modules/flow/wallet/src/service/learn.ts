import type { PaymentsEvents } from '@tpmall/payments/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
import { lockLimits } from '../store/limits.ts';
import {
  intentsOfOperations,
  lockOperation,
  lockOperationsOf,
  lockOperationsOfAll,
} from '../store/operations.ts';
import { applyCharge, type Learnt } from './apply-charge.ts';
import { applyTopUp, applyTopUpRefund } from './apply-top-up.ts';
import type { WalletDeps } from './deps.ts';
import { step } from './settle.ts';

/** What this module learns from payments: what became of top-ups, and of payments from wallets. */
export function paymentsSubscription({ clock, db }: WalletDeps): BatchLearningSubscription {
  return {
    from: 'payments',
    types: [
      'payment_intent.succeeded',
      'payment_intent.canceled',
      'charge.succeeded',
      'charge.failed',
      'charge.captured',
      'charge.updated',
      'charge.refunded',
    ],
    cursor: 'payment-outcomes',
    // Most payments have nothing to do with wallets; an operation knows its intent before anybody pays that.
    async concerning(events) {
      const ours = await intentsOfOperations(db, events.map(intentOf));
      return events.filter((event) => ours.has(intentOf(event)));
    },
    async handleAll(events, tx) {
      // All operations first and the limits after them: taken event by event, the limits of a wallet would be
      // held while an operation is waited for whose request waits for those limits.
      await lockLimits(tx, await lockOperationsOfAll(tx, events.map(intentOf)));
      for (const event of events) {
        if (event.type.startsWith('charge.')) await learnCharge(tx, event, clock.now());
        else await learnIntent(tx, event, clock.now());
      }
    },
  };
}

function intentOf({ type, payload }: StoredEvent): string {
  return type.startsWith('charge.')
    ? (payload as PaymentsEvents['charge.succeeded']).paymentIntent
    : (payload as PaymentsEvents['payment_intent.succeeded']).id;
}

async function learnIntent(tx: Queryable, event: StoredEvent, at: number): Promise<void> {
  const { id, status, amountReceived } = event.payload as PaymentsEvents['payment_intent.succeeded'];
  for (const operation of await lockOperationsOf(tx, id, 'top_up')) {
    await applyTopUp(tx, operation, { status, amountReceived: BigInt(amountReceived) }, at);
  }
  if (status !== 'canceled') return;
  for (const operation of await lockOperationsOf(tx, id, 'payment')) {
    if (operation.status === 'authorised') await step(tx, operation, 'canceled', at);
  }
}

async function learnCharge(tx: Queryable, event: StoredEvent, at: number): Promise<void> {
  const payload = event.payload as PaymentsEvents['charge.succeeded'];
  const charge: Learnt = {
    ...payload,
    amountCaptured: BigInt(payload.amountCaptured),
    // Events of before it was told have what was reserved alone.
    amountSentBack: BigInt(payload.amountSentBack ?? payload.amountRefunded),
  };
  // Events of before wallets existed have no such field.
  const wallet = payload.wallet ?? null;
  if (wallet !== null) {
    const operation = await lockOperation(tx, event.tenant, wallet.operation);
    if (operation) await applyCharge(tx, operation, charge, undefined, at);
    return;
  }
  if (event.type !== 'charge.refunded' && event.type !== 'charge.updated') return;
  for (const operation of await lockOperationsOf(tx, payload.paymentIntent, 'top_up')) {
    await applyTopUpRefund(tx, operation, charge, at);
  }
}
