import type { ClearingType, RecordMatched } from '@tpmall/acquiring/contract';
import { SECOND, unwrap } from '@tpmall/kernel';
import type { StoredEvent } from '@tpmall/platform/events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dyingAt, Killed } from './world/crash.ts';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

/** No delivery has more effects than this; the matrix ends where one survives. */
const EFFECTS_MAX = 10;
const CONNECTORS = ['acquirer-a', 'acquirer-b'];

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

/** Delivers an event of acquiring as the relay does: at least once. */
async function deliver(to: Instance, event: StoredEvent): Promise<void> {
  const subscription = to.running.subscriptions?.find(({ types }) =>
    types.includes('clearing.record_matched'),
  );
  if (!subscription || !('perform' in subscription)) throw new Error('payments does not hear of clearing');
  await subscription.perform(event);
}

let records = 0;

function matched(of: Partial<RecordMatched> & Pick<RecordMatched, 'commandId'>): StoredEvent {
  records += 1;
  const payload: RecordMatched = {
    recordId: `clf_1.${String(records).padStart(6, '0')}`,
    connector: CONNECTORS[0] ?? '',
    type: 'capture',
    amount: '10000',
    fee: '0',
    currency: 'eur',
    ...of,
  };
  return {
    ...{ from: 'acquiring', seq: BigInt(records), type: 'clearing.record_matched', tenant: TENANT },
    ...{ aggregateId: `au_${records}`, at: world.clock.now(), payload },
  };
}

/** A payment of 100.00 and the command of acquiring that authorised it. */
async function pay(): Promise<{ readonly id: string; readonly commandId: string }> {
  const intent = newIntent({ paymentMethod: 'pm_visa', confirm: {}, captureMethod: 'automatic' });
  const { id } = unwrap(await shop.port.createIntent(world.context(), intent));
  const [row] = await world.look<{ command_id: string }>(
    'SELECT command_id FROM payments.charge WHERE intent = $1',
    [id],
  );
  return { id, commandId: `${row?.command_id}.authorise` };
}

async function refund(id: string, amount: bigint): Promise<string> {
  const made = unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id, amount }));
  expect(made.status).toBe('succeeded');
  const [row] = await world.look<{ command_id: string }>(
    'SELECT command_id FROM payments.refund WHERE id = $1',
    [made.id],
  );
  return `${row?.command_id}.refund`;
}

const receivable = () => -world.ledger.credit('acquirer_receivable', TENANT);
const due = (connector: string) => -world.ledger.credit('due_from_acquirer', `${TENANT}/${connector}`);
const cost = () => -world.ledger.credit('processing_cost', TENANT);

