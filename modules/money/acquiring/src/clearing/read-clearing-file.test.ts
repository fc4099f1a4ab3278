import { isoInstant, unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLEARING_TYPES } from '../contract/index.ts';
import { type ClearingLine, readClearingFile, signed } from './read-clearing-file.ts';

/** A number that some card could have, made here so that the source holds none. */
const NUMBER = '4'.padEnd(16, '1');
const HEADER = 'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at';
const RECORD =
  'D,capture,633112000001,A1B2C3,411111******1111,1000,eur,TPMALL,TPM00001,2026-11-27T12:00:00.000001Z';
const TRAILER = 'T,total,,,1,1000,eur,,,';

const text = (...lines: string[]): string => `${lines.join('\n')}\n`;

const records = fc.array(
  fc.record({
    type: fc.constantFrom(...CLEARING_TYPES),
    reference: fc.stringMatching(/^[0-9]{12}$/),
    approvalCode: fc.stringMatching(/^[A-Z0-9]{6}$/),
    amount: fc.bigInt(1n, 999_999_999_999n),
    fee: fc.bigInt(0n, 999n),
    currency: fc.constantFrom('eur', 'usd', 'jpy'),
    second: fc.integer({ min: 0, max: 86_399 }),
    micros: fc.integer({ min: 0, max: 999_999 }),
  }),
  { maxLength: 20 },
);
type Written = typeof records extends fc.Arbitrary<infer T> ? T : never;

const DAY_ONE = Date.UTC(2026, 10, 27) * 1000;

function write(all: Written, lineEnd: string): string {
  const lines = [`${HEADER},fee`];
  const nets = new Map<string, { count: number; net: bigint }>();
  for (const { type, reference, approvalCode, amount, fee, currency, second, micros } of all) {
    const at = isoInstant(DAY_ONE + second * 1_000_000 + micros);
    const net = nets.get(currency) ?? { count: 0, net: 0n };
    nets.set(currency, { count: net.count + 1, net: net.net + signed({ type, amount }) });
    lines.push(
      `D,${type},${reference},${approvalCode},411111******1111,${amount},${currency},M,T,${at},${fee}`,
    );
  }
  for (const [currency, { count, net }] of nets) lines.push(`T,total,,,${count},${net},${currency},,,,`);
  return lines.map((line) => line + lineEnd).join('');
}

describe('a clearing file', () => {
  it('is read as it was written, whatever ends its lines', () => {
    fc.assert(
      fc.property(records, fc.constantFrom('\n', '\r\n'), (all, lineEnd) => {
        const expected = all.map(
          ({ second, micros, ...record }, index): ClearingLine => ({
            ...record,
            line: index + 2,
            bookedAt: DAY_ONE + second * 1_000_000 + micros,
          }),
        );
        expect(unwrap(readClearingFile(write(all, lineEnd)))).toEqual(expected);
      }),
    );
  });

  it('is refused when any line of it is taken out or stands there twice', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.boolean(), (all, at, twice) => {
        fc.pre(all.length > 0);
        const lines = write(all, '\n').split('\n').slice(0, -1);
        const index = at % lines.length;
        lines.splice(index, 1, ...(twice ? [lines[index] ?? '', lines[index] ?? ''] : []));
        expect(readClearingFile(text(...lines))).toMatchObject({
          ok: false,
          error: { code: 'clearing_file_malformed', field: 'text' },
        });
      }),
    );
  });

  it('is refused wherever it ends too soon', () => {
    const whole = text(HEADER, RECORD, TRAILER);
    unwrap(readClearingFile(whole));
    for (let length = HEADER.length + 2; length < whole.length; length += 1) {
      expect(readClearingFile(whole.slice(0, length)).ok, `${length} characters`).toBe(false);
    }
  });

  it.each([
    ['header', '1', text(HEADER.replace('amount', 'sum'), RECORD, TRAILER)],
    ['record', '2', text(HEADER, `X${RECORD.slice(1)}`, TRAILER)],
    ['record', '2', text(HEADER, `${RECORD},`, TRAILER)],
    ['type', '2', text(HEADER, RECORD.replace('capture', 'chargeback'), TRAILER)],
    ['reference', '2', text(HEADER, RECORD.replace('633112000001', ''), TRAILER)],
    ['approval_code', '2', text(HEADER, RECORD.replace('A1B2C3', 'A1B2C3D4'), TRAILER)],
    ['card', '2', text(HEADER, RECORD.replace('411111******1111', NUMBER), TRAILER)],
    ['amount', '2', text(HEADER, RECORD.replace(',1000,', ',-1000,'), TRAILER)],
    ['amount', '2', text(HEADER, RECORD.replace(',1000,', ',10.00,'), TRAILER)],
    ['amount', '2', text(HEADER, RECORD.replace(',1000,', ',0,'), TRAILER)],
    ['amount', '2', text(HEADER, RECORD.replace(',1000,', ',1000000000000,'), TRAILER)],
    ['currency', '2', text(HEADER, RECORD.replace('eur', 'xxx'), TRAILER)],
    ['booked_at', '2', text(HEADER, RECORD.replace('2026-11-27', '2026-13-27'), TRAILER)],
    ['booked_at', '2', text(HEADER, RECORD.replace('Z', '+01:00'), TRAILER)],
    ['card', '3', text(HEADER, RECORD, TRAILER.replace(',1,', ',2,'))],
    ['amount', '3', text(HEADER, RECORD, TRAILER.replace('1000', '1001'))],
    ['currency', '4', text(HEADER, RECORD, TRAILER, TRAILER)],
    ['record', '4', text(HEADER, RECORD, TRAILER, RECORD)],
    ['record', '2', text(HEADER, RECORD)],
  ])('names %s in line %s', (field, line, malformed) => {
    expect(readClearingFile(malformed)).toMatchObject({
      ok: false,
      error: { code: 'clearing_file_malformed', detail: { field, line } },
    });
  });

  it('never repeats a card number that stands where a masked one belongs', () => {
    for (const column of [2, 4, 5]) {
      const fields = RECORD.split(',');
      fields[column] = column === 2 ? NUMBER : `${NUMBER}!`;
      const refused = readClearingFile(text(HEADER, fields.join(','), TRAILER));
      expect(refused.ok ? '' : JSON.stringify(refused.error)).toContain('line 2');
      expect(refused.ok ? '' : JSON.stringify(refused.error)).not.toContain(NUMBER);
    }
  });
});
