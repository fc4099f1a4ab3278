import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { UsageError } from '@tpmall/server/options';

/** A card transaction of a file. */
export interface ReplayedTransaction {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly customer: string;
  readonly terminal: string;
  /** Minor units. */
  readonly amount: number;
}

const SECONDS_A_DAY = 86_400;
/** Names that a column may have, by what it holds. */
const COLUMNS = {
  time: ['t_seconds', 'time', 'seconds', 'timestamp'],
  customer: ['customer_id', 'customer'],
  terminal: ['terminal_id', 'terminal'],
  amount: ['amount'],
} as const;

/**
 * Reads the transactions of one day from a CSV or CSV.gz file whose first line names its columns: time
 * (seconds since the file's first day), customer, terminal and amount (decimal, two places).
 *
 * @param day 0 is the file's first day
 * @throws UsageError where the file is not there, is broken, or holds something else
 */
export async function readDay(file: string, day: number): Promise<ReplayedTransaction[]> {
  try {
    return await read(file, day);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  }
}

async function read(file: string, day: number): Promise<ReplayedTransaction[]> {
  const raw = createReadStream(file);
  // A stream that nobody reads yet must not fail unheard.
  await once(raw, 'open');
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // An error of the file itself does not travel through the pipe.
  raw.on('error', (error) => bytes.destroy(error));
  const transactions: ReplayedTransaction[] = [];
  let columns: Record<keyof typeof COLUMNS, number> | undefined;
  let line = 0;
  for await (const text of createInterface({ input: bytes })) {
    line += 1;
    const cells = text.split(',');
    if (!columns) {
      columns = findColumns(cells, file);
      continue;
    }
    const at = Number(cells[columns.time]);
    const dayOfLine = Math.floor(at / SECONDS_A_DAY);
    if (dayOfLine < day || text === '') continue;
    // The file is in the order of time; what follows is later still.
    if (dayOfLine > day) break;
    transactions.push({
      line,
      customer: cells[columns.customer] ?? '',
      terminal: cells[columns.terminal] ?? '',
      amount: cents(cells[columns.amount] ?? '', file, line),
    });
  }
  bytes.destroy();
  return transactions;
}

function findColumns(header: readonly string[], file: string): Record<keyof typeof COLUMNS, number> {
  const find = (column: keyof typeof COLUMNS): number => {
    const index = header.findIndex((name) =>
      COLUMNS[column].some((known) => known === name.trim().toLowerCase()),
    );
    if (index < 0)
      throw new UsageError(`${file} has no column ${COLUMNS[column].join(' or ')} in its first line`);
    return index;
  };
  return {
    time: find('time'),
    customer: find('customer'),
    terminal: find('terminal'),
    amount: find('amount'),
  };
}

function cents(text: string, file: string, line: number): number {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) throw new UsageError(`${file}:${line}: ${text} is not an amount`);
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}
