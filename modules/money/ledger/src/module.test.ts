import { createIds, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import { createCallee, localPort, type OutgoingContext, type Port } from '@tpmall/platform/contract';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ACCOUNT_CODES,
  type AccountFilter,
  accountId,
  ledgerContract,
  type QueryFilter,
  TRANSFER_CODES,
} from './contract/index.ts';
import { A, account, resolving, T, transfer } from './machine/fixtures.ts';
import { ledger } from './module.ts';

type LedgerPort = Port<typeof ledgerContract>;

let database: TestDatabase;
let stop: () => Promise<void>;
let payments: LedgerPort;
let operator: LedgerPort;
let gateway: LedgerPort;
let stranger: LedgerPort;

const context: OutgoingContext = {
  actor: 'system',
  tenant: 'acct_test',
  commandId: 'command',
  deadlineAt: Number.MAX_SAFE_INTEGER,
  traceparent: '',
};
const MERCHANT = accountId('merchant_payable', 'acct_1', 978);
const CLEARING = accountId('payment_clearing', 'pi_1', 978);
const RECEIVABLE = accountId('acquirer_receivable', 'simulator', 978);
const own = (id: bigint, name: keyof typeof ACCOUNT_CODES, flags = 0) =>
  account({ id, code: ACCOUNT_CODES[name].code, flags });
const anything: QueryFilter = {
  userData128: 0n,
  userData64: 0n,
  userData32: 0,
  ledger: 0,
  code: 0,
  timestampMin: 0n,
  timestampMax: 0n,
  limit: 100,
  reversed: false,
};
const { ledger: _ledger, ...common } = anything;
const ofAccount = (id: bigint): AccountFilter => ({ ...common, accountId: id, debits: true, credits: true });

beforeAll(async () => {
  database = await testDatabase({ modules: [ledger] });
  const running = await ledger.create({
    config: ledger.config.parse({}),
    db: database.db('ledger'),
    ports: {},
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: { enqueue: () => Promise.resolve() },
  });
  await running.start?.();
  stop = async () => running.stop?.();
  const callee = createCallee(ledgerContract, running.implementation, systemClock);
  [payments, operator, gateway, stranger] = ['payments', 'operator', 'gateway', 'vault'].map((caller) =>
    localPort(ledgerContract, callee, caller),
  ) as [LedgerPort, LedgerPort, LedgerPort, LedgerPort];

  await operator.createAccounts(context, { accounts: [account({ id: 1n }), account({ id: 2n })] });
  await payments.createAccounts(context, {
    accounts: [
      own(RECEIVABLE, 'acquirer_receivable'),
      own(CLEARING, 'payment_clearing'),
      own(MERCHANT, 'merchant_payable', A.history),
    ],
  });
  const code = TRANSFER_CODES.payment_authorisation.code;
  const share = TRANSFER_CODES.merchant_share.code;
  const toClearing = { debitAccountId: RECEIVABLE, creditAccountId: CLEARING };
  const toMerchant = { debitAccountId: CLEARING, creditAccountId: MERCHANT, code: share };
  const story = [
    transfer({ id: 100n, ...toClearing, code, amount: 50n, flags: T.pending, userData128: 77n }),
    resolving({ id: 101n, pendingId: 100n, amount: 40n, flags: T.postPendingTransfer }),
    transfer({ id: 102n, ...toMerchant, amount: 30n }),
    transfer({ id: 103n, ...toMerchant, amount: 5n, userData64: 9n }),
  ];
  for (const item of story) {
    expect(unwrap(await payments.createTransfers(context, { transfers: [item] })).results[0]?.status).toBe(
      'created',
    );
  }
});

afterAll(async () => {
  await stop();
  await database.close();
});

describe('who may touch what', () => {
  it.each(['operator', 'gateway'] as const)(
    '%s is refused on accounts that a module owns, whole call',
    async (who) => {
      const port = who === 'operator' ? operator : gateway;
      const before = unwrap(await operator.digest(context, {}));
      const attempts = [
        transfer({ id: 900n }),
        transfer({ id: 901n, debitAccountId: 1n, creditAccountId: MERCHANT }),
        transfer({ id: 902n, debitAccountId: 999n, creditAccountId: MERCHANT }),
        resolving({ id: 903n, pendingId: 100n, flags: T.voidPendingTransfer }),
      ];
      for (const attempt of attempts.slice(1)) {
        const answer = await port.createTransfers(context, { transfers: [transfer({ id: 900n }), attempt] });
        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'account_owned_by_module', detail: { index: 1, owner: 'payments' } },
        });
      }
      expect(unwrap(await operator.digest(context, {}))).toEqual(before);
    },
  );

  it('opens no account under a foreign id', async () => {
    const answer = await operator.createAccounts(context, {
      accounts: [own(MERCHANT, 'merchant_payable', A.history)],
    });
    expect(answer).toMatchObject({ ok: false, error: { code: 'account_owned_by_module' } });
    const again = await payments.createAccounts(context, { accounts: [own(CLEARING, 'payment_clearing')] });
    expect(unwrap(again).results[0]?.status).toBe('exists');
  });

  it('keeps out who is not in the contract', async () => {
    expect(await stranger.digest(context, {})).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });
});

describe('bad input', () => {
  it('names the field and changes nothing', async () => {
    const bad = { ...transfer({ id: 5n }), amount: 10 as unknown as bigint };
    expect(await operator.createTransfers(context, { transfers: [transfer({ id: 4n }), bad] })).toMatchObject(
      {
        ok: false,
        error: { code: 'invalid_input', field: 'transfers[1].amount' },
      },
    );
    expect(await operator.queryTransfers(context, { ...anything, limit: 0 })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', field: 'limit' },
    });
    expect(unwrap(await operator.lookupTransfers(context, { ids: [4n] }))).toEqual([]);
  });
});

