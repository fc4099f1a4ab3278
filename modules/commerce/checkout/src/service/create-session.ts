import { assert, base32, DAY, err, MINUTE, type Micros, ok, type Random, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import {
  type AskedIntentData,
  changeCollects,
  type checkoutContract,
  type IntentData,
  type Session,
} from '../contract/index.ts';
import { findSessionByCommand, insertSession, type SessionRecord, toSession } from '../store/sessions.ts';
import { type CheckoutDeps, commands } from './deps.ts';
import { type LineCode, makeOrder, type Order } from './line-items.ts';
import { checkSplit } from './split-order.ts';

type Asked = InputOf<(typeof checkoutContract)['operations']['createSession']>;
type Code = LineCode | 'customer_not_found' | 'expires_at_out_of_bounds';

/** How long a session may be open, from its creation on; the longest is also what happens by itself. */
const OPEN_TIME = { shortest: 30 * MINUTE, longest: DAY } as const;
/** A client's clock and the way here may take so much off the shortest time. */
const LENIENCE = MINUTE;

/** Opens a session: prices its lines, and checks everything that would fail when the shopper pays. */
export async function createSession(
  deps: CheckoutDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const claim = commands.claimFor(context, 'create_session', input, clock.now());
  const id = drawId(deps);
  let order: Order | undefined;
  return commands.once<Session, Code>(db, claim, {
    check: async () => {
      const early =
        checkTime(context, input.expiresAt, claim.at) ?? (await checkCustomer(deps, context, input.customer));
      if (early) return early;
      const made = await makeOrder(deps, context, input, {
        recurring: 'refused',
        idOf: (index) => lineId(id, index),
      });
      if (!made.ok) return made;
      order = made.value;
      return checkSplit(deps, context, order, intentDataOf(input.intentData));
    },
    work: async (tx) => {
      assert(order, 'the order was checked');
      const session = newSession(id, claim, order, { ...input, isMallOrder: context.caller === 'mall' });
      await insertSession(tx, session);
      return ok(toSession(session));
    },
    repeat: async (accepted) => {
      const first = await findSessionByCommand(db, accepted.id);
      assert(first, 'an accepted session is there');
      return ok(toSession(first));
    },
  });
}

/** What a session is made of besides its order. */
export type SessionTerms = Omit<Asked, 'lines' | 'currency'> & {
  readonly paymentLink?: string;
  readonly isMallOrder?: boolean;
  /** Of a session that saves a card. */
  readonly setupIntent?: string;
  /** Where a link says it as a whole. */
  readonly wholeIntentData?: IntentData;
};

/** What a session is opened with that saves a card: nothing is sold. */
export const NO_ORDER = { lines: [], total: 0n } as const;

/** A session as it begins. */
export function newSession(
  id: string,
  claim: Claim,
  order: Omit<Order, 'currency'> & { readonly currency: string | null },
  terms: SessionTerms,
): SessionRecord {
  const expiresAt = terms.expiresAt ?? claim.at + OPEN_TIME.longest;
  return {
    id,
    tenant: claim.tenant,
    isMallOrder: terms.isMallOrder ?? false,
    mode: terms.setupIntent === undefined ? 'payment' : 'setup',
    status: 'open',
    paymentStatus: order.total === 0n ? 'no_payment_required' : 'unpaid',
    currency: order.currency,
    amountTotal: order.total,
    lines: order.lines,
    customer: terms.customer ?? null,
    person: terms.person ?? null,
    savedCards: terms.savedCards ?? null,
    keptCard: null,
    customerEmail: terms.customerEmail ?? null,
    customerCreation: terms.customerCreation ?? 'if_required',
    collects: terms.collects ? changeCollects(null, terms.collects) : null,
    payer: null,
    clientReferenceId: terms.clientReferenceId ?? null,
    successUrl: terms.successUrl ?? null,
    cancelUrl: terms.cancelUrl ?? null,
    submitType: terms.submitType ?? null,
    locale: terms.locale ?? null,
    metadata: terms.metadata ?? {},
    paymentIntent: null,
    setupIntent: terms.setupIntent ?? null,
    intentData: terms.wholeIntentData ?? intentDataOf(terms.intentData),
    paymentLink: terms.paymentLink ?? null,
    expiresAt,
    createdAt: claim.at,
    commandId: claim.id,
    begunAt: null,
    holdsPlace: false,
    dueAt: expiresAt,
  };
}

/** What an intent is opened with, with everything that was not asked for. */
export function intentDataOf(asked: AskedIntentData | undefined): IntentData {
  return {
    captureMethod: asked?.captureMethod ?? 'automatic',
    description: asked?.description ?? null,
    receiptEmail: asked?.receiptEmail ?? null,
    statementDescriptor: asked?.statementDescriptor ?? null,
    statementDescriptorSuffix: asked?.statementDescriptorSuffix ?? null,
    transferGroup: asked?.transferGroup ?? null,
    onBehalfOf: asked?.onBehalfOf ?? null,
    setupFutureUsage: asked?.setupFutureUsage ?? null,
    requestThreeDSecure: asked?.requestThreeDSecure ?? 'automatic',
    shipping: asked?.shipping ?? null,
    metadata: asked?.metadata ?? {},
    split: asked?.split ?? [],
  };
}

/** Random bytes of a session's id: whoever has the id may pay the order and see what it is. */
const ID_BYTES = 16;

/** The id of a new session. */
export function drawId({ random, config }: { random: Random; config: { livemode: boolean } }): string {
  const draw = () => base32(BigInt(`0x${Buffer.from(random.bytes(ID_BYTES)).toString('hex')}`));
  return `cs_${config.livemode ? 'live' : 'test'}_${draw()}`;
}

/** The id of a line: the order's own, and which of its lines it is. */
export function lineId(owner: string, index: number): string {
  return `li_${owner.slice(owner.lastIndexOf('_') + 1)}${index}`;
}

/** Refuses a time to pay within that is too short or too long. */
export function checkTime(
  { caller }: Pick<CallContext, 'caller'>,
  expiresAt: Micros | undefined,
  now: Micros,
) {
  if (expiresAt === undefined) return undefined;
  const opens = expiresAt - now;
  // An order of the mall can be paid as long as its stock is kept for it, and no longer.
  if (caller === 'mall' && opens > 0 && opens < OPEN_TIME.shortest) return undefined;
  if (opens >= OPEN_TIME.shortest - LENIENCE && opens <= OPEN_TIME.longest + LENIENCE) return undefined;
  const message = 'a session is open for 30 minutes to 24 hours from now';
  return err('expires_at_out_of_bounds', message, { field: 'expiresAt' });
}

/** Refuses a customer who is not there, or who was deleted: a session of theirs could not be paid. */
export async function checkCustomer(
  { ports }: CheckoutDeps,
  { caller: _caller, ...context }: CallContext,
  customer: string | undefined,
) {
  if (customer === undefined) return undefined;
  const found = await ports.payments.findCustomer(context, { id: customer });
  if (found.ok && !found.value.deleted) return undefined;
  return found.ok || found.error.code === 'not_found'
    ? err('customer_not_found', `No such customer: '${customer}'`, { field: 'customer' })
    : err('unavailable', `customers cannot be read now: ${found.error.message}`);
}
