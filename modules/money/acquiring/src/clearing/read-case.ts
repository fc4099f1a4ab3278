import { err, ok, type Result } from '@tpmall/kernel';
import type { ClearingCase, ClearingMovement, ClearingVerdict } from '../contract/index.ts';
import type { Room } from '../service/room.ts';
import { type CaseRecord, findCase, findSaid, findWaiting } from '../store/clearing-cases.ts';
import { findException, findMovement, type MovementToClear } from '../store/clearing-exceptions.ts';
import { findClearable, type RecordToClear } from '../store/clearing-records.ts';
import { clearingResolutions, toClearingResolution } from '../store/clearing-resolutions.ts';
import { judgeMovement } from './resolve-exception.ts';

/** Movements that are offered where nothing of ours has the record's reference. */
const OFFERED_MAX = 5;
/** Proposals of one exception that are shown; more than a few are never made. */
const SAID_MAX = 20;

/** See the operation `clearingCase`. */
export async function readCase(
  room: Pick<Room, 'db' | 'clock'>,
  tenant: string,
  id: string,
): Promise<Result<ClearingCase, 'not_found'>> {
  const { db } = room;
  const found = await findCase(db, id);
  if (!found) return err('not_found', `there is no clearing exception ${id}`, { field: 'id' });
  const record = (await findException(db, id))?.record ?? null;
  const movements = (await findOurs(room, found)).map((ours) => movementOf(ours, record));
  const said = await Promise.all(
    (await findSaid(db, id, SAID_MAX)).map((each) => clearingResolutions.find(room, tenant, each)),
  );
  const resolutions = said.flatMap((each) => (each ? [toClearingResolution(each)] : []));
  return ok({ ...found, movements, resolutions });
}

/** What has the record's reference; else what it has cleared, what is missing, or what might be meant. */
async function findOurs({ db }: Pick<Room, 'db'>, found: CaseRecord): Promise<MovementToClear[]> {
  const { id, connector, reference, file, clears } = found;
  const same = (await findClearable(db, connector, [reference])).flatMap((authorisation) =>
    authorisation.movements.map((movement) => ({ authorisation, movement })),
  );
  const named = file === null ? id : clears;
  if (named !== null && same.some(({ movement }) => movement.id === named)) return same;
  const wanted = named !== null ? [named] : same.length > 0 ? [] : await findWaiting(db, found, OFFERED_MAX);
  const others = await Promise.all(wanted.map((each) => findMovement(db, connector, each)));
  return [...same, ...others.flatMap((other) => other ?? [])];
}

function movementOf(ours: MovementToClear, record: RecordToClear | null): ClearingMovement {
  const { movement, authorisation } = ours;
  const { id, kind, state, amount, cleared, commandId } = movement;
  const { currency, reference, approvalCode } = authorisation;
  const isPossible = (verdict: ClearingVerdict): boolean =>
    record !== null && judgeMovement(record, ours, verdict).ok;
  const verdicts = (['match', 'accept_difference'] as const).filter(isPossible);
  return {
    ...{ id, kind, state, amount, cleared, commandId },
    ...{ currency, reference, approvalCode, verdicts },
  };
}
