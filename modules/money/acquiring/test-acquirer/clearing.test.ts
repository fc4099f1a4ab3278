import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, systemClock, unwrap } from '@tpmall/kernel';
import { sql, withConnection } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquiringContract, type RecordMatched } from '../src/contract/index.ts';
import { type Advice, claimAdvices } from '../src/store/advices.ts';
import { storeKnownOutcome } from '../src/store/enquiries.ts';
import {
  type AcquiringUnderTest,
  advicesOf,
  contextOf,
  control,
  eventsOf,
  modules,
  startAcquiring,
  until,
} from './start-acquiring.ts';

const approvedCard = `pm_${testCards[0]?.number}`;

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tpmall-clearing-'));
  network = await spawnCardNetwork();
  database = await testDatabase({ modules });
  const clearing = { folders: [{ connector: 'host', folder: join(folder, 'clearing') }] };
  under = await startAcquiring(database, network, { config: { clearing } });
});
afterEach(async () => {
  await under.stop();
  await database.close();
  await network.stop();
  await rm(folder, { recursive: true });
});

/** Statements of this database that wait for a row. */
const WAITING = `SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** An authorisation, captured in one. */
async function sale(amount: bigint): Promise<string> {
  const request = {
    paymentMethod: approvedCard,
    amount,
    currency: 'eur',
    descriptor: 'TPMALL',
    merchant: 'm',
  };
  const { authorisationId } = unwrap(await under.port.authorise(contextOf(), request));
  unwrap(await under.port.capture(contextOf(), { authorisationId, amount, final: true }));
  await until(async () => (await advicesOf(under.db)).every(({ state }) => state !== 'queued'));
  return authorisationId;
}

async function endOfDay(): Promise<string> {
  return (await fetch(`${network.url}/end-of-day`, { method: 'POST' })).text();
}

const importText = (text: string, name = 'day.csv') =>
  under.operator.importClearingFile(contextOf(), { connector: 'host', name, text });

async function matched(): Promise<RecordMatched[]> {
  return (await eventsOf(under.db))
    .filter(({ type }) => type === 'clearing.record_matched')
    .map(({ payload }) => payload as RecordMatched);
}

const exceptions = async () =>
  unwrap(await under.operator.clearingExceptions(contextOf(), { limit: 100 })).map(
    ({ kind, type, amount }) => ({
      kind,
      type,
      amount,
    }),
  );

/** A file with other records: the trailer is made anew. */
function altered(text: string, change: (records: string[]) => string[]): string {
  const [header = '', ...rest] = text.trimEnd().split('\n');
  const records = change(rest.filter((line) => line.startsWith('D')));
  const net = records.reduce((sum, line) => {
    const [, type, , , , amount = '0'] = line.split(',');
    return sum + (type === 'refund' ? -BigInt(amount) : BigInt(amount));
  }, 0n);
  return `${[header, ...records, `T,total,,,${records.length},${net},eur,,,`].join('\n')}\n`;
}

describe('the clearing file of the simulated acquirer', () => {
  it('clears captures, refunds and refunds that came back, each once', async () => {
    const first = await sale(1000n);
    await sale(500n);
    unwrap(await under.port.refund(contextOf(), { authorisationId: first, amount: 300n }));
    const day = await endOfDay();
    const file = unwrap(await importText(day));
    expect(file).toMatchObject({ connector: 'host', name: 'day.csv', records: 3 });
    expect((await matched()).map(({ type, amount, fee }) => [type, amount, fee])).toEqual([
      ['capture', '1000', '0'],
      ['capture', '500', '0'],
      ['refund', '300', '0'],
    ]);
    expect(await exceptions()).toEqual([]);

    const { authorisations } = (await control(network, 'GET', '/book')) as {
      authorisations: { reference: string; refunds: unknown[] }[];
    };
    const reference = authorisations.find(({ refunds }) => refunds.length > 0)?.reference;
    await control(network, 'POST', '/return-refund', { reference, code: '14' });
    await until(async () => (await eventsOf(under.db)).some(({ type }) => type === 'refund.returned'));
    unwrap(await importText(await endOfDay(), 'next.csv'));
    expect((await matched()).at(-1)).toMatchObject({ type: 'refund_return', amount: '300' });
    expect(await exceptions()).toEqual([]);
  });

  it('changes nothing when it comes again, under its name or another, or many times at once', async () => {
    await sale(1000n);
    const day = await endOfDay();
    const answers = await Promise.all([1, 2, 3, 4].map((n) => importText(day, `copy-${n}.csv`)));
    const ids = new Set(answers.map((answer) => unwrap(answer).id));
    expect(ids.size).toBe(1);
    expect(unwrap(await importText(day)).id).toBe([...ids][0]);
    expect(await matched()).toHaveLength(1);
    const audited = (await eventsOf(under.db)).filter(({ type }) => type === 'audit.entry');
    expect(audited).toHaveLength(1);
  });

  it('is refused whole where a line of it is malformed, or its name is taken', async () => {
    await sale(1000n);
    await sale(600n);
    const day = await endOfDay();
    expect(await importText(day.replace(',600,', ',6x0,'))).toMatchObject({
      ok: false,
      error: { code: 'clearing_file_malformed', detail: { line: '3', field: 'amount' } },
    });
    expect(await matched()).toEqual([]);
    const half = altered(day, (records) => records.slice(0, 1));
    unwrap(await importText(half));
    expect(await importText(day)).toMatchObject({
      ok: false,
      error: { code: 'clearing_file_name_taken', field: 'name' },
    });
    expect(await matched()).toHaveLength(1);
    expect(
      await under.operator.importClearingFile(contextOf(), { connector: 'other', name: 'a.csv', text: day }),
    ).toMatchObject({ ok: false, error: { code: 'connector_not_found', field: 'connector' } });
  });

  it('tells doubled records, other amounts and currencies and unknown references as exceptions', async () => {
    for (const amount of [100n, 200n, 300n, 400n]) await sale(amount);
    const day = await endOfDay();
    const faulty = altered(day, ([first = '', second = '', third = '', fourth = '']) => [
      first,
      first,
      second.replace(',200,', ',201,'),
      third.replace(/^(D,capture,)[^,]+/, '$1nobody'),
      fourth,
    ]);
    const other = faulty
      .replace(/,400,eur/, ',400,usd')
      .replace('T,total,,,5,', 'T,total,,,1,400,usd,,,\nT,total,,,4,')
      .replace(/(T,total,,,4,)\d+/, '$1701');
    unwrap(await importText(other));
    expect(await exceptions()).toEqual([
      { kind: 'duplicate_record', type: 'capture', amount: 100n },
      { kind: 'amount_mismatch', type: 'capture', amount: 201n },
      { kind: 'unknown_reference', type: 'capture', amount: 300n },
      { kind: 'currency_mismatch', type: 'capture', amount: 400n },
    ]);
    expect((await matched()).map(({ amount }) => amount)).toEqual(['100']);
    const overview = unwrap(await under.operator.clearingOverview(contextOf(), {}));
    expect(overview.exceptions).toContainEqual({ connector: 'host', kind: 'duplicate_record', count: 1 });
    expect(overview.connectors).toMatchObject([{ connector: 'host', files: 1, records: 5 }]);
  });

  it('clears a capture once, though two different files at once say it', async () => {
    await sale(1000n);
    const day = await endOfDay();
    const copies = ['a', 'b', 'c'].map((letter) => day.replace('TPMALL', `TPM${letter}`));
    for (const answer of await Promise.all(copies.map((text, index) => importText(text, `${index}.csv`)))) {
      unwrap(answer);
    }
    expect(await matched()).toHaveLength(1);
    expect((await exceptions()).map(({ kind }) => kind)).toEqual(['duplicate_record', 'duplicate_record']);
  });
});

describe('the watch over clearing', () => {
  it('tells what no file holds after the days that are due, until one holds it', async () => {
    await sale(1000n);
    await sale(600n);
    const day = await endOfDay();
    unwrap(await importText(altered(day, (records) => records.slice(0, 1))));
    await under.sweep();
    expect(await exceptions()).toEqual([]);
    under.advance(4 * DAY);
    await under.sweep();
    await under.sweep();
    expect(await exceptions()).toEqual([{ kind: 'missing_from_file', type: 'capture', amount: 600n }]);
    unwrap(
      await importText(
        altered(day, (records) => records.slice(1)),
        'late.csv',
      ),
    );
    expect(await exceptions()).toEqual([]);
    expect(await matched()).toHaveLength(2);
  });

  it('comes back to what people say is booked after it was passed by', async () => {
    await sale(1000n);
    await sale(600n);
    unwrap(await importText(altered(await endOfDay(), (records) => records.slice(0, 0))));
    const refuse = sql('test.refuse', "UPDATE acquiring.advice SET state = 'refused' RETURNING id, amount");
    const { rows } = await under.db.run<{ id: string; amount: bigint }>(refuse);
    under.advance(4 * DAY);
    await under.sweep();
    await under.sweep();
    expect(await exceptions()).toEqual([]);
    const adviceId = rows.find(({ amount }) => amount === 1000n)?.id ?? '';
    unwrap(await under.port.recordBooked(contextOf(), { adviceId }));
    await under.sweep();
    await under.sweep();
    expect(await exceptions()).toEqual([{ kind: 'missing_from_file', type: 'capture', amount: 1000n }]);
  });

  it('comes back to what people say is booked in the moment in which it is passed by', async () => {
    await sale(1000n);
    unwrap(await importText(altered(await endOfDay(), (records) => records.slice(0, 0))));
    const refuse = sql('test.refuse', "UPDATE acquiring.advice SET state = 'refused' RETURNING id");
    const { rows } = await under.db.run<{ id: string }>(refuse);
    const adviceId = rows[0]?.id ?? '';
    under.advance(4 * DAY);
    const config = { connectionString: database.url };
    await withConnection(config, async (holder) => {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM acquiring.clearing_watch FOR UPDATE');
      const waiting = () => withConnection(config, async (other) => (await other.query(WAITING)).rowCount);
      // It has looked, and is about to go on.
      const sweep = under.sweep();
      await until(async () => (await waiting()) === 1);
      let isBooked = false;
      const booked = under.port.recordBooked(contextOf(), { adviceId }).finally(() => {
        isBooked = true;
      });
      await until(async () => isBooked || (await waiting()) === 2);
      await holder.query('ROLLBACK');
      unwrap(await booked);
      await sweep;
    });
    await under.sweep();
    await under.sweep();
    expect(await exceptions()).toEqual([{ kind: 'missing_from_file', type: 'capture', amount: 1000n }]);
  });

  it('comes back to a refund of which an enquiry finds out later that it was made', async () => {
    const authorisationId = await sale(1000n);
    unwrap(await importText(await endOfDay()));
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0200' });
    await control(network, 'POST', '/behaviours', { kind: 'lose_request', mti: '0400', times: null });
    const refund = unwrap(await under.port.refund(contextOf(), { authorisationId, amount: 800n }));
    expect(refund.state).toBe('pending');
    under.advance(4 * DAY);
    await under.sweep();
    await under.sweep();
    expect(await exceptions()).toEqual([]);
    let advice: Advice | undefined;
    const later = systemClock.now() + 9 * DAY;
    await until(async () => {
      [advice] = await claimAdvices(under.db, later, later + DAY, 1);
      return advice !== undefined;
    });
    const answer = {
      state: 'approved',
      approvalCode: 'A1B2C3',
      networkCode: '00',
      reference: '4711',
    } as const;
    const known = { advice: advice as Advice, answer: { ...answer, messages: [] }, at: later };
    expect(await storeKnownOutcome(under.db, known)).toBe(false);
    await under.sweep();
    await under.sweep();
    expect(await exceptions()).toEqual([{ kind: 'missing_from_file', type: 'refund', amount: 800n }]);
  });

  it('looks again at what our side had not booked yet, behind whatever stays so', async () => {
    await sale(1000n);
    await sale(600n);
    const day = await endOfDay();
    const refuse = sql('test.refuse', "UPDATE acquiring.advice SET state = 'refused' RETURNING id, amount");
    const { rows } = await under.db.run<{ id: string; amount: bigint }>(refuse);
    unwrap(await importText(day));
    const stay = sql(
      'test.stay',
      `INSERT INTO acquiring.clearing_record (id, file, connector, line, type, reference, approval_code,
         amount, fee, currency, booked_at, created_at, exception)
       SELECT id || n, file, connector, 10 + n, type, reference, approval_code, amount, fee, currency,
         booked_at, created_at - interval '1 day', exception
       FROM acquiring.clearing_record, generate_series(1, 1500) AS n WHERE amount = 600`,
    );
    await under.db.run(stay);
    await under.sweep();
    expect(await matched()).toEqual([]);
    // Nobody but its platform says so, and more than once.
    const adviceId = rows.find(({ amount }) => amount === 1000n)?.id ?? '';
    const states = async () => (await advicesOf(under.db)).map(({ state }) => state).sort();
    unwrap(await under.port.recordBooked({ ...contextOf(), tenant: 'acct_other' }, { adviceId }));
    expect(await states()).toEqual(['refused', 'refused']);
    for (let n = 0; n < 2; n += 1) unwrap(await under.port.recordBooked(contextOf(), { adviceId }));
    expect(await states()).toEqual(['acknowledged', 'refused']);
    await under.sweep();
    await under.sweep();
    expect(await matched()).toMatchObject([{ type: 'capture', amount: '1000' }]);
  });
});

describe('the folder of clearing files', () => {
  it('is looked through for files, and what cannot be imported waits for a better text', async () => {
    await under.sweep();
    await sale(1000n);
    const day = await endOfDay();
    await mkdir(join(folder, 'clearing'));
    await writeFile(join(folder, 'clearing', 'day-2.csv'), day.slice(0, -20));
    await writeFile(join(folder, 'clearing', 'notes.txt'), 'not a clearing file');
    await under.sweep();
    await under.sweep();
    const { refusedFiles } = unwrap(await under.operator.clearingOverview(contextOf(), {}));
    expect(refusedFiles).toMatchObject([{ connector: 'host', name: 'day-2.csv' }]);
    expect(refusedFiles[0]?.reason).toContain('line 3');
    expect(under.logged.filter((line) => line.includes('a clearing file was refused'))).toHaveLength(1);

    await writeFile(join(folder, 'clearing', 'day-2.csv'), day);
    await under.sweep();
    await under.sweep();
    const after = unwrap(await under.operator.clearingOverview(contextOf(), {}));
    expect(after.refusedFiles).toEqual([]);
    expect(after.files).toMatchObject([{ name: 'day-2.csv', records: 1 }]);
    expect(await matched()).toHaveLength(1);
  });
});

it('is for the house: payments may not import clearing files', async () => {
  expect(acquiringContract.operations.importClearingFile.callers).toEqual(['gateway', 'operator']);
  const refused = await under.port.importClearingFile(contextOf(), {
    connector: 'host',
    name: 'a',
    text: 'a',
  });
  expect(refused).toMatchObject({ ok: false, error: { code: 'forbidden' } });
});
