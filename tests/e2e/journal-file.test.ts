import { expect, it } from 'vitest';
import { startTestSystem } from '../harness/system.ts';

it('a file of the journal leads to what is older, to the last transfer', async () => {
  const test = await startTestSystem();
  try {
    const plain = { ledger: 7, code: 30_000 };
    const made = 8_190 + 5;
    await test.operator('POST', '/v1/ledger/accounts', {
      accounts: ['7001', '7002'].map((id) => ({ id, ...plain })),
    });
    const transfers = Array.from({ length: made }, (_unused, n) => ({
      ...plain,
      ...{ id: String(70_000 + n), debit_account_id: '7001', credit_account_id: '7002', amount: '1' },
    }));
    for (let at = 0; at < made; at += 8_190) {
      await test.operator('POST', '/v1/ledger/transfers', { transfers: transfers.slice(at, at + 8_190) });
    }
    const ids = new Set<string | undefined>();
    const lengths: number[] = [];
    let next: string | undefined = '/ledger/journal.csv?currency=%237';
    while (next !== undefined) {
      const headers = { authorization: `Bearer ${test.operatorKey}` };
      const file: Response = await fetch(test.system.apiUrl + next, { headers });
      const rows = (await file.text()).split('\r\n').slice(1, -1);
      lengths.push(rows.length);
      for (const row of rows) ids.add(row.split(',')[1]);
      next = /^<(.*)>; rel="next"$/.exec(file.headers.get('link') ?? '')?.[1];
    }
    expect(lengths).toEqual([8_190, 5]);
    expect(ids.size).toBe(made);
  } finally {
    await test.close();
  }
});
