import { DAY, err, findCurrency, type Micros, ok, type Result } from '@tpmall/kernel';
import { CLEARING_TYPES, type ClearingType } from '../contract/index.ts';

/** One record of a clearing file. */
export interface ClearingLine {
  /** From 1; the header is line 1. */
  readonly line: number;
  readonly type: ClearingType;
  readonly reference: string;
  readonly approvalCode: string;
  /** Minor units. */
  readonly amount: bigint;
  /** What the acquirer keeps for itself; 0 where the file has no column of fees. */
  readonly fee: bigint;
  readonly currency: string;
  readonly bookedAt: Micros;
}

const COLUMNS = [
  'record',
  'type',
  'reference',
  'approval_code',
  'card',
  'amount',
  'currency',
  'merchant',
  'terminal',
  'booked_at',
] as const;
type Column = (typeof COLUMNS)[number] | 'fee';

/** Where and why a file cannot be read. What stands there is not repeated: it may be a card number. */
class Malformed extends Error {
  readonly line: number;
  readonly field: string;

  constructor(line: number, field: string, problem: string) {
    super(`line ${line}: ${field}: ${problem}`);
    this.line = line;
    this.field = field;
  }
}

/** The fields of a line by their columns. */
interface Fields {
  readonly line: number;
  /** @throws Malformed where the field is not as it must be */
  take(column: Column, rule: RegExp, problem: string): string;
}

const DIGITS = /^\d{1,12}$/;
/** DE 37 has twelve characters; as many digits as a card number has would be kept as one. */
const REFERENCE = /^(?!.*\d{13})[\x21-\x7e]{1,40}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

/**
 * Reads a clearing file: CSV with a header, `D` records (one for each capture and refund), and after them one
 * `T` record for each currency with the number of its records (in the column of cards) and their net amount,
 * captures and returned refunds less refunds. A last column `fee` may follow. Nothing is quoted.
 *
 * @returns the records in their order, or the line and field that are at fault
 */
export function readClearingFile(text: string): Result<readonly ClearingLine[], 'clearing_file_malformed'> {
  try {
    return ok(read(text));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { line, field, message } = error;
    return err('clearing_file_malformed', message, { field: 'text', detail: { line: String(line), field } });
  }
}

function read(text: string): ClearingLine[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) !== '') throw new Malformed(lines.length, 'record', 'the last line does not end');
  lines.pop();
  const columns = readHeader(lines[0] ?? '');
  const records: ClearingLine[] = [];
  const trailers = new Map<string, { line: number; count: string; net: string }>();
  for (const [index, content] of lines.entries()) {
    if (index === 0) continue;
    const fields = split(content, index + 1, columns);
    if (fields.take('record', /^[DT]$/, 'must be D or T') === 'D') {
      if (trailers.size > 0) throw new Malformed(index + 1, 'record', 'a record after the trailers');
      records.push(readRecord(fields, columns.includes('fee')));
    } else {
      readTrailer(fields, trailers);
    }
  }
  checkTotals(records, trailers, lines.length);
  return records;
}

function readHeader(header: string): readonly Column[] {
  const columns: readonly Column[] = header.endsWith(',fee') ? [...COLUMNS, 'fee'] : COLUMNS;
  if (header !== columns.join(',')) throw new Malformed(1, 'header', `must be ${COLUMNS.join(',')}[,fee]`);
  return columns;
}

function split(content: string, line: number, columns: readonly Column[]): Fields {
  const values = content.split(',');
  if (values.length !== columns.length) {
    throw new Malformed(line, 'record', `must have ${columns.length} fields, not ${values.length}`);
  }
  return {
    line,
    take(column, rule, problem) {
      const value = values[columns.indexOf(column)] ?? '';
      if (!rule.test(value)) throw new Malformed(line, column, problem);
      return value;
    },
  };
}

function readRecord(fields: Fields, hasFee: boolean): ClearingLine {
  const { line, take } = fields;
  const type = take('type', new RegExp(`^(${CLEARING_TYPES.join('|')})$`), 'must be a type of record');
  take('card', /^\d{0,6}\*{2,13}\d{0,4}$/, 'must be masked');
  const amount = BigInt(take('amount', DIGITS, 'must be minor units of at most twelve digits'));
  if (amount === 0n) throw new Malformed(line, 'amount', 'must be more than nothing');
  return {
    line,
    type: type as ClearingType,
    reference: take('reference', REFERENCE, 'must be 1 to 40 characters and no card number'),
    approvalCode: take('approval_code', /^[A-Za-z0-9]{1,6}$/, 'must be 1 to 6 letters or digits'),
    amount,
    fee: hasFee ? BigInt(take('fee', DIGITS, 'must be minor units of at most twelve digits')) : 0n,
    currency: readCurrency(fields),
    bookedAt: readInstant(fields),
  };
}

function readTrailer(
  fields: Fields,
  trailers: Map<string, { line: number; count: string; net: string }>,
): void {
  const { line, take } = fields;
  take('type', /^total$/, 'must be total');
  const currency = readCurrency(fields);
  if (trailers.has(currency)) throw new Malformed(line, 'currency', 'has two trailers');
  const count = take('card', /^\d{1,9}$/, 'must be the number of records');
  const net = take('amount', /^-?\d{1,21}$/, 'must be the net amount');
  trailers.set(currency, { line, count, net });
}

function readCurrency({ line, take }: Fields): string {
  const code = take('currency', /^[a-z]{3}$/, 'must be three lower-case letters');
  if (!findCurrency(code)) throw new Malformed(line, 'currency', 'must be a known currency');
  return code;
}

function readInstant({ line, take }: Fields): Micros {
  const text = take('booked_at', INSTANT, 'must be an instant in UTC (RFC 3339)');
  const [seconds = '', fraction = ''] = text.slice(0, -1).split('.');
  const milliseconds = Date.parse(`${seconds}Z`);
  if (Number.isNaN(milliseconds) || milliseconds < DAY / 1000) {
    throw new Malformed(line, 'booked_at', 'must be an instant that exists');
  }
  return milliseconds * 1000 + Number(fraction.padEnd(6, '0'));
}

/** The net that a record adds to its currency. */
export function signed({ type, amount }: Pick<ClearingLine, 'type' | 'amount'>): bigint {
  return type === 'refund' ? -amount : amount;
}

function checkTotals(
  records: readonly ClearingLine[],
  trailers: ReadonlyMap<string, { line: number; count: string; net: string }>,
  lastLine: number,
): void {
  const sums = new Map<string, { count: number; net: bigint }>();
  for (const record of records) {
    const sum = sums.get(record.currency) ?? { count: 0, net: 0n };
    sums.set(record.currency, { count: sum.count + 1, net: sum.net + signed(record) });
  }
  for (const [currency, { line, count, net }] of trailers) {
    const sum = sums.get(currency) ?? { count: 0, net: 0n };
    if (Number(count) !== sum.count)
      throw new Malformed(line, 'card', `counts other records than ${sum.count}`);
    if (BigInt(net) !== sum.net) throw new Malformed(line, 'amount', `is not the net amount ${sum.net}`);
  }
  for (const currency of sums.keys()) {
    if (!trailers.has(currency)) throw new Malformed(lastLine, 'record', `no trailer for ${currency}`);
  }
}
