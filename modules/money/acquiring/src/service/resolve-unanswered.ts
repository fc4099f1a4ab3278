import { MILLISECOND } from '@tpmall/kernel';
import { expireAuthentications } from '../store/authentications.ts';
import { KINDS, unknownOutcomes } from '../store/unknown-outcomes.ts';
import type { Room } from './room.ts';
import { leavePending } from './unknown-outcome.ts';

/** Rows that one run looks at; the next run takes the next ones. */
const LIMIT = 100;

/**
 * Finds messages whose process died between storing them and storing their answers, and resolves them like a
 * lost answer: pending, then reversed. Sends what is due, and fails challenges that nobody finished.
 */
export async function resolveUnanswered(room: Room): Promise<void> {
  const { db, clock, config } = room;
  const now = clock.now();
  for (const kind of KINDS) {
    for (const id of await unknownOutcomes[kind].unanswered(db, now, LIMIT)) {
      await leavePending(room, kind, id, []);
    }
  }
  await expireAuthentications(db, now, now - config.challengeTimeoutMs * MILLISECOND);
  await room.sender.sweep();
}
