import { unwrap } from '@tpmall/kernel';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminPool } from '../harness/admin-pool.ts';
import { createWorld, type Desk, openWith, order, type World } from './world.ts';

let world: World;
let desk: Desk;
let pool: pg.Pool;

beforeAll(async () => {
  world = await createWorld();
  desk = await world.start();
  pool = adminPool(world.database.url);
});
afterAll(async () => {
  await pool.end();
  await world.close();
});

const LOCK_OPERATION = 'SELECT 1 FROM wallet.operation WHERE id = $1 FOR UPDATE';
const LOCK_LIMITS = 'SELECT 1 FROM wallet.limit_use WHERE wallet = $1 FOR UPDATE';

/** Whether somebody waits for a lock that another transaction of this database holds. */
async function isWaiting(): Promise<boolean> {
  const waiting = await world.look(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
}

/**
 * Delivers events while another transaction holds what the first statement has locked, and takes what the
 * second one locks once the delivery waits for it.
 */
async function deliverBeside(first: [string, string], second: [string, string]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(first[0], [first[1]]);
    const delivered = world.deliver();
    await expect.poll(isWaiting, { timeout: 10_000 }).toBe(true);
    const taken = client.query(second[0], [second[1]]).then(() => client.query('COMMIT'));
    const ends = await Promise.allSettled([taken, delivered]);
    expect(ends).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** A payment from a wallet, with the events so far delivered. */
async function paid(wallet: string, captureMethod: 'automatic' | 'manual') {
  const paymentIntent = await order(world, 10_00n, captureMethod);
  const { operation } = unwrap(await desk.port.pay(world.context(), { wallet, paymentIntent }));
  await world.deliver();
  return { paymentIntent, operation: operation.id };
}

describe('events that come together never wait crosswise', () => {
  it('for whoever writes down what became of one of several payments of a wallet', async () => {
    const wallet = await openWith(world, desk, 'twice', 50_00n);
    const [first, second] = [await paid(wallet, 'manual'), await paid(wallet, 'manual')];
    for (const { paymentIntent } of [first, second]) {
      unwrap(await world.payments.captureIntent(world.context(), { id: paymentIntent }));
    }
    await deliverBeside([LOCK_OPERATION, second.operation], [LOCK_LIMITS, wallet]);
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet, currency: 'eur' }));
    expect(use.balanceBound).toBe(30_00n);
  });

  it('for whoever sends from one of their wallets to another', async () => {
    const wallets = [
      await openWith(world, desk, 'one', 50_00n),
      await openWith(world, desk, 'another', 50_00n),
    ];
    const [low = '', high = ''] = wallets.toSorted();
    const intents = [];
    for (const wallet of [high, low]) intents.push((await paid(wallet, 'automatic')).paymentIntent);
    for (const paymentIntent of intents) {
      unwrap(await world.payments.createRefund(world.context(), { paymentIntent, amount: 10_00n }));
    }
    await deliverBeside([LOCK_LIMITS, low], [LOCK_LIMITS, high]);
    for (const wallet of wallets) {
      const use = unwrap(await desk.port.readLimits(world.context(), { wallet, currency: 'eur' }));
      expect(use.balanceBound).toBe(50_00n);
    }
  });
});
