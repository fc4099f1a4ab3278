import type { LineItem, Session } from '@tpmall/checkout/contract';
import { type Currency, currencyOf } from '@tpmall/kernel';
import type { Charge, PaymentIntent } from '@tpmall/payments/contract';
import type { Language } from '@tpmall/platform/pages';
import type { WebEnvironment } from '../environment.ts';
import type { Visit } from '../frame/visit.ts';

/**
 * How far an order has come, as its page shows it.
 *
 * - `payable`: a method may be chosen; `free`: nothing is to be paid, and it may be confirmed
 * - `action`: the shopper's bank wants something of the shopper; `waiting`: an answer is missing
 * - `paid`, `held`, `confirmed`: it is done, with money taken, reserved, or none due
 * - `expired`: it cannot be paid any more
 */
export type Stage = 'payable' | 'free' | 'action' | 'waiting' | 'paid' | 'held' | 'confirmed' | 'expired';

/** An order with all that its page says of it. */
export interface Order {
  readonly session: Session;
  readonly stage: Stage;
  readonly currency: Currency;
  /** Names of accounts by id: the merchants of the lines, and the house. */
  readonly names: ReadonlyMap<string, string>;
  readonly intent: PaymentIntent | null;
  /** The last try at a card. */
  readonly charge: Charge | null;
}

/** Why an order cannot be shown. */
export type OrderRefusal = 'missing' | 'failed';

/** Reads the order of a session, for whoever has its id. */
export async function readOrder(
  environment: WebEnvironment,
  visit: Visit,
  id: string,
): Promise<Order | OrderRefusal> {
  const { ports, clock } = environment;
  const found = await ports.checkout.showSession(visit.context(), { id });
  if (!found.ok) return found.error.code === 'not_found' ? 'missing' : 'failed';
  const session = found.value;
  const context = visit.context({ tenant: session.tenant });
  const [names, intent] = await Promise.all([
    namesOf(environment, visit, session),
    session.paymentIntent === null
      ? null
      : ports.payments.findIntent(context, { id: session.paymentIntent }).then(valueOf),
  ]);
  const tried = intent?.latestCharge ?? intent?.lastError?.charge ?? null;
  const charge =
    tried === null ? null : await ports.payments.findCharge(context, { id: tried }).then(valueOf);
  if (names === undefined || intent === undefined || charge === undefined) return 'failed';
  const stage = stageOf(session, intent, clock.now());
  return { session, stage, currency: currencyOf(session.currency), names, intent, charge };
}

/** What a line is called, in the page's language where it has a name in it. */
export function lineName(language: Language, { description, descriptionZh }: LineItem): string {
  return language === 'zh' ? (descriptionZh ?? description) : description;
}

/** Names of the merchants of an order, and of the house. */
export async function namesOf(
  { ports }: WebEnvironment,
  visit: Visit,
  { tenant, lines }: Pick<Session, 'tenant' | 'lines'>,
): Promise<ReadonlyMap<string, string> | undefined> {
  const ids = new Set([tenant, ...lines.flatMap(({ merchant }) => merchant ?? [])]);
  // A hundred lines of as many merchants, and the house: those beyond the bound are shown without a name.
  const asked = [...ids].slice(0, 100);
  const found = await ports.accounts.findAccounts(visit.context({ tenant }), { ids: asked });
  return found.ok ? new Map(found.value.map(({ id, name }) => [id, name])) : undefined;
}

/** Where an order stands. What has ended has ended; a try that is under way comes before the time. */
function stageOf(
  { status, paymentStatus, amountTotal, expiresAt }: Session,
  intent: Pick<PaymentIntent, 'status'> | null,
  now: number,
): Stage {
  if (status === 'expired') return 'expired';
  if (status === 'complete') {
    return ({ paid: 'paid', unpaid: 'held', no_payment_required: 'confirmed' } as const)[paymentStatus];
  }
  switch (intent?.status) {
    case 'requires_action':
      return 'action';
    case 'processing':
    // It is decided, and the session learns of it in a moment.
    case 'succeeded':
    case 'requires_capture':
    case 'canceled':
      return 'waiting';
    case 'requires_confirmation':
    case 'requires_payment_method':
    case undefined:
      if (expiresAt <= now) return 'expired';
      return amountTotal === 0n ? 'free' : 'payable';
  }
}

function valueOf<T>(answer: { ok: true; value: T } | { ok: false }): T | undefined {
  return answer.ok ? answer.value : undefined;
}
