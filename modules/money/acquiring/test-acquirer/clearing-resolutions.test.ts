import { DAY, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordMatched } from '../src/contract/index.ts';
import {
  type AcquiringUnderTest,
  advicesOf,
  contextOf,
  eventsOf,
  modules,
  startAcquiring,
  until,
} from './start-acquiring.ts';

const paymentMethod = `pm_${testCards[0]?.number}`;
const evidence = 'The acquirer’s ticket 4711';

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeEach(async () => {
  network = await spawnCardNetwork();
  database = await testDatabase({ modules });
  under = await startAcquiring(database, network, {});
});
afterEach(async () => {
  await under.stop();
  await database.close();
  await network.stop();
});

const as = (actor: string) => ({ ...contextOf(), actor });
const first = () => as('operator:person_first');
const second = () => as('operator:person_second');

/** A sale of 1000; answers the acquirer's file about it, and the advice of its capture. */
async function sale(): Promise<{ readonly day: string; readonly advice: string }> {
  const request = { paymentMethod, amount: 1000n, currency: 'eur', descriptor: 'TPMALL', merchant: 'm' };
  const { authorisationId } = unwrap(await under.port.authorise(contextOf(), request));
  unwrap(await under.port.capture(contextOf(), { authorisationId, amount: 1000n, final: true }));
  await until(async () => (await advicesOf(under.db)).every(({ state }) => state !== 'queued'));
  const { rows } = await under.db.run<{ id: string }>(
    sql('test.capture', `SELECT id FROM acquiring.advice WHERE kind = 'capture' ORDER BY id DESC LIMIT 1`),
  );
  const answer = await fetch(`${network.url}/end-of-day`, { method: 'POST' });
  return { day: await answer.text(), advice: rows[0]?.id ?? '' };
}

/** Imports a file whose one record says another amount. */
async function importOf(day: string, amount: bigint, name = 'day.csv'): Promise<string> {
  const text = day.replaceAll(',1000,', `,${amount},`);
  unwrap(await under.operator.importClearingFile(contextOf(), { connector: 'host', name, text }));
  const open = unwrap(await under.operator.clearingExceptions(contextOf(), { limit: 100 }));
  return open.at(-1)?.id ?? '';
}

const exceptions = async () =>
  unwrap(await under.operator.clearingExceptions(contextOf(), { limit: 100 })).map(({ kind }) => kind);

async function matched(): Promise<RecordMatched[]> {
  return (await eventsOf(under.db))
    .filter(({ type }) => type === 'clearing.record_matched')
    .map(({ payload }) => payload as RecordMatched);
}

const done = async () =>
  (await eventsOf(under.db))
    .filter(({ type }) => type === 'audit.entry')
    .map(({ payload }) => payload as { readonly action: string; readonly actor: string })
    .filter(({ action }) => action.startsWith('clearing_resolution.'))
    .map(({ action, actor }) => `${action} ${actor}`);

