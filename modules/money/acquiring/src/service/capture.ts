import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import { SQLSTATE, sqlState } from '@tpmall/platform/db';
import type { acquiringContract } from '../contract/index.ts';
import { findAdviceId } from '../store/advices.ts';
import { type Authorisation, findAuthorisation } from '../store/authorisations.ts';
import type { Room } from './room.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['capture']>;
type Code = 'not_found' | 'not_authorised' | 'amount_too_large';

/**
 * Takes (part of) an authorisation: one commit, then the advice is sent in the background until acknowledged.
 */
export async function capture(
  room: Room,
  context: CallContext,
  input: Input,
): Promise<Result<{ captureId: string }, Code | PlatformCode>> {
  const { tenant, commandId } = context;
  const { authorisationId, amount, final } = input;
  // Another process that changes the row at the same instant makes this one miss it; then it tries again.
  do {
    const { adviceId: id, ...claim } = room.sender.claim();
    const advice = await unlessRepeated(() =>
      room.writes.queueCapture({ id, tenant, commandId, authorisationId, amount, final, ...claim }),
    );
    if (advice) {
      room.sender.send(advice);
      return ok({ captureId: advice.id });
    }
    const known = await findAdviceId(room.db, tenant, 'capture', commandId);
    if (known !== undefined) return ok({ captureId: known });
    const refused = refusal(await findAuthorisation(room.db, tenant, authorisationId), amount);
    if (refused) return refused;
  } while (room.clock.now() <= context.deadlineAt);
  return err('unavailable', 'the deadline passed before the capture was queued');
}

/** The same command, run twice at once, violates the unique key of commands: the other run has done it. */
export async function unlessRepeated<T>(queue: () => Promise<T>): Promise<T | undefined> {
  try {
    return await queue();
  } catch (error) {
    if (sqlState(error) === SQLSTATE.uniqueViolation) return undefined;
    throw error;
  }
}

/** Why an amount cannot be captured; undefined where it can. */
function refusal(
  authorisation: Authorisation | undefined,
  amount: bigint,
): Result<{ captureId: string }, Code> | undefined {
  if (!authorisation) return err('not_found', 'there is no such authorisation', { field: 'authorisationId' });
  if (authorisation.outcome.state !== 'approved' || authorisation.closed) {
    return err('not_authorised', 'nothing can be captured of this authorisation (any more)', {
      field: 'authorisationId',
    });
  }
  const left = authorisation.terms.maximumCapturable - authorisation.captured;
  if (amount <= left) return undefined;
  return err('amount_too_large', 'more than may be captured of the authorisation', {
    field: 'amount',
    detail: { max: left.toString() },
  });
}
