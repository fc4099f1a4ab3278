import { MILLISECOND } from '@tpmall/kernel';
import { expireAuthentications } from '../store/authentications.ts';
import { suspendAuthorisation, unansweredAuthorisations } from '../store/authorisations.ts';
import { suspendIncrement, unansweredIncrements } from '../store/increments.ts';
import { suspendRefund, unansweredRefunds } from '../store/refunds.ts';
import type { Room } from './room.ts';

/** Rows that one run looks at; the next run takes the next ones. */
const LIMIT = 100;

/**
 * Finds messages whose process died between storing them and storing their answers, and resolves them like a
 * lost answer: pending, then reversed. Sends what is due, and fails challenges that nobody finished.
 */
export async function resolveUnanswered(room: Room): Promise<void> {
  const { db, clock, config } = room;
  const now = clock.now();
  for (const id of await unansweredAuthorisations(db, now, LIMIT)) {
    const advice = await suspendAuthorisation(db, { id, ...room.sender.claim(), messages: [] });
    if (advice) room.sender.send(advice);
  }
  for (const id of await unansweredIncrements(db, now, LIMIT)) {
    const advice = await suspendIncrement(db, { id, ...room.sender.claim(), messages: [] });
    if (advice) room.sender.send(advice);
  }
  for (const id of await unansweredRefunds(db, now, LIMIT)) {
    const advice = await suspendRefund(db, { id, ...room.sender.claim(), messages: [] });
    if (advice) room.sender.send(advice);
  }
  await expireAuthentications(db, now, now - config.challengeTimeoutMs * MILLISECOND);
  await room.sender.sweep();
}
