import { createHash } from 'node:crypto';
import { assert, err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, encode } from '@tpmall/platform/contract';
import { withCause } from '@tpmall/platform/events';
import type { Card, VaultEvents } from '../contract/index.ts';
import { type CardDetails, sealDetails } from '../envelope/card-cipher.ts';
import { audited, type CardEvent, type CardFacts, type ReadCard } from '../store/card-rows.ts';
import { findCardById } from '../store/cards.ts';
import { changeCard } from '../store/change-card.ts';
import { findCommand } from '../store/commands.ts';
import { eventCard, openReadDetails, viewCard } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';

/** How often a change looks again when the card changed under it. */
const TRIES_MAX = 5;

/** Which command changes a card, and what clients and the audit are told of it. */
export interface Verb {
  /** Part of the request: the same command for something else is another request. */
  readonly name: 'attach' | 'detach' | 'update';
  readonly event: keyof VaultEvents;
  readonly audit: string;
}

/** A card as a change leaves it. Details that are not given stay as they are sealed. */
export interface Changed {
  readonly card: CardFacts;
  readonly details?: CardDetails;
}

/**
 * Changes a stored card by one command, once: looks at the card, has the change decided, and stores it on the
 * version it was decided on. A repetition of the command answers the card as it is.
 *
 * @param decide what becomes of a card; undefined where it is as asked for already
 */
export async function change<Code extends string>(
  environment: VaultEnvironment,
  context: Pick<CallContext, 'actor' | 'tenant' | 'commandId' | 'request'>,
  verb: Verb,
  input: { readonly id: string },
  decide: (card: ReadCard, details: CardDetails) => Result<Changed | undefined, Code>,
): Promise<Result<Card, Code | 'not_found' | 'idempotency_mismatch' | 'unavailable'>> {
  const { db, tenantKeys, clock } = environment;
  const { tenant } = context;
  const requestHash = createHash('sha256').update(verb.name).update('\n').update(encode(input)).digest();
  const command = { tenant, id: context.commandId, at: clock.now(), requestHash };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const card = await findCardById(db, input.id, tenant);
    if (!card || card.tenant !== tenant) return notFound(input.id);
    const seen = await findCommand(db, tenant, command.id);
    if (seen && !seen.equals(requestHash)) {
      return err('idempotency_mismatch', 'this command was given before, for something else');
    }
    const details = await openReadDetails(card, tenantKeys);
    if (seen) return ok(viewCard(card, details, tenant));
    const decided = decide(card, details);
    if (!decided.ok) return decided;
    if (!decided.value) return ok(viewCard(card, details, tenant));
    const changed = { ...decided.value.card, version: card.version + 1 };
    const sealed = decided.value.details && (await sealDetailsOf(environment, card, decided.value.details));
    const events = eventsOf(context, verb, card, changed);
    if (await changeCard(db, changed, sealed ?? null, command, events)) {
      return ok(viewCard(changed, decided.value.details ?? details, tenant));
    }
  }
  return err('unavailable', `card ${input.id} changes too fast; try again`);
}

/** There is no such card for this tenant. */
function notFound(id: string): Result<never, 'not_found'> {
  return err('not_found', `no such payment method: ${id}`, { field: 'id' });
}

/** Seals details anew with the key that seals the card's number. */
export async function sealDetailsOf(
  environment: VaultEnvironment,
  card: ReadCard,
  details: CardDetails,
): Promise<Buffer> {
  assert(card.sealed, 'an erased card does not change');
  const { keyVersion, wrapped } = card.sealed;
  const key = await environment.tenantKeys.unwrap(card.tenant, keyVersion, wrapped);
  return sealDetails(key, { tenant: card.tenant, id: card.id, keyVersion }, details, environment.random);
}

function eventsOf(
  { actor, request }: Pick<CallContext, 'actor' | 'request'>,
  verb: Verb,
  before: CardFacts,
  card: CardFacts,
): CardEvent[] {
  const entry = audited({
    actor,
    action: verb.audit,
    subject: card.id,
    reason: verb.name,
    detail: { customer: card.customer },
  });
  // The name lies sealed, so nothing is said of what it was.
  const { name: _sealed, ...known } = eventCard(before);
  const payload = withCause(eventCard(card), { request, ...(verb.name !== 'attach' && { before: known }) });
  return [entry, { type: verb.event, payload }];
}
