import type { AcquiringEvents } from '@tpmall/acquiring/contract';
import { MILLISECOND } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { LearningSubscription, TellingSubscription } from '@tpmall/platform/module';
import { findByAuthentication, hastenOperation, hastenPayment } from '../store/find-payments.ts';
import { changeRefund, hastenRefund, lockRefundByCommand } from '../store/refunds.ts';
import { storeRefusedAdvice } from '../store/refused-advices.ts';
import { type Change, saveChanges } from '../store/save-payments.ts';
import { confirmationOf } from './authorise-payment.ts';
import { callContext, systemBehalf } from './calls.ts';
import { change, intentEvent, step } from './changes.ts';
import type { PaymentsDeps } from './deps.ts';
import { endRefusedHold } from './end-holds.ts';
import { refundStateOf, stepRefund } from './refund-states.ts';
import { failureReasonOf } from './return-money.ts';

/** What this module learns from acquiring: which payments can go on. The work itself is a job's. */
export function acquiringSubscription(deps: PaymentsDeps): LearningSubscription {
  return {
    from: 'acquiring',
    types: [
      'authentication.completed',
      'authorisation.resolved',
      'increment.resolved',
      'refund.resolved',
      'refund.returned',
      'advice.refused',
      'stand_in.refused',
    ],
    cursor: 'acquiring-outcomes',
    async handle(event, tx) {
      if (event.type === 'authentication.completed') {
        const payload = event.payload as AcquiringEvents['authentication.completed'];
        await resumeAuthenticated(deps, tx, payload);
        return;
      }
      if (event.type === 'advice.refused') {
        await keepRefusal(deps, tx, event);
        return;
      }
      const { commandId } = event.payload as AcquiringEvents['authorisation.resolved'];
      const confirmation = confirmationOf(commandId);
      if (event.type === 'stand_in.refused') {
        return resolveSoon(deps, tx, 'payment', await endRefusedHold(deps, tx, confirmation));
      }
      const now = deps.clock.now();
      switch (event.type) {
        case 'authorisation.resolved':
          return resolveSoon(deps, tx, 'payment', await hastenPayment(tx, confirmation, now));
        case 'increment.resolved':
          return resolveSoon(deps, tx, 'payment', await hastenOperation(tx, confirmation, now));
        case 'refund.returned': {
          const { outcome } = event.payload as AcquiringEvents['refund.returned'];
          return resolveSoon(deps, tx, 'refund', await beginReturn(deps, tx, confirmation, outcome));
        }
        default:
          return resolveSoon(deps, tx, 'refund', await hastenRefund(tx, confirmation, now));
      }
    },
  };
}

/** Has a job go on with what has become due, if anything has. */
export async function resolveSoon(
  deps: PaymentsDeps,
  tx: Queryable,
  what: 'payment' | 'refund',
  id: string | undefined,
): Promise<void> {
  if (id) await deps.jobs.enqueue(tx, `resolve-${what}`, { id }, { key: `resolve ${id}` });
}

/**
 * A refund that succeeded has come back: it is due until the ledger has its money at the merchants again. One
 * whose success is not known here yet learns both when it is resolved.
 */
async function beginReturn(
  deps: PaymentsDeps,
  tx: Queryable,
  commandId: string,
  outcome: AcquiringEvents['refund.returned']['outcome'],
): Promise<string | undefined> {
  const refund = await lockRefundByCommand(tx, commandId);
  if (!refund || outcome.state !== 'returned') return undefined;
  const now = deps.clock.now();
  const state = refundStateOf(refund);
  if (state === 'pending') return hastenRefund(tx, commandId, now);
  if (state !== 'succeeded') return undefined;
  const failureReason = failureReasonOf(outcome.declineCode);
  const returning = stepRefund(refund, 'come_back', { failureReason, nextAttemptAt: now });
  if (!(await changeRefund(tx, returning))) throw new Error(`refund ${refund.id} was not locked`);
  return refund.id;
}

