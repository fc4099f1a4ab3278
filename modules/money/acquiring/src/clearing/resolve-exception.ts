import { type Err, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { DecisionCode, ProposalCode } from '@tpmall/platform/dual-control';
import type { acquiringContract, ClearingResolution, ClearingVerdict } from '../contract/index.ts';
import type { Room } from '../service/room.ts';
import { findException, findMovement, type MovementToClear } from '../store/clearing-exceptions.ts';
import { lockClearing } from '../store/clearing-files.ts';
import { type MatchedRecord, type RecordToClear, settleExceptions } from '../store/clearing-records.ts';
import { type ClearingResolutionRecord, clearingResolutions } from '../store/clearing-resolutions.ts';
import { isBooked } from './match-records.ts';

type Operations = (typeof acquiringContract)['operations'];
type Needed = Pick<Room, 'db' | 'clock'>;
type Proposal = Pick<ClearingResolution, 'exception' | 'verdict' | 'movement'>;
type Refused = 'not_found' | 'movement_not_found' | 'not_clearable';

/** Writes down what a person says about an exception. Nothing moves until another one confirms. */
export function proposeClearingResolution(
  { db, clock }: Needed,
  context: CallContext,
  input: InputOf<Operations['proposeClearingResolution']>,
): Promise<Result<ClearingResolutionRecord, Refused | ProposalCode>> {
  const { exception, verdict, movement = null, evidence } = input;
  return clearingResolutions.propose<Refused>({ db, clock }, context, input, async () => {
    const judged = await judge(db, { exception, verdict, movement });
    return judged.ok ? ok({ exception, verdict, movement, evidence }) : judged;
  });
}

/**
 * Another person agrees. In one transaction the record clears what was named, payments is told to move the
 * ledger, and the resolution ends; where it cannot be any more, nothing changes and it is `overtaken`.
 */
export function confirmClearingResolution(
  { db, clock }: Needed,
  context: CallContext,
  input: InputOf<Operations['confirmClearingResolution']>,
): Promise<Result<ClearingResolutionRecord, DecisionCode>> {
  return clearingResolutions.confirm({ db, clock }, context, input, async (tx, proposed) => {
    const before = await findException(tx, proposed.exception);
    if (!before) return 'overtaken';
    // As imports do: nobody else matches records of this acquirer now, so what is judged stays so.
    await lockClearing(tx, before.connector);
    const judged = await judge(tx, proposed);
    if (!judged.ok) return 'overtaken';
    const { connector, cleared } = judged.value;
    if (cleared) await settleExceptions(tx, connector, clock.now(), [cleared]);
    return 'applied';
  });
}

/** What would be cleared by a proposal; nothing by a dispute. */
async function judge(
  db: Queryable,
  { exception, verdict, movement: named }: Proposal,
): Promise<Result<{ readonly connector: string; readonly cleared: MatchedRecord | null }, Refused>> {
  const found = await findException(db, exception);
  if (!found) return err('not_found', `there is no open exception ${exception}`, { field: 'exception' });
  const { connector, record } = found;
  if (verdict === 'dispute') {
    if (named === null) return ok({ connector, cleared: null });
    return notClearable('a dispute clears nothing', 'movement');
  }
  if (!record) return notClearable('what is in no file is cleared by a record of one', 'verdict');
  if (named === null) return notClearable(`${verdict} needs the capture or refund`, 'movement');
  const to = await findMovement(db, connector, named);
  if (!to) {
    const message = `${connector} has no capture or refund ${named}`;
    return err('movement_not_found', message, { field: 'movement' });
  }
  const judged = judgeMovement(record, to, verdict);
  if (!judged.ok) return judged;
  const lost = judged.value;
  const cleared = { record: { ...record, amount: to.movement.amount, fee: record.fee + lost }, match: to };
  return ok({ connector, cleared });
}

/**
 * Whether a record may clear a capture or refund by what people say; answers what is lost by it, in minor
 * units.
 */
export function judgeMovement(
  record: RecordToClear,
  { movement, authorisation }: MovementToClear,
  verdict: ClearingVerdict,
): Result<bigint, 'not_clearable'> {
  const named = movement.id;
  if (!isBooked(record.type, movement)) {
    return notClearable(`${named} is no ${record.type} that the acquirer has booked`, 'movement');
  }
  if (movement.cleared.includes(record.type)) {
    return notClearable(`${named} has been cleared by another record`, 'movement');
  }
  if (authorisation.currency !== record.currency) {
    return notClearable(
      `${named} is in ${authorisation.currency}, the record in ${record.currency}`,
      'movement',
    );
  }
  // What a refund takes is paid by us, what a capture or a refund's return brings comes to us.
  const lost = record.type === 'refund' ? record.amount - movement.amount : movement.amount - record.amount;
  if (verdict === 'match' && lost !== 0n) {
    return notClearable(`${named} has another amount than the record`, 'verdict');
  }
  if (verdict === 'accept_difference' && lost <= 0n) {
    return notClearable('only what is lost can be accepted as a cost; anything else is disputed', 'verdict');
  }
  return ok(lost);
}

function notClearable(message: string, field: string): Err<'not_clearable'> {
  return err('not_clearable', message, { field });
}
