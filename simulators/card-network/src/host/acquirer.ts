import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@tpmall/kernel';
import { type Book, createBook } from './book.ts';
import { clearingFile, clearingFileName } from './clearing.ts';
import type { Rules } from './faults.ts';
import { createHost, type Host } from './host.ts';
import type { HostMac } from './host-keys.ts';
import { openJournal, volatileJournal } from './journal.ts';
import { createReturns, type Returns } from './returns.ts';
import { createHostServer, type HostServer } from './server.ts';

/** An acquirer: its host with a book of its own. The issuers behind all of them are the same. */
export interface Acquirer {
  readonly name: string;
  readonly book: Book;
  readonly host: Host;
  readonly iso: HostServer;
  /** Refunds that issuers send back. */
  readonly returns: Returns;
  /** Makes the clearing file of what was booked since the last one. */
  endOfDay(): Promise<{ name: string; text: string }>;
  close(): Promise<void>;
}

/** Opens an acquirer; it answers once its server listens. Without a folder it forgets when it stops. */
export async function openAcquirer(options: {
  readonly name: string;
  readonly dataDir: string | undefined;
  readonly rules: Rules;
  readonly clock: Clock;
  readonly mac: HostMac | undefined;
  readonly onProblem: (problem: string) => void;
}): Promise<Acquirer> {
  const { name, dataDir, clock } = options;
  const book = createBook();
  const journal = dataDir ? await openJournal(dataDir, book.apply) : volatileJournal;
  const rules = { take: options.rules.take.bind(undefined, name) };
  const returns = createReturns({ book, journal, clock, send: (...what) => iso.send(...what) });
  const host = createHost({ book, journal, rules, clock, onBooked: returns.booked });
  const { onProblem } = options;
  const iso: HostServer = createHostServer({
    ...{ host, onAcknowledged: returns.acknowledge, onProblem, mac: options.mac },
  });
  returns.start();
  let day: Promise<unknown> = Promise.resolve();
  const closeDay = async (): Promise<{ name: string; text: string }> => {
    const at = clock.now();
    // In one turn: what is booked while the file is written is for the next one.
    const text = clearingFile(book);
    const cleared = book.keysToClear();
    const file = clearingFileName(at, book.endsOfDay + 1);
    // The file is there before the book says so: a crash between the two writes the same records again.
    if (dataDir) {
      const folder = join(dataDir, 'clearing');
      await mkdir(folder, { recursive: true });
      // Under its name it is whole: whoever looks through the folder never reads the half of it.
      await writeFile(join(folder, `.${file}.part`), text);
      await rename(join(folder, `.${file}.part`), join(folder, file));
    }
    const entry = { type: 'end_of_day', at, file, cleared } as const;
    book.apply(entry);
    await journal.append(entry);
    return { name: file, text };
  };
  return {
    ...{ name, book, host, iso, returns },
    endOfDay() {
      // One after the other: the next file has the next number, and what was booked since.
      const next = day.then(closeDay, closeDay);
      day = next;
      return next;
    },
    async close() {
      returns.stop();
      await iso.close();
      await journal.close();
    },
  };
}
