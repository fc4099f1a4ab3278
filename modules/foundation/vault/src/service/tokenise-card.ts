import { timingSafeEqual } from 'node:crypto';
import { assert, err, ok, type Result } from '@tpmall/kernel';
import { binFacts } from '../card/bins.ts';
import { drawToken } from '../card/token.ts';
import type { TypedCard } from '../card/typed-card.ts';
import type { AllowRedisplay, Card } from '../contract/index.ts';
import { type CardDetails, sealDetails, sealPan } from '../envelope/card-cipher.ts';
import { audited, type CardEvent, type NewCard } from '../store/card-rows.ts';
import { findCardByCommand, insertCard } from '../store/cards.ts';
import { eventCard, viewCard, viewReadCard } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';

/** A token is taken once in about 10^17 / cards draws; three in a row means the random source is broken. */
const MAX_TOKEN_DRAWS = 3;

/** A card to be vaulted, and on whose behalf. */
export interface TokeniseRequest {
  readonly tenant: string;
  readonly actor: string;
  /** The same command answers the same card for ever. */
  readonly commandId: string;
  /** What the card came in through: `card form`, `api`. */
  readonly reason: string;
  readonly card: TypedCard;
  readonly details: CardDetails;
  /** The customer it is saved for at once; null, as where it is absent: nobody. */
  readonly customer?: string | null;
  readonly allowRedisplay?: AllowRedisplay | undefined;
}

/**
 * Vaults a card: number and details sealed, the security code in memory only.
 *
 * @returns the card, and whether the command had made it before; `command_reused` when it then
 *   came with other data
 */
export async function tokeniseCard(
  environment: VaultEnvironment,
  request: TokeniseRequest,
): Promise<Result<{ card: Card; replayed: boolean }, 'command_reused'>> {
  const { db, tenantKeys, cvv } = environment;
  for (let draw = 0; draw < MAX_TOKEN_DRAWS; draw += 1) {
    const stored = await sealCard(environment, environment.ids.next('pm'), request);
    if (await insertCard(db, stored, eventsOf(request, stored))) {
      if (request.card.cvv) cvv.put(stored.id, request.card.cvv);
      return ok({ card: viewCard(stored, request.details, request.tenant), replayed: false });
    }
    const earlier = await findCardByCommand(db, request.tenant, request.commandId);
    if (!earlier) continue;
    // An erased card has no hash to compare with, and nothing that could be given away.
    if (earlier.requestHash && !timingSafeEqual(earlier.requestHash, stored.requestHash)) {
      return err('command_reused', 'this command was given before, for other card data');
    }
    // The shopper typed the code again, perhaps because a restart had lost the first one.
    if (request.card.cvv && earlier.sealed) cvv.put(earlier.id, request.card.cvv);
    return ok({ card: await viewReadCard(earlier, request.tenant, tenantKeys), replayed: true });
  }
  assert(false, 'every token drawn is taken');
}

/** Seals a card into the row that stands for it. */
export async function sealCard(
  environment: Pick<VaultEnvironment, 'tenantKeys' | 'keyStore' | 'bins' | 'random' | 'clock'>,
  id: string,
  request: Omit<TokeniseRequest, 'actor' | 'reason'>,
): Promise<NewCard> {
  const { keyStore, random } = environment;
  const { tenant, card, details } = request;
  const { version: keyVersion, key } = await environment.tenantKeys.newest(tenant);
  const place = { tenant, id, keyVersion };
  const pan = card.pan.reveal();
  const fingerprint = await keyStore.sign(['fingerprint', tenant, pan]);
  const expiry = `${card.expMonth}/${card.expYear}`;
  const customer = request.customer ?? null;
  const allowRedisplay = request.allowRedisplay ?? 'unspecified';
  const said = [expiry, JSON.stringify(details)];
  if (customer !== null || allowRedisplay !== 'unspecified') said.push(customer ?? '', allowRedisplay);
  return {
    id,
    tenant,
    version: 1,
    customer,
    allowRedisplay,
    detachedAt: null,
    erasedAt: null,
    token: drawToken(random),
    ...binFacts(pan, environment.bins),
    last4: pan.slice(-4),
    expMonth: card.expMonth,
    expYear: card.expYear,
    fingerprint: fingerprint.toString('hex').slice(0, 32),
    keyVersion,
    pan: sealPan(key, place, card.pan, random),
    details: sealDetails(key, place, details, random),
    commandId: request.commandId,
    requestHash: await keyStore.sign(['request', tenant, pan, ...said]),
    createdAt: environment.clock.now(),
  };
}

function eventsOf(request: TokeniseRequest, card: NewCard): CardEvent[] {
  const vaulted = audited({
    actor: request.actor,
    action: 'card.vaulted',
    subject: card.id,
    reason: request.reason,
    detail: { brand: card.brand, keyVersion: card.keyVersion },
  });
  if (card.customer === null) return [vaulted];
  return [vaulted, { type: 'payment_method.attached', payload: eventCard(card) }];
}
