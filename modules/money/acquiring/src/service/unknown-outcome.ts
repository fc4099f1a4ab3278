import type { MessageRecord } from '../contract/index.ts';
import { type Kind, unknownOutcomes } from '../store/unknown-outcomes.ts';
import type { Room } from './room.ts';

/**
 * Leaves what a message asked for pending, because its answer is not known, and sends the reversal that ends
 * it. False where it was no longer waiting for an answer.
 */
export async function leavePending(
  { db, sender }: Pick<Room, 'db' | 'sender'>,
  kind: Kind,
  id: string,
  messages: readonly MessageRecord[],
): Promise<boolean> {
  const advice = await unknownOutcomes[kind].suspend(db, { id, ...sender.claim() }, messages);
  if (advice) sender.send(advice);
  return advice !== undefined;
}

/**
 * Reverses once more what somebody else took for abandoned and reversed, perhaps before its message reached
 * the host.
 */
export async function reverseAgain(
  { db, sender }: Pick<Room, 'db' | 'sender'>,
  kind: Kind,
  id: string,
): Promise<void> {
  const again = await unknownOutcomes[kind].reverseAgain(db, { id, ...sender.claim() });
  if (again) sender.send(again);
}
