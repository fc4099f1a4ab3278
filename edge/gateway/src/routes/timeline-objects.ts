import { hash128, isoInstant, type Micros } from '@tpmall/kernel';
import {
  type Account,
  findAccountCode,
  findTransferCode,
  TRANSFER_FLAGS,
  type Transfer,
} from '@tpmall/ledger/contract';
import type { ClientEvent } from '@tpmall/webhooks/contract';
import { chargeToWire, deliveryToWire, paymentIntentToWire, refundToWire, type WireView } from '@tpmall/wire';
import { z } from 'zod';
import { digits, instant, named, type Shaped, sampled } from '../openapi/answer-shape.ts';
import { ledgerName } from '../pages/ledger-currency.ts';
import type { LoggedRequest } from '../store/request-log.ts';
import { loggedRequestShape } from './house-objects.ts';
import { messageFields, trailStepShape, trailToWire } from './operation-objects.ts';
import type { Timeline } from './read-timeline.ts';

const requestFields = loggedRequestShape.pick({
  id: true,
  method: true,
  path: true,
  operation: true,
  status: true,
  key: true,
  object_id: true,
  error_code: true,
  duration_us: true,
  idempotency_key: true,
  replayed: true,
});

/** What happened at one instant; `kind` names the field that tells it. */
const entryShape = named(
  'PaymentTimelineEntry',
  z.discriminatedUnion('kind', [
    z.object({ at: instant, kind: z.literal('request'), request: requestFields }),
    z.object({ at: instant, kind: z.literal('message'), message: z.object(messageFields) }),
    z.object({
      at: instant,
      kind: z.literal('transfer'),
      transfer: z.object({
        id: digits,
        debit_account: digits,
        credit_account: digits,
        amount: digits,
        currency: z.string(),
        reason: z.string(),
        effect: z.enum(['held', 'let_go', 'posted']),
        hold: digits.nullable(),
      }),
    }),
    z.object({
      at: instant,
      kind: z.literal('event'),
      event: z.object({
        id: z.string(),
        type: z.string(),
        request: z.string().nullable(),
        deliveries: z.array(sampled('WebhookDeliveryResent')),
      }),
    }),
  ]),
);

/** A payment with all that happened to it. */
export const timelineShape = named(
  'PaymentTimeline',
  z.object({
    object: z.literal('payment_timeline'),
    id: z.string(),
    payment_intent: sampled('PaymentIntent'),
    customer: z
      .object({
        id: z.string(),
        name: z.string().nullable(),
        email: z.string().nullable(),
        deleted: z.boolean(),
      })
      .nullable(),
    charges: z.array(sampled('Charge')),
    refunds: z.array(sampled('Refund')),
    parties: z.record(z.string(), z.string()),
    acquirer_steps: z.array(trailStepShape),
    ledger_accounts: z.array(
      z.object({
        id: digits,
        kind: z.string(),
        type: z.enum(['asset', 'liability', 'revenue', 'expense', 'equity']).nullable(),
        currency: z.string(),
        party: z.string().nullable(),
      }),
    ),
    entries: z.array(entryShape),
    is_cut: z.boolean(),
  }),
);

type Told = Shaped<typeof entryShape>;
/** An entry, to be put in its order. */
type Entry<Kind extends Told['kind']> = { readonly at: Micros } & Omit<Extract<Told, { kind: Kind }>, 'at'>;

/** A payment with all that happened to it in one order, the oldest first. Ledger amounts are digits. */
export function timelineToWire(timeline: Timeline, view: WireView): Shaped<typeof timelineShape> {
  const { intent, customer, charges, refunds, parties, isCut } = timeline;
  const { steps } = trailToWire(timeline.trail);
  const entries = [
    ...timeline.requests.map(requestEntry),
    ...timeline.trail.messages.map(messageEntry),
    ...timeline.transfers.map(transferEntry),
    ...timeline.told.events.map((event) => eventEntry(event, timeline)),
  ];
  return {
    object: 'payment_timeline' as const,
    id: intent.id,
    // Who reads a timeline has no use for the shopper's right.
    payment_intent: { ...paymentIntentToWire(intent, view), client_secret: null },
    customer: customer && {
      ...{ id: customer.id, name: customer.name, email: customer.email, deleted: customer.deleted },
    },
    charges: charges.map((charge) => chargeToWire(charge, view)),
    refunds: refunds.map(refundToWire),
    parties: Object.fromEntries(parties),
    acquirer_steps: steps,
    ledger_accounts: timeline.accounts.map((account) => accountToWire(account, parties)),
    entries: entries
      .sort((one, other) => one.at - other.at)
      .map(({ at, ...entry }) => ({ at: isoInstant(at), ...entry })),
    is_cut: isCut,
  };
}

function requestEntry(logged: LoggedRequest): Entry<'request'> {
  const { id, method, path, operation, status, keyId, objectId } = logged;
  return {
    // It was asked for before it was answered, and what it has done lies between.
    at: logged.createdAt - logged.durationUs,
    kind: 'request',
    request: {
      ...{ id, method, path, operation, status, key: keyId, object_id: objectId },
      error_code: logged.errorCode,
      duration_us: logged.durationUs,
      idempotency_key: logged.idempotencyKey,
      replayed: logged.replayed,
    },
  };
}

function messageEntry({
  at,
  subject,
  direction,
  type,
  fields,
}: Timeline['trail']['messages'][number]): Entry<'message'> {
  return { at, kind: 'message', message: { step: subject, direction, type, fields } };
}

function transferEntry(transfer: Transfer): Entry<'transfer'> {
  const is = (flag: number): boolean => (transfer.flags & flag) !== 0;
  const { pending, postPendingTransfer, voidPendingTransfer } = TRANSFER_FLAGS;
  const effect = is(pending) ? 'held' : is(voidPendingTransfer) ? 'let_go' : 'posted';
  return {
    at: Number(transfer.timestamp / 1000n),
    kind: 'transfer',
    transfer: {
      id: transfer.id.toString(),
      debit_account: transfer.debitAccountId.toString(),
      credit_account: transfer.creditAccountId.toString(),
      amount: transfer.amount.toString(),
      currency: ledgerName(transfer.ledger).toLowerCase(),
      reason: findTransferCode(transfer.code)?.name ?? String(transfer.code),
      effect,
      // The hold that it posts or lets go of.
      hold: is(postPendingTransfer) || is(voidPendingTransfer) ? transfer.pendingId.toString() : null,
    },
  };
}

function eventEntry({ id, type, createdAt, request }: ClientEvent, { told }: Timeline): Entry<'event'> {
  const deliveries = told.deliveries.filter(({ event }) => event === id).map(deliveryToWire);
  return { at: createdAt, kind: 'event', event: { id, type, request: request?.id ?? null, deliveries } };
}

function accountToWire({ id, code, ledger, userData128 }: Account, parties: Timeline['parties']) {
  const kind = findAccountCode(code);
  const [party = null] = [...parties.keys()].filter((owner) => hash128('party', owner) === userData128);
  return {
    id: id.toString(),
    kind: kind?.name ?? String(code),
    type: kind?.type ?? null,
    currency: ledgerName(ledger).toLowerCase(),
    party,
  };
}
