import { base32, DAY, type Micros } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import type { Room } from '../service/room.ts';
import { lockClearing } from '../store/clearing-files.ts';
import {
  findClearable,
  findNotBooked,
  type PlaceOfRecord,
  settleExceptions,
} from '../store/clearing-records.ts';
import { clearingResolutions } from '../store/clearing-resolutions.ts';
import { noteMissing } from '../store/missing-clearing.ts';
import { matchRecords } from './match-records.ts';

/** Exceptions, captures or refunds that one statement looks at, and statements of one run. */
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

/** Looks at all of them, however many stay as they are. */
async function lookAgain({ db, clock }: Needed): Promise<void> {
  let after: PlaceOfRecord | undefined;
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const open = await findNotBooked(db, after, LOOK_MAX);
    for (const connector of new Set(open.map((record) => record.connector))) {
      await db.transaction((tx) => matchAgain(tx, connector, after, clock.now()));
    }
    after = open.at(-1);
    if (open.length < LOOK_MAX) break;
  }
}

async function matchAgain(
  tx: Queryable,
  connector: string,
  after: PlaceOfRecord | undefined,
  now: Micros,
): Promise<void> {
  await lockClearing(tx, connector);
  const open = await findNotBooked(tx, after, LOOK_MAX);
  const records = open.filter((record) => record.connector === connector);
  const references = records.map(({ reference }) => reference);
  const matches = matchRecords(records, await findClearable(tx, connector, references));
  const changed = records.flatMap((record, index) => {
    const match = matches[index];
    const same = !match || ('exception' in match && match.exception === 'not_booked');
    return same ? [] : [{ record, match }];
  });
  if (changed.length > 0) await settleExceptions(tx, connector, now, changed);
}

/** The smallest id that is made at an instant or after it (UUIDv7 begins with milliseconds). */
function idAt(prefix: string, at: Micros): string {
  return `${prefix}_${base32(BigInt(Math.floor(at / 1000)) << 80n)}`;
}
