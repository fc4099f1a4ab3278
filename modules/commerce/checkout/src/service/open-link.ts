import { assert, err, MINUTE, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { PaymentLink, Session } from '../contract/index.ts';
import { findLink, lockLink } from '../store/links.ts';
import { findSessionByCommand, insertSession, toSession } from '../store/sessions.ts';
import { drawId, lineId, newSession } from './create-session.ts';
import { type CheckoutDeps, commands } from './deps.ts';
import { type LineCode, makeOrder, type Order } from './line-items.ts';
import { missingLink } from './make-link.ts';
import { checkSplit } from './split-order.ts';

type Code = LineCode | 'not_found' | 'link_inactive' | 'link_is_used_up';

/** Who pays a limited link keeps others waiting, so such a session is short. */
const LIMITED_TIME = 30 * MINUTE;

/** Opens a new session of a link, at the prices that the link was made with. */
export async function openLink(
  deps: CheckoutDeps,
  given: CallContext,
  input: { readonly id: string; readonly clientReferenceId?: string | undefined },
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const link = await findLink(db, given.tenant, input.id);
  if (!link) return missingLink(input.id);
  const context = { ...given, tenant: link.tenant };
  const claim = commands.claimFor(context, 'open_link', input, clock.now());
  const id = drawId(deps);
  let order: Order | undefined;
  return commands.once<Session, Code>(db, claim, {
    check: async () => {
      const asked = {
        currency: link.currency,
        lines: link.lines.map(({ price, quantity, adjustableQuantity, isDelivery }) => ({
          price: price.id,
          ...{ quantity, adjustableQuantity, isDelivery },
        })),
      };
      const own = new Set(link.lines.filter(({ price }) => !price.active).map(({ price }) => price.id));
      const made = await makeOrder(deps, context, asked, {
        recurring: 'refused',
        own,
        idOf: (index) => lineId(id, index),
      });
      if (!made.ok) return made;
      order = made.value;
      return checkSplit(deps, context, order, link.intentData);
    },
    work: async (tx) => {
      assert(order, 'the order was checked');
      const locked = await lockLink(tx, link.tenant, link.id);
      assert(locked, `link ${link.id} is there`);
      if (!locked.active) {
        return err('link_inactive', locked.inactiveMessage ?? 'this payment link is not active', {
          field: 'id',
        });
      }
      const { completedSessionsLimit: limit, placesTaken } = locked;
      if (limit !== null && placesTaken >= limit) {
        return err('link_is_used_up', 'this payment link takes no more payments', { field: 'id' });
      }
      const session = newSession(id, claim, order, {
        paymentLink: link.id,
        wholeIntentData: link.intentData,
        customerCreation: locked.customerCreation,
        ...(locked.collects && { collects: locked.collects }),
        submitType: locked.submitType,
        metadata: { ...locked.metadata },
        ...(input.clientReferenceId !== undefined && { clientReferenceId: input.clientReferenceId }),
        ...afterwards(locked),
        ...(limit !== null && { expiresAt: claim.at + LIMITED_TIME }),
      });
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

function afterwards({ afterCompletion }: PaymentLink): { successUrl?: string } {
  return afterCompletion.type === 'redirect' ? { successUrl: afterCompletion.url } : {};
}
