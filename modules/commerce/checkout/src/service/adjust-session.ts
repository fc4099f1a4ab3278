import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import type { checkoutContract, LineItem, Session } from '../contract/index.ts';
import {
  findSession,
  lockSession,
  type SessionRecord,
  toSession,
  updateSessionRow,
} from '../store/sessions.ts';
import { type CheckoutDeps, commands } from './deps.ts';
import { repriced, totalOf } from './line-items.ts';
import { checkParts } from './split-order.ts';
import { missingSession } from './update-session.ts';

type Adjust = (typeof checkoutContract)['operations']['adjustSession'];
type Asked = InputOf<Adjust>;
type Code = Exclude<CodeOf<Adjust>, 'idempotency_mismatch'>;

/**
 * Sets quantities within the bounds that the seller gave, all or none. What the intent is opened with stands
 * fast once somebody has begun to pay, so nothing is adjusted after that; before it, nothing is refused when
 * the shopper pays that is not refused here.
 */
export async function adjustSession(
  { db, clock }: CheckoutDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const known = await findSession(db, context.tenant, input.id);
  if (!known) return missingSession(input.id);
  const { tenant } = known;
  const claim = commands.claimFor({ ...context, tenant }, 'adjust_session', input, clock.now());
  return commands.once<Session, Code>(db, claim, {
    work: async (tx) => {
      const session = await lockSession(tx, tenant, input.id);
      if (!session) return missingSession(input.id);
      if (session.status !== 'open' || session.expiresAt <= claim.at || session.begunAt !== null) {
        const message = `checkout session ${session.id} has ended, or is being paid: its lines stand`;
        return err('session_not_open', message, { field: 'id', detail: { status: session.status } });
      }
      const adjusted = withQuantities(session, input.lines);
      if (!adjusted.ok) return adjusted;
      await updateSessionRow(tx, adjusted.value);
      return ok(toSession(adjusted.value));
    },
    repeat: async () => {
      const session = await findSession(db, tenant, input.id);
      return session ? ok(toSession(session)) : missingSession(input.id);
    },
  });
}

function withQuantities(session: SessionRecord, asked: Asked['lines']): Result<SessionRecord, Code> {
  const byId = new Map(session.lines.map((line) => [line.id, line]));
  for (const [index, { id, quantity }] of asked.entries()) {
    const line = byId.get(id);
    const field = `lines[${index}]`;
    if (!line) return err('line_not_found', `the order has no line ${id}`, { field: `${field}.id` });
    if (!isWithin(line, quantity)) {
      const message = `line ${id} cannot have ${quantity} pieces`;
      return err('quantity_out_of_bounds', message, { field: `${field}.quantity` });
    }
    byId.set(id, repriced(line, quantity));
  }
  const lines = [...byId.values()];
  if (lines.every(({ quantity }) => quantity === 0)) {
    return err('quantity_out_of_bounds', 'an order has at least one piece', { field: 'lines' });
  }
  const total = totalOf(lines);
  if (!total.ok) return total;
  const parts = checkParts(total.value, session.intentData.split);
  if (parts) return parts;
  const paymentStatus = total.value === 0n ? 'no_payment_required' : 'unpaid';
  return ok({ ...session, lines, amountTotal: total.value, paymentStatus });
}

function isWithin({ adjustableQuantity: bounds, quantity: now }: LineItem, quantity: number): boolean {
  if (bounds === null) return quantity === now;
  return quantity >= bounds.minimum && quantity <= bounds.maximum;
}
