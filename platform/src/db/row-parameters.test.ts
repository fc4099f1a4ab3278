import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowParameter, rowsParameter } from './row-parameters.ts';

const asDigits = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

const scalar = fc.oneof(
  ...[fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '\udc00a', '🛒', '\u2028', '__proto__')],
  ...[fc.bigInt(), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined)],
  fc.date({ noInvalidDate: true }),
);
const { row } = fc.letrec<{ row: object; value: unknown }>((tie) => ({
  row: fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 6 }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, fc.array(tie('value')), tie('row')),
}));

it('writes a row or a list as JSON.stringify does, with bigints as digits', () => {
  fc.assert(
    fc.property(fc.oneof(row, fc.array(row)), (given) => {
      expect(rowParameter(given)).toBe(JSON.stringify(given, asDigits));
    }),
  );
});

it('leaves out the columns of rows that are null, and nothing deeper', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
      const kept = rows.map((one) => Object.fromEntries(Object.entries(one).filter(([, v]) => v !== null)));
      expect(rowsParameter(rows)).toBe(JSON.stringify(kept, asDigits));
    }),
  );
});

it('goes on with more names than it remembers', () => {
  const many = Object.fromEntries(Array.from({ length: 2_100 }, (_, n) => [`name ${n}`, n]));
  for (let time = 0; time < 2; time += 1) expect(rowParameter(many)).toBe(JSON.stringify(many));
});
