import { chmod, link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@tpmall/kernel';

/** Nobody but the owner may read or write a key file. */
const OWNER_ONLY = 0o600;
const FOREIGN_BITS = 0o077;

/**
 * Writes a file that is either there whole and durable, or not at all, and never replaces one: the file is
 * written and flushed under a name of its own, then linked to its final name. Answers false where that name
 * is taken.
 */
export async function createFileOnce(path: string, content: string, random: Random): Promise<boolean> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}.tmp`;
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
  return true;
}

/** Reads a key file, or answers undefined where there is none. Refuses one that others may read. */
export async function readOwnerFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    // Windows has no such bits: there the folder's access list is the guard.
    if (process.platform !== 'win32' && (mode & FOREIGN_BITS) !== 0) {
      throw new Error(`${path} may be read by others: set its mode to 0600`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The names in a folder, none where there is no folder. */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Takes every right from others, as on the folder of keys. */
export async function closeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the file system journals the link itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
