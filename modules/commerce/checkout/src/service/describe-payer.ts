import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import { asksForDetails, type checkoutContract, type Session } from '../contract/index.ts';
import { findSession, lockSession, toSession, updateSessionRow } from '../store/sessions.ts';
import { readDetails } from './check-details.ts';
import { type CheckoutDeps, commands } from './deps.ts';
import { missingSession } from './update-session.ts';

type Describe = (typeof checkoutContract)['operations']['describePayer'];
type Code = Exclude<CodeOf<Describe>, 'idempotency_mismatch'>;

/**
 * Keeps what a shopper says of themselves, all of it or nothing, until somebody has begun to pay: what the
 * intent is opened with stands fast then.
 */
export async function describePayer(
  { db, clock }: CheckoutDeps,
  context: CallContext,
  input: InputOf<Describe>,
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const known = await findSession(db, context.tenant, input.id);
  if (!known) return missingSession(input.id);
  const { tenant } = known;
  const claim = commands.claimFor({ ...context, tenant }, 'describe_payer', input, clock.now());
  return commands.once<Session, Code>(db, claim, {
    work: async (tx) => {
      const session = await lockSession(tx, tenant, input.id);
      if (!session) return missingSession(input.id);
      if (session.status !== 'open' || session.expiresAt <= claim.at || session.begunAt !== null) {
        const message = `checkout session ${session.id} has ended, or is being paid: what was said stands`;
        return err('session_not_open', message, { field: 'id', detail: { status: session.status } });
      }
      if (!asksForDetails(session.collects)) return ok(toSession(session));
      const read = readDetails(session.collects, input.details, asksEmail(session));
      if ('problems' in read) {
        const { problems: detail } = read;
        const [field = ''] = Object.keys(detail);
        const message = `${field} is ${detail[field]?.replaceAll('_', ' ')}`;
        return err('details_invalid', message, { field: `details.${field}`, detail });
      }
      const described = { ...session, payer: read.payer };
      await updateSessionRow(tx, described);
      return ok(toSession(described));
    },
    repeat: async () => {
      const session = await findSession(db, tenant, input.id);
      return session ? ok(toSession(session)) : missingSession(input.id);
    },
  });
}

/** Whether nobody has said an e-mail address yet. */
function asksEmail({ customer, customerEmail }: Pick<Session, 'customer' | 'customerEmail'>): boolean {
  return customer === null && customerEmail === null;
}