/**
 * The acquirer will not book what our books have moved for. Which of the two is right is for people to say:
 * it is kept for the operator, and no money moves by itself.
 */
async function keepRefusal(deps: PaymentsDeps, tx: Queryable, event: StoredEvent): Promise<void> {
  const { adviceId, kind, networkCode, commandId, amount } =
    event.payload as AcquiringEvents['advice.refused'];
  const refused = {
    ...{ adviceId, kind, networkCode, at: event.at, commandId: confirmationOf(commandId) },
    // Events from before it was told have none.
    amount: amount === undefined ? null : BigInt(amount),
  };
  const intent = await storeRefusedAdvice(tx, refused);
  deps.log.error({ intent, adviceId, kind, networkCode }, 'the acquirer has refused an advice');
}

/**
 * A challenge ended: its payment goes on by itself, whether the shopper comes back or not. One that its
 * server confirms waits for that, unless the shopper was not authenticated: then nothing is left to confirm.
 */
async function resumeAuthenticated(
  deps: PaymentsDeps,
  tx: Queryable,
  { authenticationId, state }: AcquiringEvents['authentication.completed'],
): Promise<void> {
  const payment = await findByAuthentication(tx, authenticationId);
  if (!payment?.charge) return;
  const { intent, charge } = payment;
  const now = deps.clock.now();
  if (intent.status !== 'requires_action') return;
  if (intent.confirmationMethod === 'manual' && state === 'authenticated') {
    const waiting = step(intent, 'await_server', {});
    const told = [intentEvent('payment_intent.updated', waiting)];
    return storeEnd(tx, change(now, waiting, [], told, {}));
  }
  const resumed = step(intent, 'resume', {
    operationId: charge.commandId,
    operationAt: charge.commandAt,
    nextAttemptAt: now,
  });
  await storeEnd(tx, change(now, resumed, [], [], {}));
  await resolveSoon(deps, tx, 'payment', intent.id);
}

/**
 * Stores the end of a challenge. Not stored, the event is told again: a confirmation may have come first, and
 * then nothing waits any more, or an update, and then the payment would wait for ever.
 */
async function storeEnd(tx: Queryable, ended: Change): Promise<void> {
  const [stored] = await saveChanges(tx, [ended]);
  if (!stored) throw new Error(`payment ${ended.intent.id} changed while its challenge ended`);
}

type Outcome = 'authorised' | 'declined' | 'authentication_failed' | 'refunded' | 'cancelled';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'charge.succeeded': 'authorised',
  'charge.failed': 'declined',
  'charge.refunded': 'refunded',
  'payment_intent.canceled': 'cancelled',
};

/**
 * Tells risk what became of payments, off the path, from this module's own outbox. The call is idempotent and
 * holds no row of anybody's; what fails is told again with its batch.
 */
export function riskSubscription(deps: PaymentsDeps): TellingSubscription {
  return {
    from: 'payments',
    types: Object.keys(OUTCOMES),
    cursor: 'risk-outcomes',
    // Labels and velocities do not hurry, and together they cost less.
    gather: 250 * MILLISECOND,
    async perform(event) {
      const outcome = outcomeOf(event);
      if (outcome === undefined) return;
      const context = callContext(deps, systemBehalf(event.tenant), `outcome.${event.seq}`);
      const answer = await deps.ports.risk.recordOutcome(context, {
        payment: event.aggregateId,
        outcome,
        at: event.at,
      });
      if (!answer.ok) throw new Error(`risk cannot record an outcome: ${answer.error.code}`);
    },
  };
}

function outcomeOf(event: StoredEvent): Outcome | undefined {
  const { failureCode, amountRefunded } = event.payload as {
    readonly failureCode?: string | null;
    readonly amountRefunded?: string;
  };
  if (event.type === 'charge.failed' && failureCode === 'payment_intent_authentication_failure') {
    return 'authentication_failed';
  }
  // What was only held and let go of is told as cancelled.
  if (event.type === 'charge.refunded' && amountRefunded === '0') return undefined;
  return OUTCOMES[event.type];
}
