import { assert, base32, type Err, err, hash128, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry, appendEvent } from '@tpmall/platform/events';
import type { acquiringContract, ClearingResolution } from '../contract/index.ts';
import type { Room } from '../service/room.ts';
import { findException, findMovement } from '../store/clearing-exceptions.ts';
import { lockClearing } from '../store/clearing-files.ts';
import { type MatchedRecord, settleExceptions } from '../store/clearing-records.ts';
import {
  findClearingResolution,
  isClearingResolutionOpen,
  lockClearingResolution,
  storeClearingDecision,
  storeClearingProposal,
} from '../store/clearing-resolutions.ts';
import { isBooked } from './match-records.ts';

type Operations = (typeof acquiringContract)['operations'];
type Needed = Pick<Room, 'db' | 'clock'>;
type Proposal = Pick<ClearingResolution, 'exception' | 'verdict' | 'movement'>;
type Refused = 'not_found' | 'movement_not_found' | 'not_clearable';

/** Writes down what a person says about an exception. Nothing moves until another one confirms. */
export async function proposeClearingResolution(
  { db, clock }: Needed,
  { actor, tenant, commandId }: CallContext,
  input: InputOf<Operations['proposeClearingResolution']>,
): Promise<Result<ClearingResolution, Refused | 'clearing_resolution_open' | 'idempotency_mismatch'>> {
  const id = `clr_${base32(hash128('acquiring.clearing-resolution', tenant, commandId))}`;
  const { exception, verdict, movement = null, evidence } = input;
  const before = await findClearingResolution(db, id);
  if (before) return repeated(before, { exception, verdict, movement }, evidence);
  const judged = await judge(db, { exception, verdict, movement });
  if (!judged.ok) return judged;
  const proposed: ClearingResolution = {
    ...{ id, exception, verdict, movement, evidence, state: 'proposed' },
    ...{ proposedBy: actor, proposedAt: clock.now(), decidedBy: null, decidedAt: null, decisionReason: null },
  };
  try {
    await db.transaction(async (tx) => {
      if (await storeClearingProposal(tx, tenant, proposed)) await audit(tx, tenant, proposed, actor);
    });
  } catch (error) {
    if (!isClearingResolutionOpen(error)) throw error;
    const same = await findClearingResolution(db, id);
    if (same) return repeated(same, { exception, verdict, movement }, evidence);
    return err('clearing_resolution_open', `another resolution of ${exception} waits for a second person`, {
      field: 'exception',
    });
  }
  const stored = await findClearingResolution(db, id);
  assert(stored, 'a proposal that was stored is there');
  return repeated(stored, { exception, verdict, movement }, evidence);
}

function repeated(
  stored: ClearingResolution,
  asked: Proposal,
  evidence: string,
): Result<ClearingResolution, 'idempotency_mismatch'> {
  const same =
    stored.exception === asked.exception &&
    stored.verdict === asked.verdict &&
    stored.movement === asked.movement &&
    stored.evidence === evidence;
  if (same) return ok(stored);
  return err('idempotency_mismatch', 'the same idempotency key was used for another request');
}

interface Decision {
  readonly id: string;
  readonly reason?: string | undefined;
}
type DecisionCode = 'not_found' | 'same_person' | 'resolution_decided';

/**
 * Another person agrees. In one transaction the record clears what was named, payments is told to move the
 * ledger, and the resolution ends; where it cannot be any more, nothing changes and it is `overtaken`.
 */
export function confirmClearingResolution(
  room: Needed,
  context: CallContext,
  input: Decision,
): Promise<Result<ClearingResolution, DecisionCode>> {
  return decide(room, context, input, ['applied', 'overtaken'], async (tx, proposed) => {
    const before = await findException(tx, proposed.exception);
    if (!before) return 'overtaken';
    // As imports do: nobody else matches records of this acquirer now, so what is judged stays so.
    await lockClearing(tx, before.connector);
    const judged = await judge(tx, proposed);
    if (!judged.ok) return 'overtaken';
    const { connector, cleared } = judged.value;
    if (cleared) await settleExceptions(tx, connector, room.clock.now(), [cleared]);
    return 'applied';
  });
}

/** Another person disagrees: nothing changes. */
export function rejectClearingResolution(
  room: Needed,
  context: CallContext,
  input: Decision,
): Promise<Result<ClearingResolution, DecisionCode>> {
  return decide(room, context, input, ['rejected'], async () => 'rejected');
}

type Ended = Exclude<ClearingResolution['state'], 'proposed'>;

/** @param ends how this decision may end: a repetition by the same person answers with what it has come to */
function decide(
  { db, clock }: Needed,
  { actor, tenant }: CallContext,
  { id, reason }: Decision,
  ends: readonly Ended[],
  carryOut: (tx: Queryable, proposed: ClearingResolution) => Promise<Ended>,
): Promise<Result<ClearingResolution, DecisionCode>> {
  return db.transaction(async (tx): Promise<Result<ClearingResolution, DecisionCode>> => {
    const proposed = await lockClearingResolution(tx, id);
    if (!proposed) return err('not_found', `there is no resolution ${id}`, { field: 'id' });
    if (proposed.proposedBy === actor) {
      return err('same_person', 'whoever proposed a resolution cannot decide about it', { field: 'id' });
    }
    if (proposed.state !== 'proposed') {
      if (proposed.decidedBy === actor && ends.includes(proposed.state)) return ok(proposed);
      return err('resolution_decided', `resolution ${id} is ${proposed.state}`, { field: 'id' });
    }
    const decided: ClearingResolution = {
      ...proposed,
      state: await carryOut(tx, proposed),
      ...{ decidedBy: actor, decidedAt: clock.now(), decisionReason: reason ?? null },
    };
    await storeClearingDecision(tx, decided);
    await audit(tx, tenant, decided, actor);
    return ok(decided);
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
  const { movement, authorisation } = to;
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
  const cleared = { record: { ...record, amount: movement.amount, fee: record.fee + lost }, match: to };
  return ok({ connector, cleared });
}

function notClearable(message: string, field: string): Err<'not_clearable'> {
  return err('not_clearable', message, { field });
}

async function audit(
  tx: Queryable,
  tenant: string,
  resolution: ClearingResolution,
  actor: string,
): Promise<void> {
  const { id, state, exception, verdict, movement, proposedBy, decidedBy } = resolution;
  const payload: AuditEntry = {
    ...{ actor, action: `clearing_resolution.${state}`, subject: exception },
    reason: resolution.decisionReason ?? resolution.evidence,
    detail: { resolution: id, verdict, movement, proposedBy, decidedBy },
  };
  const at = resolution.decidedAt ?? resolution.proposedAt;
  await appendEvent(tx, 'acquiring', { type: AUDIT_EVENT, aggregateId: id, tenant, at, payload });
}
