import { assert, Redacted } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { Log } from '@tpmall/platform/telemetry';
import type { AdviceAnswer, CardConnector, NoAnswer } from '../contract/index.ts';
import type { Advice } from '../store/advices.ts';
import { findAuthenticationForShopper } from '../store/authentications.ts';
import { findAuthorisationById } from '../store/authorisations.ts';
import { proofOf } from './authentication-state.ts';
import { systemContext } from './system-context.ts';
import type { VaultPort } from './vault-port.ts';

/** DE 39 of a card that its issuer would not know: we cannot name it any more. */
const NO_SUCH_CARD = '14';

/**
 * Tells an acquirer of an approval on our own risk. The card comes from the vault, for this message alone,
 * even if it was detached since: the shopper has what was bought with it. Its security code was never kept.
 */
export async function deliverStandIn(
  room: { readonly db: Database; readonly vault: VaultPort; readonly log: Log; readonly deadlineAt: number },
  connector: CardConnector,
  advice: Advice,
): Promise<AdviceAnswer> {
  const { trace, amount, currency, attempts, original } = advice;
  const of = await findAuthorisationById(room.db, advice.authorisationId);
  assert(
    of && connector.standIn && original.approvalCode !== null,
    'only what such a connector takes stands in',
  );
  const context = systemContext(of.tenant, `${advice.id}/${attempts}`, room.deadlineAt);
  const opened = await room.vault.detokenise(context, { id: of.paymentMethod, purpose: 'stand_in' });
  if (!opened.ok) {
    if (opened.error.code !== 'not_found') return notSent(opened.error.message);
    room.log.error({ advice: advice.id }, 'the card of a payment on our own risk is no longer in the vault');
    return { state: 'refused', networkCode: NO_SUCH_CARD, messages: [] };
  }
  const authentication =
    of.authenticationId === null
      ? undefined
      : await findAuthenticationForShopper(room.db, of.authenticationId);
  const { pan, expiry } = opened.value;
  return connector.standIn.advise({
    trace,
    card: { pan: new Redacted(pan), expiry: new Redacted(expiry), cvv: null },
    ...{ amount, currency, descriptor: of.descriptor, approvalCode: original.approvalCode },
    authentication: (authentication && proofOf(authentication)) ?? null,
    repeat: attempts > 1,
  });
}

function notSent(reason: string): NoAnswer {
  return { state: 'not_sent', reason, messages: [] };
}
