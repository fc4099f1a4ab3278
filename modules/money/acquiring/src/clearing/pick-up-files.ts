import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CLEARING_FILE_NAME, CLEARING_TEXT_MAX } from '../contract/index.ts';
import type { Room } from '../service/room.ts';
import { findImportedNames, isRefused, storeRefusal } from '../store/clearing-files.ts';
import { contentHashOf, importClearingFile } from './import-clearing-file.ts';

/** Files that one run imports of a folder; the next run takes the next ones. */
const FILES_MAX = 100;

type Needed = Pick<Room, 'db' | 'clock' | 'connectors' | 'config' | 'log'>;

/**
 * Imports what acquirers have laid into their folders. A file is known by its name once it is imported; one
 * that cannot be imported is kept as refused with its reason, and looked at again when its text has changed.
 */
export async function pickUpFiles(room: Needed): Promise<void> {
  for (const { connector, folder } of room.config.clearing.folders) {
    const names = (await namesIn(folder)).filter((name) => CLEARING_FILE_NAME.test(name));
    const imported = await findImportedNames(room.db, connector, names);
    const fresh = names.filter((name) => !imported.has(name)).slice(0, FILES_MAX);
    // One after the other, and in the order of their names: a later day may correct an earlier one.
    for (const name of fresh) {
      try {
        await pickUp(room, connector, folder, name);
      } catch (error) {
        // What cannot be read or stored now comes again with the next run, and holds up no other file.
        room.log.error({ error, connector, name }, 'a clearing file could not be picked up');
      }
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  } catch (error) {
    // The acquirer makes the folder with its first file.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function pickUp(room: Needed, connector: string, folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const { size } = await stat(path);
  // What is too large is not read; what is known of it is its size.
  const isTooLarge = size > CLEARING_TEXT_MAX;
  const text = isTooLarge ? `${size} bytes` : await readFile(path, 'utf8');
  const contentHash = contentHashOf(text);
  if (await isRefused(room.db, connector, name, contentHash)) return;
  const reason = isTooLarge
    ? `the file has more than ${CLEARING_TEXT_MAX} bytes`
    : await importText(room, connector, name, text);
  if (reason === undefined) return;
  await storeRefusal(room.db, { connector, name, contentHash }, reason, room.clock.now());
  room.log.error({ connector, name, reason }, 'a clearing file was refused');
}

/** Why a text cannot be imported; undefined where it was. */
async function importText(
  room: Needed,
  connector: string,
  name: string,
  text: string,
): Promise<string | undefined> {
  if (text === '') return 'the file is empty';
  const imported = await importClearingFile(
    room,
    { actor: 'system', tenant: 'system' },
    { connector, name, text },
  );
  if (!imported.ok) return imported.error.message;
  room.log.info({ connector, name, records: imported.value.records }, 'a clearing file was imported');
  return undefined;
}