describe('two people about a clearing exception', () => {
  it('accept a difference as the acquirer’s cost: the capture is cleared whole, once', async () => {
    const { day, advice } = await sale();
    const exception = await importOf(day, 980n);
    const command = first();
    const proposal = { exception, verdict: 'accept_difference', movement: advice, evidence } as const;
    const { id } = unwrap(await under.operator.proposeClearingResolution(command, proposal));
    expect(unwrap(await under.operator.proposeClearingResolution(command, proposal)).id).toBe(id);
    expect(
      await under.operator.proposeClearingResolution(command, { ...proposal, evidence: 'other' }),
    ).toMatchObject({ error: { code: 'idempotency_mismatch' } });
    expect(await under.operator.proposeClearingResolution(second(), proposal)).toMatchObject({
      error: { code: 'resolution_open' },
    });
    expect(await under.operator.confirmClearingResolution(first(), { id })).toMatchObject({
      error: { code: 'same_person' },
    });
    expect(await matched()).toEqual([]);
    expect(unwrap(await under.operator.clearingCase(first(), { id: exception }))).toMatchObject({
      ...{ kind: 'amount_mismatch', amount: 980n, clears: null, resolutions: [{ id, state: 'proposed' }] },
      movements: [
        { id: advice, kind: 'capture', amount: 1000n, cleared: [], verdicts: ['accept_difference'] },
      ],
    });
    const others = ['operator:person_second', 'operator:person_third', 'operator:person_fourth'];
    const answers = await Promise.all(
      others.map((actor) => under.operator.confirmClearingResolution(as(actor), { id })),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const winner = others[answers.findIndex(({ ok }) => ok)] ?? '';
    // Whoever has confirmed may say so again.
    expect(unwrap(await under.operator.confirmClearingResolution(as(winner), { id })).state).toBe('applied');
    expect(await matched()).toMatchObject([
      { type: 'capture', amount: '1000', fee: '20', recordId: exception },
    ]);
    expect(await exceptions()).toEqual([]);
    // What was resolved can still be looked at, with both sides as they were.
    expect(unwrap(await under.operator.clearingCase(first(), { id: exception }))).toMatchObject({
      ...{ kind: null, amount: 980n, clears: advice, resolutions: [{ id, state: 'applied' }] },
      movements: [{ id: advice, amount: 1000n, cleared: ['capture'], verdicts: [] }],
    });
    expect(await done()).toEqual([
      'clearing_resolution.proposed operator:person_first',
      `clearing_resolution.applied ${winner}`,
    ]);
  });

  it('match by hand what has another reference, and what was missing is found', async () => {
    const { day, advice } = await sale();
    under.advance(4 * DAY);
    const wrong = day.replace(/^(D,capture,)[^,]+/m, '$1nobody');
    const exception = await importOf(wrong, 1000n);
    await under.sweep();
    expect(await exceptions()).toEqual(['unknown_reference', 'missing_from_file']);
    const proposal = { exception, verdict: 'match', movement: advice, evidence } as const;
    // Nothing of ours has that reference: what waits for a record is offered.
    const { movements } = unwrap(await under.operator.clearingCase(first(), { id: exception }));
    expect(movements).toMatchObject([{ id: advice, verdicts: ['match'] }]);
    const missing = unwrap(await under.operator.clearingCase(first(), { id: advice }));
    expect(missing).toMatchObject({ kind: 'missing_from_file', file: null, movements: [{ id: advice }] });
    const { id } = unwrap(await under.operator.proposeClearingResolution(first(), proposal));
    unwrap(await under.operator.confirmClearingResolution(second(), { id }));
    expect(await matched()).toMatchObject([{ amount: '1000', fee: '0' }]);
    expect(await exceptions()).toEqual([]);
  });

  it('are overtaken where the capture was cleared in the meantime', async () => {
    const { day, advice } = await sale();
    const exception = await importOf(day, 980n);
    const proposal = { exception, verdict: 'accept_difference', movement: advice, evidence } as const;
    const { id } = unwrap(await under.operator.proposeClearingResolution(first(), proposal));
    await importOf(day, 1000n, 'again.csv');
    expect(unwrap(await under.operator.confirmClearingResolution(second(), { id })).state).toBe('overtaken');
    expect(await matched()).toMatchObject([{ amount: '1000', fee: '0' }]);
    expect(await exceptions()).toEqual(['amount_mismatch']);
  });

  it('dispute or reject, and nothing moves', async () => {
    const { day, advice } = await sale();
    const exception = await importOf(day, 980n);
    const dispute = { exception, verdict: 'dispute', evidence } as const;
    const { id } = unwrap(await under.operator.proposeClearingResolution(first(), dispute));
    expect(unwrap(await under.operator.confirmClearingResolution(second(), { id })).state).toBe('applied');
    const accept = { exception, verdict: 'accept_difference', movement: advice, evidence } as const;
    const other = unwrap(await under.operator.proposeClearingResolution(first(), accept)).id;
    const reject = { id: other, reason: 'It is another sale' };
    expect(unwrap(await under.operator.rejectClearingResolution(second(), reject)).state).toBe('rejected');
    expect(await under.operator.confirmClearingResolution(second(), { id: other })).toMatchObject({
      error: { code: 'resolution_decided' },
    });
    expect(await matched()).toEqual([]);
    expect(await exceptions()).toEqual(['amount_mismatch']);
    const listed = unwrap(await under.operator.clearingResolutions(contextOf(), { open: false, limit: 9 }));
    expect(listed.map(({ state }) => state).sort()).toEqual(['applied', 'rejected']);
    expect(unwrap(await under.operator.clearingResolutions(contextOf(), { open: true, limit: 9 }))).toEqual(
      [],
    );
  });

  it('take back what they have proposed, and what nobody decides about ends by itself', async () => {
    const { day } = await sale();
    const exception = await importOf(day, 980n);
    const dispute = { exception, verdict: 'dispute', evidence } as const;
    const { id } = unwrap(await under.operator.proposeClearingResolution(first(), dispute));
    expect(await under.operator.withdrawClearingResolution(second(), { id })).toMatchObject({
      error: { code: 'not_the_proposer' },
    });
    expect(unwrap(await under.operator.withdrawClearingResolution(first(), { id })).state).toBe('withdrawn');
    const stale = unwrap(await under.operator.proposeClearingResolution(second(), dispute)).id;
    under.advance(7 * DAY);
    expect(await under.operator.confirmClearingResolution(first(), { id: stale })).toMatchObject({
      error: { code: 'resolution_expired' },
    });
    await under.sweep();
    expect(await done()).toEqual([
      ...[
        'clearing_resolution.proposed operator:person_first',
        'clearing_resolution.withdrawn operator:person_first',
      ],
      ...['clearing_resolution.proposed operator:person_second', 'clearing_resolution.expired system'],
    ]);
    expect(await matched()).toEqual([]);
  });

  it('may only say what can be', async () => {
    const { day, advice } = await sale();
    const exception = await importOf(day, 1020n);
    const say = async (input: object) => {
      const said = { exception, verdict: 'match', movement: advice, evidence, ...input } as const;
      const answer = await under.operator.proposeClearingResolution(first(), said);
      return answer.ok ? 'accepted' : `${answer.error.code} ${answer.error.field}`;
    };
    expect(await say({ exception: 'clf_none' })).toBe('not_found exception');
    expect(await say({ movement: 'adv_none' })).toBe('movement_not_found movement');
    expect(await say({ movement: undefined })).toBe('not_clearable movement');
    // Another amount is no match, and more than was captured is no cost.
    expect(await say({})).toBe('not_clearable verdict');
    expect(await say({ verdict: 'accept_difference' })).toBe('not_clearable verdict');
    expect(await say({ verdict: 'dispute' })).toBe('not_clearable movement');
    expect(await say({ verdict: 'dispute', movement: undefined })).toBe('accepted');
  });
});
