import { err, ok, type Redacted, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { ClearCard } from '../contract/index.ts';
import { openDetails, openPan } from '../envelope/card-cipher.ts';
import type { createDiscloser } from '../store/disclosures.ts';
import type { VaultEnvironment } from './environment.ts';

/** What a clear card may be asked for. */
export type Purpose = 'authorisation' | 'authentication' | 'refund' | 'reversal' | 'stand_in';

/**
 * What a card may be shown for even after it was taken from its customer: to send money back to it, and to
 * tell its issuer of a payment that was made with it before.
 */
const EVEN_DETACHED: readonly Purpose[] = ['refund', 'reversal', 'stand_in'];

/**
 * The clear card behind a payment method, with the audit entry of its disclosure in the same statement. The
 * security code comes with the first authorisation only; test cards have theirs from the configuration, every
 * time.
 */
export async function detokeniseCard(
  environment: Pick<VaultEnvironment, 'tenantKeys' | 'cvv' | 'clock'> & {
    readonly disclose: ReturnType<typeof createDiscloser>;
    readonly testCodes: ReadonlyMap<string, Redacted<string>>;
  },
  context: Pick<CallContext, 'caller' | 'actor' | 'tenant' | 'commandId'>,
  input: { readonly id: string; readonly purpose: Purpose },
): Promise<Result<ClearCard, 'not_found'>> {
  const { disclose, tenantKeys, cvv, clock, testCodes } = environment;
  const card = await disclose({
    id: input.id,
    tenant: context.tenant,
    at: clock.now(),
    evenDetached: EVEN_DETACHED.includes(input.purpose),
    entry: {
      actor: context.actor,
      action: 'card.disclosed',
      subject: input.id,
      reason: input.purpose,
      detail: { caller: context.caller, command: context.commandId },
    },
  });
  if (!card) return err('not_found', `no such payment method: ${input.id}`, { field: 'id' });
  const key = await tenantKeys.unwrap(card.tenant, card.keyVersion, card.wrapped);
  const pan = openPan(key, card, card.pan).reveal();
  const { billing } = openDetails(key, card, card.details);
  const code =
    input.purpose === 'authorisation'
      ? (testCodes.get(card.id)?.reveal() ?? cvv.take(card.id, context.commandId))
      : null;
  const month = String(card.expMonth).padStart(2, '0');
  return ok({
    pan,
    expiry: `${String(card.expYear % 100).padStart(2, '0')}${month}`,
    cvv: code,
    name: billing.name,
  });
}
