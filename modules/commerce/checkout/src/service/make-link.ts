import { assert, err, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import { changeCollects, type checkoutContract, type PaymentLink } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findLink, insertLink, type LinkRecord, lockLink, toLink, updateLinkRow } from '../store/links.ts';
import { intentDataOf, lineId } from './create-session.ts';
import { type CheckoutDeps, commands } from './deps.ts';
import { type LineCode, makeOrder, type Order } from './line-items.ts';
import { checkSplit } from './split-order.ts';

type Operations = (typeof checkoutContract)['operations'];
type Asked = InputOf<Operations['createLink']>;
type Change = InputOf<Operations['updateLink']>;
type ChangeCode = 'not_found' | 'link_is_used_up' | 'metadata_too_many_keys';

/** Makes a link. Recurring prices are taken and shown; nobody can open a session of them here. */
export function createLink(
  deps: CheckoutDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<PaymentLink, LineCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const claim = commands.claimFor(context, 'create_link', input, clock.now());
  const id = objectId('plink', claim);
  let order: Order | undefined;
  return commands.once<PaymentLink, LineCode>(db, claim, {
    check: async () => {
      const made = await makeOrder(deps, context, input, {
        recurring: 'taken',
        idOf: (index) => lineId(id, index),
      });
      if (!made.ok) return made;
      order = made.value;
      return checkSplit(deps, context, order, intentDataOf(input.intentData));
    },
    work: async (tx) => {
      assert(order, 'the order was checked');
      const link: LinkRecord = {
        id,
        tenant: claim.tenant,
        active: true,
        currency: order.currency,
        lines: order.lines,
        afterCompletion: input.afterCompletion ?? { type: 'hosted_confirmation', customMessage: null },
        allowPromotionCodes: input.allowPromotionCodes ?? false,
        customerCreation: input.customerCreation ?? 'if_required',
        collects: input.collects ? changeCollects(null, input.collects) : null,
        inactiveMessage: input.inactiveMessage ?? null,
        submitType: input.submitType ?? 'auto',
        intentData: intentDataOf(input.intentData),
        metadata: input.metadata ?? {},
        completedSessionsLimit: input.completedSessionsLimit ?? null,
        completedSessions: 0,
        placesTaken: 0,
        createdAt: claim.at,
      };
      await insertLink(tx, link);
      await tell(tx, 'payment_link.created', toLink(link), claim);
      return ok(toLink(link));
    },
    repeat: async (accepted) => {
      const first = await findLink(db, claim.tenant, objectId('plink', accepted));
      assert(first, 'an accepted link is there');
      return ok(toLink(first));
    },
  });
}

/** Changes a link; sessions that are open already stay as they are. */
export function updateLink(
  { db, clock }: CheckoutDeps,
  context: CallContext,
  input: Change,
): Promise<Result<PaymentLink, ChangeCode | 'idempotency_mismatch'>> {
  const { id } = input;
  const claim = commands.claimFor(context, 'update_link', input, clock.now());
  return commands.once<PaymentLink, ChangeCode>(db, claim, {
    work: async (tx) => {
      const before = await lockLink(tx, context.tenant, id);
      if (!before) return missingLink(id);
      const changed = changedLink(before, input);
      if (!changed.ok) return changed;
      await updateLinkRow(tx, changed.value);
      const link = toLink(changed.value);
      await tell(tx, 'payment_link.updated', link, claim, toLink(before));
      return ok(link);
    },
    repeat: async () => {
      const found = await findLink(db, context.tenant, id);
      return found ? ok(toLink(found)) : missingLink(id);
    },
  });
}

function changedLink(
  before: LinkRecord,
  { id: _id, metadata: patch, collects, ...given }: Change,
): Result<LinkRecord, 'link_is_used_up' | 'metadata_too_many_keys'> {
  const metadata = patchMetadata(before.metadata, patch);
  if (!metadata.ok) return metadata;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const after: LinkRecord = {
    ...before,
    ...set,
    // Of the link as it is now, which this transaction has locked: of two changes at once neither is lost.
    ...(collects && { collects: changeCollects(before.collects, collects) }),
    metadata: metadata.value,
  };
  const { completedSessionsLimit: limit, placesTaken, completedSessions } = after;
  if (limit !== null && (placesTaken > limit || (after.active && completedSessions >= limit))) {
    const message = `${placesTaken} sessions of payment link ${before.id} are paid or being paid already`;
    return err('link_is_used_up', message, {
      field: given.completedSessionsLimit === undefined ? 'active' : 'completedSessionsLimit',
    });
  }
  return ok(after);
}

/** There is none of this tenant. */
export function missingLink(id: string) {
  return err('not_found', `No such payment_link: '${id}'`, { field: 'id' });
}
