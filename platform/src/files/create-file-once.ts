import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Random } from '@tpmall/kernel';

/** Nobody but the owner may read or write what is secret. */
const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

/**
 * Writes a file that only its owner may read, and that is either there whole and durable, or not at all, and
 * never replaces one: it is written and flushed under a name of its own, then linked to its final name.
 * Answers false where that name is taken.
 */
export function createFileOnce(path: string, content: string, random: Random): boolean {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: OWNER_FOLDER });
  const draft = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}.tmp`;
  const file = openSync(draft, 'wx', OWNER_ONLY);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
  syncFolder(folder);
  return true;
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder; there the file system journals the link itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
