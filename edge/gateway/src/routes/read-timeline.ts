import type { Result } from '@tpmall/kernel';
import { hash128, ok } from '@tpmall/kernel';
import { type Account, BATCH_MAX, type Transfer } from '@tpmall/ledger/contract';
import type { Charge, Customer, PaymentIntent, Refund, Trail } from '@tpmall/payments/contract';
import type { OutgoingContext, PageCode, PlatformCode } from '@tpmall/platform/contract';
import type { ToldOfObjects } from '@tpmall/webhooks/contract';
import type { GatewayEnvironment, GatewayPorts } from '../environment.ts';
import type { LoggedRequest } from '../store/request-log.ts';

/**
 * The most of each kind that one timeline shows; a payment has some ten. Transfers are shown as far as the
 * ledger answers at once: their sums are shown too, and a sum of some of them would be wrong.
 */
const EACH_MAX = 100;

/** All that is known of one payment, each part as its owner tells it. */
export interface Timeline {
  readonly intent: PaymentIntent;
  /** Who pays, where the payment names them and they are still there. */
  readonly customer: Customer | null;
  /** Newest first, as are refunds, requests and events. */
  readonly charges: readonly Charge[];
  readonly refunds: readonly Refund[];
  readonly requests: readonly LoggedRequest[];
  readonly told: ToldOfObjects;
  readonly trail: Trail;
  /** The oldest first. */
  readonly transfers: readonly Transfer[];
  readonly accounts: readonly Account[];
  /** Merchants and the platform by their ids. */
  readonly parties: ReadonlyMap<string, string>;
  /** There is more of some kind than is shown. */
  readonly isCut: boolean;
}

type Found<T> = Promise<Result<T, 'not_found' | PageCode | PlatformCode>>;

/**
 * Reads what happened to a payment: requests, messages to the acquirer, movements of money and what clients
 * were told. Each is read from its owner; what is under way meanwhile may show in one and not yet in another.
 */
export async function readTimeline(
  { ports, requests }: GatewayEnvironment,
  context: OutgoingContext,
  id: string,
): Found<Timeline> {
  const intent = await findPayment(ports.payments, context, id);
  if (!intent.ok) return intent;
  const { id: paymentIntent, split, tenant, customer } = intent.value;
  const page = { limit: EACH_MAX, paymentIntent };
  const [charges, refunds, trail, transfers, payer] = await Promise.all([
    ports.payments.listCharges(context, page),
    ports.payments.listRefunds(context, page),
    ports.payments.outcomeTrail(context, { id: paymentIntent }),
    transfersOf(ports.ledger, context, paymentIntent),
    customer === null ? undefined : ports.payments.findCustomer(context, { id: customer }),
  ]);
  if (!charges.ok) return charges;
  if (!refunds.ok) return refunds;
  if (!trail.ok) return trail;
  if (!transfers.ok) return transfers;
  if (payer && !payer.ok && payer.error.code !== 'not_found') return payer;
  const children = [...charges.value.items, ...refunds.value.items].map((child) => child.id);
  const objects = [paymentIntent, ...children].slice(0, EACH_MAX);
  const [logged, told, accounts, parties] = await Promise.all([
    // Who only looks changes nothing, and a client that polls would push out those who did.
    requests.list(context.tenant, { objects, method: 'POST', limit: EACH_MAX }),
    ports.webhooks.eventsOfObjects(context, { objects, limit: EACH_MAX }),
    accountsOf(ports.ledger, context, transfers.value),
    ports.accounts.findAccounts(context, { ids: [tenant, ...split.map((leg) => leg.destination)] }),
  ]);
  if (!logged.ok) return logged;
  if (!told.ok) return told;
  if (!accounts.ok) return accounts;
  if (!parties.ok) return parties;
  return ok({
    ...{ customer: payer?.ok ? payer.value : null },
    ...{ intent: intent.value, charges: charges.value.items, refunds: refunds.value.items },
    ...{ requests: logged.value.items, told: told.value, trail: trail.value },
    ...{ transfers: transfers.value, accounts: accounts.value },
    parties: new Map(parties.value.map((party) => [party.id, party.name])),
    isCut:
      [charges, refunds, logged, told].some(({ value }) => value.hasMore) ||
      transfers.value.length === BATCH_MAX,
  });
}

/** A payment by its own id, or by that of one of its charges or refunds. */
async function findPayment(
  payments: GatewayPorts['payments'],
  context: OutgoingContext,
  id: string,
): Found<PaymentIntent> {
  if (id.startsWith('ch_') || id.startsWith('re_')) {
    const part = await (id.startsWith('ch_')
      ? payments.findCharge(context, { id })
      : payments.findRefund(context, { id }));
    return part.ok ? payments.findIntent(context, { id: part.value.paymentIntent }) : part;
  }
  return payments.findIntent(context, { id });
}

async function transfersOf(
  ledger: GatewayPorts['ledger'],
  context: OutgoingContext,
  paymentIntent: string,
): Promise<Result<readonly Transfer[], PlatformCode>> {
  return ledger.queryTransfers(context, {
    ...{ userData64: 0n, userData32: 0, ledger: 0, code: 0, timestampMin: 0n, timestampMax: 0n },
    userData128: hash128('payment', paymentIntent),
    limit: BATCH_MAX,
    reversed: false,
  });
}

async function accountsOf(
  ledger: GatewayPorts['ledger'],
  context: OutgoingContext,
  transfers: readonly Transfer[],
): Promise<Result<readonly Account[], PlatformCode>> {
  const ids = new Set(transfers.flatMap((item) => [item.debitAccountId, item.creditAccountId]));
  return ids.size === 0 ? ok([]) : ledger.lookupAccounts(context, { ids: [...ids] });
}
