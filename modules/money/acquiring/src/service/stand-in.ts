import { hash128, isoInstant } from '@tpmall/kernel';
import type { StandInRule } from '../config.ts';
import type { AuthorisationOutcome, MessageCard } from '../contract/index.ts';
import type { WatchedConnector } from '../health/watched-connector.ts';
import { termsOf } from '../store/authorisations.ts';
import { storeStandIn } from '../store/stand-ins.ts';
import { drawTraceNumber } from '../store/verifications.ts';
import { type CardFacts, PLAIN } from './offer-terms.ts';
import type { Room } from './room.ts';

/** A payment that no acquirer could be asked about. */
export interface Unasked {
  /** Of the authorisation, whose row says that nobody has been asked so far. */
  readonly id: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly merchant: string;
  readonly facts: CardFacts;
  readonly card: MessageCard;
  readonly candidates: readonly WatchedConnector[];
}

/**
 * Approves a payment on our own risk, where a rule of the settings says so: within its limits, and never with
 * a card that has expired. The acquirer is told by an advice, repeated until it answers; captures wait for
 * that. Undefined: nothing was approved.
 */
export async function standIn(room: Room, unasked: Unasked): Promise<AuthorisationOutcome | undefined> {
  const { config, db, clock, sender } = room;
  const { id, amount, currency, candidates } = unasked;
  const rule = config.standIn.find((each) => covers(each, unasked));
  const connector = candidates.find((each) => each.standIn !== undefined);
  if (!rule || !connector?.standIn) return undefined;
  const now = clock.now();
  const today = isoInstant(now).slice(0, 10);
  if (unasked.card.expiry.reveal() < monthOf(today)) return undefined;
  const trace = { id, stan: await drawTraceNumber(db), transmittedAt: now };
  const approvalCode = approvalCodeOf(id);
  const reference = connector.standIn.referenceOf(trace);
  const { adviceId, claimedUntil } = sender.claim();
  const advice = await storeStandIn(db, {
    ...{ trace, connector: connector.name, approvalCode, reference, amount, adviceId, claimedUntil },
    limit: { rule: rule.name, day: today, perDay: rule.perDay },
  });
  if (!advice) return undefined;
  room.log.warn({ authorisation: id, rule: rule.name }, 'a payment was approved on our own risk');
  room.standIns.add({ rule: rule.name, currency });
  sender.send(advice);
  return {
    state: 'approved',
    authorisationId: id,
    approvalCode,
    networkCode: '00',
    reference,
    terms: termsOf(amount, PLAIN),
    standIn: true,
    refused: false,
  };
}

function covers(rule: StandInRule, { amount, currency, merchant, facts }: Unasked): boolean {
  return (
    rule.currency === currency &&
    amount <= rule.perPayment &&
    (rule.merchants?.includes(merchant) ?? true) &&
    (rule.brands === undefined || rule.brands.some((brand) => brand === facts?.brand))
  );
}

/** `YYMM` of a date. */
function monthOf(date: string): string {
  return date.slice(2, 4) + date.slice(5, 7);
}

/** DE 38, six characters; the same authorisation always has the same. */
function approvalCodeOf(id: string): string {
  return hash128('stand-in', id).toString(36).toUpperCase().padStart(6, '0').slice(-6);
}
