import type { ReturnedRefund, ReturnNoted } from '../contract/index.ts';
import { returnRefund } from '../store/refunds.ts';
import type { Room } from './room.ts';

/**
 * Takes note of a refund that came back after it had been approved. Its acquirer tells it until we have it: a
 * repetition changes nothing, and what is still being resolved here is told again later.
 */
export async function noteReturnedRefund(
  { db, clock, log }: Pick<Room, 'db' | 'clock' | 'log'>,
  returned: ReturnedRefund,
): Promise<ReturnNoted> {
  const found = await returnRefund(db, returned, clock.now());
  switch (found) {
    case 'approved':
    case 'returned':
    case 'reversed':
      return 'noted';
    case 'sent':
    case 'pending':
      return 'not_now';
    case 'declined':
    case undefined: {
      const { connector, trace, networkCode } = returned;
      log.error({ connector, trace, networkCode, found }, 'a refund came back that nobody has made');
      return found ? 'noted' : 'unknown';
    }
  }
}