describe('queries', () => {
  const ids = (transfers: readonly { id: bigint }[]) => transfers.map((item) => item.id);

  it('find transfers by account, time and data, both ways', async () => {
    const all = unwrap(await payments.accountTransfers(context, ofAccount(CLEARING)));
    expect(ids(all)).toEqual([100n, 101n, 102n, 103n]);
    const second = all[1]?.timestamp ?? 0n;
    const filters: [Partial<AccountFilter>, bigint[]][] = [
      [{ reversed: true, limit: 2 }, [103n, 102n]],
      [{ debits: false }, [100n, 101n]],
      [{ credits: false }, [102n, 103n]],
      [{ debits: false, credits: false }, []],
      [{ timestampMin: second, timestampMax: second }, [101n]],
      [{ userData128: 77n }, [100n, 101n]],
      [{ userData64: 9n }, [103n]],
      [{ code: TRANSFER_CODES.merchant_share.code, limit: 1 }, [102n]],
    ];
    for (const [filter, expected] of filters) {
      const found = await payments.accountTransfers(context, { ...ofAccount(CLEARING), ...filter });
      expect(ids(unwrap(found))).toEqual(expected);
    }
    expect(ids(unwrap(await operator.queryTransfers(context, { ...anything, userData128: 77n })))).toEqual([
      100n,
      101n,
    ]);
    expect(
      ids(
        unwrap(
          await operator.queryTransfers(context, { ...anything, ledger: 978, reversed: true, limit: 1 }),
        ),
      ),
    ).toEqual([103n]);
    expect(ids(unwrap(await operator.queryTransfers(context, { ...anything, ledger: 840 })))).toEqual([]);
  });

  it('look things up as they stand', async () => {
    const [found] = unwrap(await operator.lookupTransfers(context, { ids: [999n, 101n] }));
    expect(found).toMatchObject({
      id: 101n,
      pendingId: 100n,
      amount: 40n,
      userData128: 77n,
      debitAccountId: RECEIVABLE,
    });
    expect(unwrap(await operator.lookupAccounts(context, { ids: [MERCHANT, 999n] }))).toMatchObject([
      { id: MERCHANT, creditsPosted: 35n, owner: 'payments' },
    ]);
    const merchants = await operator.queryAccounts(context, {
      ...anything,
      code: ACCOUNT_CODES.merchant_payable.code,
    });
    expect(ids(unwrap(merchants))).toEqual([MERCHANT]);
  });

  it('tell balances of the past, with and without history', async () => {
    const history = unwrap(await operator.accountHistory(context, ofAccount(MERCHANT)));
    expect(history.map((item) => item.creditsPosted)).toEqual([30n, 35n]);
    const filtered = await operator.accountHistory(context, { ...ofAccount(MERCHANT), userData64: 9n });
    expect(unwrap(filtered).map((item) => item.creditsPosted)).toEqual([35n]);
    expect(unwrap(await operator.accountHistory(context, ofAccount(CLEARING)))).toEqual([]);
    const at = history[0]?.timestamp ?? 0n;
    const past = await operator.balancesAt(context, { ids: [MERCHANT, CLEARING, RECEIVABLE], timestamp: at });
    expect(unwrap(past)).toMatchObject([
      { accountId: MERCHANT, creditsPosted: 30n },
      { accountId: CLEARING, debitsPosted: 30n, creditsPosted: 40n, creditsPending: 0n },
      { accountId: RECEIVABLE, debitsPosted: 40n, debitsPending: 0n },
    ]);
    expect(unwrap(await operator.balancesAt(context, { ids: [MERCHANT], timestamp: 1n }))).toEqual([]);
  });

  it('add up to zero, now and then', async () => {
    const now = unwrap(await operator.trialBalance(context, {}));
    expect(now.totals).toMatchObject([
      { ledger: 978, balanced: true, debitsPosted: 75n, creditsPosted: 75n, accounts: 5 },
    ]);
    const [first] = unwrap(await operator.lookupTransfers(context, { ids: [100n] }));
    const then = unwrap(await operator.trialBalance(context, { at: first?.timestamp ?? 0n }));
    expect(then.totals).toMatchObject([{ balanced: true, debitsPosted: 0n, debitsPending: 50n }]);
    expect(then.timestamp).toBe(first?.timestamp);
    // Nobody knows the balance of an instant that has not come.
    const toCome = unwrap(await operator.trialBalance(context, { at: now.timestamp + 1_000_000_000n }));
    expect(toCome).toEqual(now);
    expect(now.rows.map((row) => row.code)).toEqual([1, 100, 200, 210]);
  });

  it('verify every balance against the log, and find one that is wrong', async () => {
    expect(unwrap(await operator.verify(context, {}))).toMatchObject({
      ok: true,
      accounts: 5,
      differences: [],
    });
    await asSuperuser('UPDATE ledger.log SET amount = amount + 1 WHERE user_data_64 = 9');
    const found = unwrap(await operator.verify(context, {}));
    expect(found.ok).toBe(false);
    expect(found.differences).toEqual([
      { accountId: CLEARING, field: 'debitsPosted', machine: 35n, log: 36n },
      { accountId: MERCHANT, field: 'creditsPosted', machine: 35n, log: 36n },
    ]);
    await asSuperuser('UPDATE ledger.log SET amount = amount - 1 WHERE user_data_64 = 9');
  });
});

async function asSuperuser(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(text);
  await client.end();
}
