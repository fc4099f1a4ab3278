import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';

/** Nobody but the owner may read or write a key file. */
const FOREIGN_BITS = 0o077;

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

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
