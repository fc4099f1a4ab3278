import { hash } from 'node:crypto';
import { base32, err, ok, type Result, transferId } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { acquiringContract, ClearingFile } from '../contract/index.ts';
import type { Room } from '../service/room.ts';
import { findImported, lockClearing, storeFile } from '../store/clearing-files.ts';
import { findClearable, type RecordToClear, storeRecords } from '../store/clearing-records.ts';
import { matchRecords } from './match-records.ts';
import { type ClearingLine, readClearingFile } from './read-clearing-file.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['importClearingFile']>;
type Code = 'connector_not_found' | 'clearing_file_malformed' | 'clearing_file_name_taken';

/** Records that are matched by one statement and stored by another. */
const CHUNK = 1_000;
/** Digits of a record's line in its id, so that ids of a file sort by line. */
const LINE_DIGITS = 6;

/** SHA-256 of a file's text: what makes it this file. */
export function contentHashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/**
 * Imports a file whole, in one transaction: its records, what each of them clears, the exceptions and what
 * payments must hear of. Imports of one connector wait for each other, so that two files never clear the same
 * capture; the file is read and judged before anything is locked.
 */
export async function importClearingFile(
  room: Pick<Room, 'db' | 'clock' | 'connectors'>,
  { actor, tenant }: Pick<CallContext, 'actor' | 'tenant'>,
  { connector, name, text }: Input,
): Promise<Result<ClearingFile, Code>> {
  if (!room.connectors.find(connector)) {
    return err('connector_not_found', `there is no connector ${connector}`, { field: 'connector' });
  }
  const contentHash = contentHashOf(text);
  const before = await findImported(room.db, connector, name, contentHash);
  if (before) return repeated(before, name);
  const records = readClearingFile(text);
  if (!records.ok) return records;

  return room.db.transaction(async (tx) => {
    await lockClearing(tx, connector);
    const meanwhile = await findImported(tx, connector, name, contentHash);
    if (meanwhile) return repeated(meanwhile, name);
    const importedAt = room.clock.now();
    const id = `clf_${base32(transferId(contentHash.toString('hex'), importedAt, connector))}`;
    const file: ClearingFile = { id, connector, name, records: records.value.length, importedAt };
    const reason = `clearing file ${name} of ${connector}`;
    const audit = { actor, action: 'clearing_file.imported', subject: id, reason };
    await storeFile(tx, { ...file, contentHash }, tenant, audit);
    await clear(tx, file, records.value);
    return ok(file);
  });
}

/** The same text again changes nothing; another text under the name of an imported file is refused. */
function repeated(
  { file, same }: { readonly file: ClearingFile; readonly same: boolean },
  name: string,
): Result<ClearingFile, 'clearing_file_name_taken'> {
  if (same) return ok(file);
  const message = `another file of the name ${name} was imported as ${file.id}`;
  return err('clearing_file_name_taken', message, { field: 'name', detail: { file: file.id } });
}

/** Each chunk sees what the chunks before it have cleared. */
async function clear(tx: Queryable, file: ClearingFile, lines: readonly ClearingLine[]): Promise<void> {
  for (let from = 0; from < lines.length; from += CHUNK) {
    const records = lines.slice(from, from + CHUNK).map((line) => recordOf(file, line));
    const references = records.map(({ reference }) => reference);
    const matches = matchRecords(records, await findClearable(tx, file.connector, references));
    const matched = matches.flatMap((match, index) => {
      const record = records[index];
      return record ? [{ record, match }] : [];
    });
    await storeRecords(tx, file, matched);
  }
}

function recordOf({ id }: ClearingFile, line: ClearingLine): RecordToClear {
  return { ...line, id: `${id}.${String(line.line).padStart(LINE_DIGITS, '0')}` };
}
