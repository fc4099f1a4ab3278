import { hash128, ok } from '@tpmall/kernel';
import type { Account, Transfer } from '@tpmall/ledger/contract';
import type { OutgoingContext } from '@tpmall/platform/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GatewayPorts } from '../environment.ts';
import { type JournalQuery, readJournal } from './read-journal.ts';

type Ledger = GatewayPorts['ledger'];

/** Accounts 1 to 4; 1 and 2 are of code 210, and 2 belongs to a party. */
function ledgerOf(transfers: readonly Transfer[]): Ledger {
  const select = (filter: Parameters<Ledger['queryTransfers']>[1], isWanted: (row: Transfer) => boolean) => {
    const found = transfers.filter(
      (row) =>
        isWanted(row) &&
        (filter.userData128 === 0n || row.userData128 === filter.userData128) &&
        row.timestamp >= filter.timestampMin &&
        (filter.timestampMax === 0n || row.timestamp <= filter.timestampMax),
    );
    return ok((filter.reversed ? found.toReversed() : found).slice(0, filter.limit));
  };
  const partial: Partial<Ledger> = {
    queryTransfers: async (_, filter) =>
      select(filter, (row) => filter.ledger === 0 || row.ledger === filter.ledger),
    accountTransfers: async (_, filter) =>
      select({ ...filter, ledger: 0 }, (row) =>
        [row.debitAccountId, row.creditAccountId].includes(filter.accountId),
      ),
    queryAccounts: async (_, filter) => {
      const all = filter.userData128 === 0n ? [1n, 2n] : [2n];
      return ok(all.map((id) => ({ id }) as unknown as Account));
    },
  };
  return partial as Ledger;
}

const rowArbitrary = fc.record({
  debitAccountId: fc.bigInt(1n, 4n),
  creditAccountId: fc.bigInt(1n, 4n),
  ledger: fc.constantFrom(978, 840),
  userData128: fc.constantFrom(hash128('payment', 'pi_1'), 7n),
});
const queryArbitrary = fc.record({
  ledger: fc.constantFrom(0, 978),
  accountCode: fc.constantFrom(0, 210),
  account: fc.constantFrom(undefined, '3', 'acct_1'),
  payment: fc.constantFrom(undefined, 'pi_1'),
  limit: fc.integer({ min: 1, max: 5 }),
});

it('leads by older pages through what is wanted, and nothing else, and back by newer ones', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 30 }), queryArbitrary, async (rows, asked) => {
      const transfers = rows.map(
        (row, index) => ({ ...row, timestamp: BigInt(index + 1) * 2n }) as unknown as Transfer,
      );
      const wanted = transfers.filter((row) => isWanted(row, asked)).toReversed();
      const ledger = ledgerOf(transfers);
      const read = async (cursor: Partial<JournalQuery>) => {
        const query = { ...asked, before: undefined, after: undefined, ...cursor };
        const found = await readJournal(ledger, {} as OutgoingContext, query);
        if (!found.ok) throw new Error(found.error.code);
        return found.value;
      };
      let page = await read({});
      expect(page.newer).toBeUndefined();
      const down = [...page.transfers];
      while (page.older !== undefined) {
        page = await read({ before: page.older });
        down.push(...page.transfers);
      }
      expect(down).toEqual(wanted);
      const up = [...page.transfers];
      while (page.newer !== undefined) {
        page = await read({ after: page.newer });
        up.unshift(...page.transfers);
      }
      expect(up).toEqual(wanted);
    }),
  );
});

function isWanted(
  row: Transfer,
  asked: Pick<JournalQuery, 'ledger' | 'accountCode' | 'account' | 'payment'>,
) {
  const sides = [row.debitAccountId, row.creditAccountId];
  const kinds = asked.account === '3' ? [3n] : asked.account === 'acct_1' ? [2n] : [1n, 2n];
  const isFree = asked.account === undefined && asked.accountCode === 0;
  return (
    (asked.ledger === 0 || row.ledger === asked.ledger) &&
    (asked.payment === undefined || row.userData128 === hash128('payment', asked.payment)) &&
    (isFree || sides.some((id) => kinds.includes(id)))
  );
}
