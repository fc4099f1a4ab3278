import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type { acquiringContract } from '../contract/index.ts';
import { findAdviceId, queueRelease } from '../store/advices.ts';
import { findAuthorisation } from '../store/authorisations.ts';
import { unlessRepeated } from './capture.ts';
import type { Room } from './room.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['release']>;
type Code = 'not_found' | 'not_authorised';

/** Lets go of what has not been captured: one commit, then the reversal is sent until acknowledged. */
export async function release(
  room: Room,
  context: CallContext,
  input: Input,
): Promise<Result<{ reversalId: string }, Code | PlatformCode>> {
  const { tenant, commandId } = context;
  const { authorisationId } = input;
  const field = { field: 'authorisationId' };
  // A capture that changes the row at the same instant makes this one miss it; then it tries again.
  do {
    const { adviceId: id, ...claim } = room.sender.claim();
    const advice = await unlessRepeated(() =>
      queueRelease(room.db, { id, tenant, commandId, authorisationId, ...claim }),
    );
    if (advice) {
      room.sender.send(advice);
      return ok({ reversalId: advice.id });
    }
    const known = await findAdviceId(room.db, tenant, 'release', commandId);
    if (known !== undefined) return ok({ reversalId: known });
    const stored = await findAuthorisation(room.db, tenant, authorisationId);
    if (!stored) return err('not_found', 'there is no such authorisation', field);
    if (stored.outcome.state !== 'approved' || stored.closed || stored.captured >= stored.amount) {
      return err('not_authorised', 'nothing is left of this authorisation to release', field);
    }
  } while (room.clock.now() <= context.deadlineAt);
  return err('unavailable', 'the deadline passed before the release was queued');
}
