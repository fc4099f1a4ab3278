import { mkdirSync } from 'node:fs';
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from './book-types.ts';

/** Where entries are kept. */
export interface Journal {
  /** Settles once the entry is on the disk. Entries of one moment share a write and a sync. */
  append(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

/** Without a folder the host forgets everything when it stops. */
export const volatileJournal: Journal = { append: async () => {}, close: async () => {} };

/**
 * Opens the journal in a folder, hands over what it holds, and cuts off a last line that a crash left
 * unfinished.
 */
export async function openJournal(folder: string, replay: (entry: Entry) => void): Promise<Journal> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'book.jsonl');
  const file = await open(path, 'a+');
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  for (const line of whole.split('\n')) if (line !== '') replay(JSON.parse(line) as Entry);
  return groupingJournal(file);
}

function groupingJournal(file: FileHandle): Journal {
  let lines: string[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  const flush = async (before: Promise<void>): Promise<void> => {
    await before;
    const batch = lines.join('');
    lines = [];
    next = undefined;
    await file.appendFile(batch);
    await file.datasync();
  };

  return {
    append(entry) {
      lines.push(`${JSON.stringify(entry)}\n`);
      next ??= last = flush(last);
      return next;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}
