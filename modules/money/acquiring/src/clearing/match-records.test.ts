import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClearingType } from '../contract/index.ts';
import { type Clearable, type ClearableAuthorisation, matchRecords } from './match-records.ts';

const authorisation: ClearableAuthorisation = {
  id: 'au_1',
  tenant: 'acct_mall',
  reference: 'r1',
  approvalCode: 'A',
  currency: 'eur',
  movements: [
    { kind: 'capture', id: 'adv_1', state: 'acknowledged', amount: 700n, cleared: [], commandId: 'c' },
    { kind: 'capture', id: 'adv_2', state: 'queued', amount: 300n, cleared: [], commandId: 'c' },
    { kind: 'capture', id: 'adv_3', state: 'refused', amount: 50n, cleared: [], commandId: 'c' },
    { kind: 'refund', id: 'rfd_1', state: 'approved', amount: 200n, cleared: [], commandId: 'f1' },
    { kind: 'refund', id: 'rfd_2', state: 'returned', amount: 210n, cleared: ['refund'], commandId: 'f2' },
    { kind: 'refund', id: 'rfd_3', state: 'declined', amount: 220n, cleared: [], commandId: 'f3' },
  ],
};

const record = (type: ClearingType, amount: bigint, more: Partial<Clearable> = {}): Clearable => ({
  ...{ type, amount, reference: 'r1', approvalCode: 'A', currency: 'eur' },
  ...more,
});

const outcomes = (records: readonly Clearable[]): string[] =>
  matchRecords(records, [authorisation]).map((match) =>
    'exception' in match ? match.exception : match.movement.id,
  );

it.each([
  ['a capture', record('capture', 700n), 'adv_1'],
  ['a capture whose acknowledgement was lost', record('capture', 300n), 'adv_2'],
  ['a refund', record('refund', 200n), 'rfd_1'],
  ['a refund that came back', record('refund_return', 210n), 'rfd_2'],
  ['what was cleared before', record('refund', 210n), 'duplicate_record'],
  ['what the acquirer refused', record('capture', 50n), 'not_booked'],
  ['what the issuer declined', record('refund', 220n), 'not_booked'],
  ['the return of what has not come back', record('refund_return', 200n), 'not_booked'],
  ['another amount', record('capture', 701n), 'amount_mismatch'],
  ['a refund of the amount of a capture', record('refund', 700n), 'amount_mismatch'],
  ['another currency', record('capture', 700n, { currency: 'usd' }), 'currency_mismatch'],
  ['another reference', record('capture', 700n, { reference: 'r2' }), 'unknown_reference'],
  ['another approval', record('capture', 700n, { approvalCode: 'B' }), 'unknown_reference'],
])('judges %s', (_name, given, outcome) => {
  expect(outcomes([given])).toEqual([outcome]);
});

it('matches nothing twice, and as many records of one amount as there are captures of it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(100n, 200n), { maxLength: 6 }),
      fc.array(fc.constantFrom(100n, 200n), { maxLength: 10 }),
      (captured, cleared) => {
        const movements = captured.map((amount, index) => ({
          ...({
            kind: 'capture',
            id: `adv_${index}`,
            state: 'acknowledged',
            amount,
            commandId: 'c',
          } as const),
          cleared: [],
        }));
        const records = cleared.map((amount) => record('capture', amount));
        const matches = matchRecords(records, [{ ...authorisation, movements }]);
        const used = matches.flatMap((match) => ('exception' in match ? [] : [match.movement.id]));
        expect(new Set(used).size).toBe(used.length);
        for (const amount of [100n, 200n]) {
          const of = (all: readonly bigint[]) => all.filter((one) => one === amount).length;
          const matched = matches.filter((m) => !('exception' in m) && m.movement.amount === amount).length;
          expect(matched).toBe(Math.min(of(captured), of(cleared)));
        }
      },
    ),
  );
});