describe('what an acquirer has cleared', () => {
  it('leaves its receivable and is due from it, less its fee, however often it is told', async () => {
    const { commandId } = await pay();
    const event = matched({ commandId, fee: '120' });
    for (let times = 0; times < 3; times += 1) {
      await deliver(times === 1 ? await world.start() : shop, event);
      world.clock.advance(SECOND);
    }
    expect([receivable(), due('acquirer-a'), cost()]).toEqual([0n, 98_80n, 1_20n]);
  });

  it('is known by the account of each acquirer', async () => {
    for (const connector of CONNECTORS) await deliver(shop, matched({ ...(await pay()), connector }));
    expect(CONNECTORS.map(due)).toEqual([100_00n, 100_00n]);
    expect(receivable()).toBe(0n);
  });

  it('goes the other way round for a refund, and back again when the refund came back', async () => {
    const { id, commandId } = await pay();
    await deliver(shop, matched({ commandId }));
    const refunded = { commandId: await refund(id, 25_00n), amount: '2500' };
    expect([receivable(), due('acquirer-a')]).toEqual([-25_00n, 100_00n]);
    await deliver(shop, matched({ ...refunded, type: 'refund' }));
    expect([receivable(), due('acquirer-a')]).toEqual([0n, 75_00n]);
    await deliver(shop, matched({ ...refunded, type: 'refund_return' }));
    expect([receivable(), due('acquirer-a')]).toEqual([-25_00n, 100_00n]);
  });

  it('waits where it is about no payment, and moves nothing', async () => {
    await expect(deliver(shop, matched({ commandId: 'cmd_nobody.authorise' }))).rejects.toThrow('no payment');
    expect(due('acquirer-a')).toBe(0n);
  });

  it.each(['before', 'after'] as const)(
    'moves once, though the process dies %s any effect of it',
    async (when) => {
      let effect = 1;
      for (; effect <= EFFECTS_MAX; effect += 1) {
        const { commandId } = await pay();
        const event = matched({ commandId, fee: '30' });
        const [owed, dueBefore] = [receivable(), due('acquirer-a')];
        const dying = dyingAt(effect, when);
        const outcome = await deliver(await world.start(dying), event).catch((error: unknown) => error);
        if (dying.died()) expect(outcome).toBeInstanceOf(Killed);
        await deliver(await world.start(), event);
        expect({ effect, receivable: receivable() }).toEqual({ effect, receivable: owed - 100_00n });
        expect({ effect, due: due('acquirer-a') }).toEqual({ effect, due: dueBefore + 99_70n });
        if (!dying.died()) break;
      }
      expect(effect).toBeGreaterThan(2);
      expect(effect).toBeLessThan(EFFECTS_MAX);
    },
  );
});

const step = fc.record({
  what: fc.constantFrom<'pay' | 'refund' | ClearingType>('pay', 'refund', 'capture', 'refund'),
  which: fc.nat(),
  amount: fc.bigInt(1n, 20_00n),
  fee: fc.bigInt(0n, 99n),
  times: fc.integer({ min: 1, max: 3 }),
  connector: fc.constantFrom(...CONNECTORS),
});

describe('the receivable', () => {
  it('is what was captured less what was refunded and what was cleared, of each acquirer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 25 }), async (steps) => {
        const start = { receivable: receivable(), due: new Map(CONNECTORS.map((name) => [name, due(name)])) };
        const open: { type: ClearingType; commandId: string; amount: bigint; connector: string }[] = [];
        const paid: { id: string; left: bigint; connector: string }[] = [];
        let moved = 0n;
        const cleared = new Map(CONNECTORS.map((name) => [name, { net: 0n, fees: 0n }]));
        for (const { what, which, amount, fee, times, connector } of steps) {
          const payment = paid[which % Math.max(paid.length, 1)];
          if (what === 'pay') {
            const { id, commandId } = await pay();
            paid.push({ id, left: 100_00n, connector });
            open.push({ type: 'capture', commandId, amount: 100_00n, connector });
            moved += 100_00n;
          } else if (
            what === 'refund' &&
            payment &&
            amount <= payment.left &&
            amount % 100n !== 13n &&
            amount % 100n !== 7n
          ) {
            const commandId = await refund(payment.id, amount);
            payment.left -= amount;
            open.push({ type: 'refund', commandId, amount, connector: payment.connector });
            moved -= amount;
          } else if (what === 'capture' && open.length > 0) {
            const [record] = open.splice(which % open.length, 1);
            if (!record) continue;
            const digits = { amount: String(record.amount), fee: String(fee) };
            const event = matched({ ...record, ...digits });
            for (let time = 0; time < times; time += 1) await deliver(shop, event);
            const of = cleared.get(record.connector) ?? { net: 0n, fees: 0n };
            const net = record.type === 'refund' ? -record.amount : record.amount;
            cleared.set(record.connector, { net: of.net + net, fees: of.fees + fee });
          }
        }
        const nets = [...cleared.values()].reduce((sum, { net }) => sum + net, 0n);
        expect(receivable() - start.receivable).toBe(moved - nets);
        for (const [name, { net, fees }] of cleared) {
          expect(due(name) - (start.due.get(name) ?? 0n)).toBe(net - fees);
        }
      }),
      { numRuns: 8 },
    );
  });
});
