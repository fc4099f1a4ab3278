import { writeFileSync } from 'node:fs';

/** One measured case; figures that a case does not have are null. */
export interface Row {
  readonly case: string;
  readonly inFlight: number;
  /** Operations a second. */
  readonly rate: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** CPU of the measured Node processes for one operation, the load generator apart. */
  readonly nodeCpuUs: number | null;
  readonly postgresCpuUs: number | null;
  /** What it is held against, measured in the same run. */
  readonly limit: string | null;
  readonly limitRate: number | null;
  readonly ratio: number | null;
}

/** A finished benchmark. */
export interface Bench {
  readonly bench: string;
  readonly rows: readonly Row[];
  /** Sentences on what the figures mean and what the next limit is. */
  readonly notes?: readonly string[];
}

/** How a benchmark is to run. */
export interface BenchOptions {
  /** Seconds for each case. */
  readonly seconds: number;
  /** Further words of the command line, for example `growth`. */
  readonly words: readonly string[];
  /** Told of each case before it runs. */
  readonly progress: (text: string) => void;
}

const COLUMNS: readonly (readonly [head: string, value: (row: Row) => string, left?: true])[] = [
  ['case', (row) => row.case, true],
  ['in flight', (row) => String(row.inFlight)],
  ['rate/s', (row) => whole(row.rate)],
  ['p50 ms', (row) => milli(row.p50Ms)],
  ['p99 ms', (row) => milli(row.p99Ms)],
  ['node µs', (row) => micro(row.nodeCpuUs)],
  ['postgres µs', (row) => micro(row.postgresCpuUs)],
  ['limit', (row) => row.limit ?? '–', true],
  ['limit/s', (row) => (row.limitRate === null ? '–' : whole(row.limitRate))],
  ['ratio', (row) => (row.ratio === null ? '–' : row.ratio.toFixed(row.ratio < 0.1 ? 3 : 2))],
];

/** The benchmark as a table for people. */
export function drawTable({ bench, rows, notes = [] }: Bench): string {
  const cells = [COLUMNS.map(([head]) => head), ...rows.map((row) => COLUMNS.map(([, value]) => value(row)))];
  const widths = COLUMNS.map((_column, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return COLUMNS[index]?.[2] ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
  return [bench, lines[0], rule, ...lines.slice(1), rule, ...notes].join('\n');
}

/** The benchmark as JSON for tools. */
export function writeJson(file: string, { bench, rows }: Bench): void {
  writeFileSync(file, `${JSON.stringify({ bench, rows }, null, 2)}\n`);
}

function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

function milli(value: number | null): string {
  return value === null ? '–' : value.toFixed(value < 10 ? 2 : 1);
}

function micro(value: number | null): string {
  return value === null ? '–' : value.toFixed(value < 10 ? 1 : 0);
}
