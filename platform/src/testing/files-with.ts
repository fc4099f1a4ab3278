import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The largest file that is read whole: a segment of the write-ahead log. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * The files in and below some folders that hold each of the texts. A file that a running server deletes or
 * renames meanwhile is passed over.
 *
 * @throws Error where a folder is not there, or a file is larger than what is read whole
 */
export async function filesWith(
  folders: readonly string[],
  texts: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map(texts.map((text) => [text, [] as string[]]));
  const look = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await look(path);
      if (!entry.isFile()) continue;
      const bytes = await readIfThere(path);
      if (bytes.length > MAX_FILE_BYTES) throw new Error(`${path} is too large to be looked through`);
      for (const [text, files] of found) if (bytes.includes(text)) files.push(path);
    }
  };
  for (const folder of folders) await look(folder);
  return found;
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.of();
    throw error;
  }
}
