import { timingSafeEqual } from 'node:crypto';
import { assert, err, HOUR, type Micros, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { CardToken, ConfirmationTerms, vaultContract } from '../contract/index.ts';
import { sealTerms } from '../envelope/card-cipher.ts';
import { findCardById } from '../store/cards.ts';
import { findTokenByCommand, insertToken, type NewToken } from '../store/tokens.ts';
import { adoptTestCard } from './adopt-test-card.ts';
import type { VaultEnvironment } from './environment.ts';
import { viewToken } from './token-view.ts';

/** A token is handed from the shopper's page to a server, which uses it at once. */
const TOKEN_TIME: Micros = HOUR;
/** A shopper looks at the order before it is confirmed; the convention's own time. */
const CONFIRMATION_TOKEN_TIME: Micros = 12 * HOUR;

type Operations = (typeof vaultContract)['operations'];

/** What a token is made of. The same command makes one token for ever. */
export interface TokenRequest {
  readonly tenant: string;
  readonly commandId: string;
  readonly card: string;
  /** Null makes a token of the card alone. */
  readonly terms: ConfirmationTerms | null;
}

/** Makes a token of a card of the tenant's; `command_reused`: the command made one of something else. */
export async function makeToken(
  environment: VaultEnvironment,
  request: TokenRequest,
): Promise<Result<CardToken, 'command_reused'>> {
  const { db, keyStore, tenantKeys, clock, ids } = environment;
  const { tenant, commandId, card, terms } = request;
  const id = ids.next(terms ? 'ctoken' : 'tok');
  const createdAt = clock.now();
  const token: NewToken = {
    ...{ id, tenant, card, commandId, createdAt },
    sealed: terms && (await seal(environment, tenant, id, terms)),
    requestHash: await keyStore.sign(['token', tenant, card, JSON.stringify(terms)]),
    expiresAt: createdAt + (terms ? CONFIRMATION_TOKEN_TIME : TOKEN_TIME),
  };
  const isNew = await insertToken(db, token);
  const stored = await findTokenByCommand(db, commandId, tenant);
  assert(stored, 'a token that was stored can be found');
  if (!isNew && !timingSafeEqual(stored.requestHash, token.requestHash)) {
    return err('command_reused', 'this command was given before, for another token');
  }
  return ok(await viewToken(stored, tenantKeys));
}

async function seal(
  { tenantKeys, random }: VaultEnvironment,
  tenant: string,
  token: string,
  terms: ConfirmationTerms,
) {
  const { version: keyVersion, key } = await tenantKeys.newest(tenant);
  return { keyVersion, terms: sealTerms(key, { tenant, token, keyVersion }, terms, random) };
}

/** Makes a token of a test card: first a card of the tenant's own, then the token that stands for it. */
export async function createTestToken(
  environment: VaultEnvironment,
  context: CallContext,
  { name }: InputOf<Operations['createTestToken']>,
): Promise<Result<CardToken, 'not_found' | 'idempotency_mismatch'>> {
  const adopted = await adoptTestCard(environment, context, { name });
  if (!adopted.ok) return adopted;
  return made(environment, context, adopted.value.id, null);
}

/** Makes a confirmation token of a card that the tenant has already. */
export async function createConfirmationToken(
  environment: VaultEnvironment,
  context: CallContext,
  { card: id, terms }: InputOf<Operations['createConfirmationToken']>,
): Promise<Result<CardToken, 'not_found' | 'detached' | 'idempotency_mismatch'>> {
  const card = await findCardById(environment.db, id, context.tenant);
  if (!card || card.tenant !== context.tenant) {
    return err('not_found', `no such payment method: ${id}`, { field: 'card' });
  }
  if (card.detachedAt !== null || card.erasedAt !== null) {
    return err('detached', `payment method ${id} was detached before and may not be used again`, {
      field: 'card',
    });
  }
  return made(environment, context, id, terms);
}

async function made(
  environment: VaultEnvironment,
  { tenant, commandId }: CallContext,
  card: string,
  terms: ConfirmationTerms | null,
): Promise<Result<CardToken, 'idempotency_mismatch'>> {
  const token = await makeToken(environment, { tenant, commandId, card, terms });
  return token.ok ? token : err('idempotency_mismatch', token.error.message);
}
