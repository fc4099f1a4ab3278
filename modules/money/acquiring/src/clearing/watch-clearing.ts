import { base32, DAY, type Micros } from '@tpmall/kernel';
import type { Room } from '../service/room.ts';
import { lockClearing } from '../store/clearing-files.ts';
import { findClearable, findNotBooked, settleExceptions } from '../store/clearing-records.ts';
import { clearingResolutions } from '../store/clearing-resolutions.ts';
import { noteMissing } from '../store/missing-clearing.ts';
import { matchRecords } from './match-records.ts';

/** Exceptions that one run looks at again. */
const AGAIN_MAX = 1_000;
/** Captures or refunds that one statement looks at, and statements of one run. */
const LOOK_MAX = 1_000;
const LOOKS_MAX = 1_000;

type Needed = Pick<Room, 'db' | 'clock' | 'config' | 'log'>;

/** Looks again at what our side had not booked, and for what has not been cleared in time. */
export async function watchClearing(room: Needed): Promise<void> {
  await clearingResolutions.expire(room);
  await lookAgain(room);
  const dueBefore = room.clock.now() - room.config.clearing.dueDays * DAY;
  for (const type of ['capture', 'refund'] as const) {
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const { looked, missing } = await noteMissing(room.db, {
        ...{ type, limit: LOOK_MAX, at: room.clock.now() },
        expected: room.config.clearing.folders.map(({ connector }) => connector),
        before: idAt(type === 'capture' ? 'adv' : 'rfd', dueBefore),
      });
      if (missing > 0) room.log.error({ type, missing }, 'movements are in no clearing file');
      if (looked < LOOK_MAX) break;
    }
  }
}

async function lookAgain({ db, clock }: Needed): Promise<void> {
  const open = await findNotBooked(db, AGAIN_MAX);
  for (const connector of new Set(open.map((record) => record.connector))) {
    await db.transaction(async (tx) => {
      await lockClearing(tx, connector);
      const records = (await findNotBooked(tx, AGAIN_MAX)).filter((record) => record.connector === connector);
      const references = records.map(({ reference }) => reference);
      const matches = matchRecords(records, await findClearable(tx, connector, references));
      const changed = records.flatMap((record, index) => {
        const match = matches[index];
        const same = !match || ('exception' in match && match.exception === 'not_booked');
        return same ? [] : [{ record, match }];
      });
      if (changed.length > 0) await settleExceptions(tx, connector, clock.now(), changed);
    });
  }
}

/** The smallest id that is made at an instant or after it (UUIDv7 begins with milliseconds). */
function idAt(prefix: string, at: Micros): string {
  return `${prefix}_${base32(BigInt(Math.floor(at / 1000)) << 80n)}`;
}
