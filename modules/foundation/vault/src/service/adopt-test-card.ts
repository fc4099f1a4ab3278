import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { AllowRedisplay, Card, vaultContract } from '../contract/index.ts';
import { type CardDetails, openPan } from '../envelope/card-cipher.ts';
import { type ReadCard, SHARED_TENANT } from '../store/card-rows.ts';
import { findCardById } from '../store/cards.ts';
import { NO_BILLING, NO_DETAILS } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';
import { tokeniseCard } from './tokenise-card.ts';
import { withBilling } from './update-card.ts';

type Input = InputOf<(typeof vaultContract)['operations']['adoptTestCard']>;

/** Tokens of test cards are named as their payment methods are: `tok_visa` is `pm_card_visa`. */
const TOKEN = /^tok_(?=\w)/;

/** Makes a card of the tenant's own from a test card, by its name or its token's. */
export async function adoptTestCard(
  environment: VaultEnvironment,
  context: CallContext,
  input: Input,
): Promise<Result<Card, 'not_found' | 'idempotency_mismatch'>> {
  const id = input.name.replace(TOKEN, 'pm_card_');
  const card = await findCardById(environment.db, id, SHARED_TENANT);
  if (!card) return err('not_found', `there is no test card ${input.name}`, { field: 'name' });
  return adoptCard(environment, context, card, {
    customer: null,
    allowRedisplay: input.allowRedisplay,
    details: { billing: withBilling(NO_BILLING, input.billing), metadata: input.metadata ?? {} },
  });
}

/** Vaults the number of a test card once more, for a tenant; the same command answers the same card. */
export async function adoptCard(
  environment: VaultEnvironment,
  context: Pick<CallContext, 'actor' | 'tenant' | 'commandId'>,
  card: ReadCard,
  given: {
    readonly customer: string | null;
    readonly allowRedisplay: AllowRedisplay | undefined;
    readonly details?: CardDetails;
  },
): Promise<Result<Card, 'idempotency_mismatch'>> {
  assert(card.sealed, 'a test card is never erased');
  const { keyVersion, wrapped, pan } = card.sealed;
  const key = await environment.tenantKeys.unwrap(card.tenant, keyVersion, wrapped);
  const place = { tenant: card.tenant, id: card.id, keyVersion };
  const { tenant, actor, commandId } = context;
  const made = await tokeniseCard(environment, {
    tenant,
    actor,
    commandId: `test-card:${commandId}`,
    reason: 'test card',
    card: { pan: openPan(key, place, pan), expMonth: card.expMonth, expYear: card.expYear, cvv: null },
    details: given.details ?? NO_DETAILS,
    customer: given.customer,
    allowRedisplay: given.allowRedisplay,
  });
  if (made.ok) return ok(made.value.card);
  return err('idempotency_mismatch', made.error.message);
}
