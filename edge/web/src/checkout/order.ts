import type { LineItem, Session } from '@tpmall/checkout/contract';
import { type Currency, currencyOf, ok } from '@tpmall/kernel';
import type { Charge, PaymentIntent, SetupIntent } from '@tpmall/payments/contract';
import { isLanguage, type Language } from '@tpmall/platform/pages';
import type { WebEnvironment } from '../environment.ts';
import type { Visit } from '../frame/visit.ts';

/**
 * How far an order has come, as its page shows it.
 *
 * - `payable`: a method may be chosen; `free`: nothing is to be paid, and it may be confirmed
 * - `action`: the shopper's bank wants something of the shopper; `waiting`: an answer is missing
 * - `paid`, `held`, `confirmed`: it is done, with money taken, reserved, or none due
 * - `expired`: it cannot be paid any more
 * - `saveable`, `saved`: of a session that saves a card instead
 */
export type Stage =
  | 'payable'
  | 'free'
  | 'action'
  | 'waiting'
  | 'paid'
  | 'held'
  | 'confirmed'
  | 'expired'
  | 'saveable'
  | 'saved';

/** Names that are looked up at once. */
const NAMES_MAX = 100;

/** A session that is paid, and so has a currency. */
export type PaidSession = Session & { readonly currency: string };

/** An order with all that its page says of it. */
export interface Order {
  readonly session: PaidSession;
  readonly stage: Stage;
  readonly currency: Currency;
  /** Names of accounts by id: the merchants of the lines, and the house. */
  readonly names: ReadonlyMap<string, string>;
  readonly intent: PaymentIntent | null;
  /** The last try at a card. */
  readonly charge: Charge | null;
}

/** A card that is to be saved, with all that its page says of it. */
export interface Saving {
  readonly session: Session;
  readonly stage: Stage;
  /** Who keeps it. */
  readonly house: string;
  readonly setup: SetupIntent;
}

/** Why an order cannot be shown. */
export type OrderRefusal = 'missing' | 'failed';

/** Reads the order of a session, or what it saves, for whoever has its id. */
export async function readOrder(
  environment: WebEnvironment,
  visit: Visit,
  id: string,
): Promise<Order | Saving | OrderRefusal> {
  const { ports, clock } = environment;
  const found = await ports.checkout.showSession(visit.context(), { id });
  if (!found.ok) return found.error.code === 'not_found' ? 'missing' : 'failed';
  const session = found.value;
  if (!isPaid(session)) return readSaving(environment, visit, session);
  const context = visit.context({ tenant: session.tenant });
  const [names, intent] = await Promise.all([
    namesOf(environment, inLocaleOf(visit, { session }), session),
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

function isPaid(session: Session): session is PaidSession {
  return session.currency !== null && session.mode === 'payment';
}

async function readSaving(
  environment: WebEnvironment,
  visit: Visit,
  session: Session,
): Promise<Saving | OrderRefusal> {
  const { ports, clock } = environment;
  const [names, setup] = await Promise.all([
    namesOf(environment, visit, session),
    ports.payments
      .findSetupIntent(visit.context({ tenant: session.tenant }), { id: session.setupIntent ?? '' })
      .then(valueOf),
  ]);
  if (!names || !setup) return 'failed';
  const stage = stageOfSaving(session, setup, clock.now());
  return { session, stage, house: names.get(session.tenant) ?? '', setup };
}

function stageOfSaving({ status, expiresAt }: Session, setup: SetupIntent, now: number): Stage {
  if (status !== 'open') return status === 'complete' ? 'saved' : 'expired';
  switch (setup.status) {
    case 'requires_action':
      return 'action';
    case 'processing':
    // It is decided, and the session learns of it in a moment.
    case 'succeeded':
    case 'canceled':
      return 'waiting';
    case 'requires_confirmation':
    case 'requires_payment_method':
      return expiresAt <= now ? 'expired' : 'saveable';
  }
}

/** A page speaks as its seller asked for, unless its shopper has chosen a language. */
export function inLocaleOf(
  visit: Visit,
  { session: { locale } }: { readonly session: Pick<Session, 'locale'> },
): Visit {
  const language = locale?.split('-', 1)[0];
  const hasChosen = visit.chosenLanguage !== null || isLanguage(visit.cookie('lang'));
  return hasChosen || !isLanguage(language) ? visit : { ...visit, language };
}

/** What a line is called, in the page's language where it has a name in it. */
export function lineName(language: Language, { description, descriptionZh }: LineItem): string {
  return language === 'zh' ? (descriptionZh ?? description) : description;
}

/**
 * Names of the merchants of an order, and of the house; a merchant who has a shop in the mall has its Chinese
 * name where the page speaks Chinese.
 */
export async function namesOf(
  { ports }: WebEnvironment,
  visit: Visit,
  { tenant, lines }: Pick<Session, 'tenant' | 'lines'>,
): Promise<ReadonlyMap<string, string> | undefined> {
  const merchants = [...new Set(lines.flatMap(({ merchant }) => merchant ?? []))];
  // A hundred lines of as many merchants, and the house: those beyond the bound are shown without a name.
  const ids = [...new Set([tenant, ...merchants])].slice(0, NAMES_MAX);
  const context = visit.context({ tenant });
  const [accounts, shops] = await Promise.all([
    ports.accounts.findAccounts(context, { ids }),
    visit.language === 'zh' && merchants.length > 0
      ? ports.mall.findShops(context, { merchants: merchants.slice(0, NAMES_MAX) })
      : ok([]),
  ]);
  if (!accounts.ok) return undefined;
  const names = new Map(accounts.value.map(({ id, name }) => [id, name]));
  // Their own names do as well where the mall does not answer: nobody's payment waits for it.
  for (const { merchant, name } of shops.ok ? shops.value : []) names.set(merchant, name.zh);
  return names;
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
