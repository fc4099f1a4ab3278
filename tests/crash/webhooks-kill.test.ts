import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@tpmall/kernel';
import { afterEach, expect, it } from 'vitest';
import { firstLine } from '../harness/first-line.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createWebhooksWorld, openEndpoint, QUICK, type WebhooksWorld } from '../webhooks/world.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Settings as text, for a process of its own. */
const RETRIES = { retryFirstSeconds: 1, retryLastSeconds: 1 };
const CONFIG = JSON.stringify({ ...QUICK, ...RETRIES, secret: QUICK.secret.reveal() });

async function startProcess(world: WebhooksWorld): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./webhooks/webhooks-process.ts', import.meta.url));
  const { urlOf } = world.database;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', program, urlOf('webhooks'), urlOf('relay'), CONFIG],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  closers.push(() => kill(child));
  await firstLine(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** A world with endpoints at receivers; the module that opened them has stopped. */
async function prepare(
  receivers: readonly Receiver[],
): Promise<{ world: WebhooksWorld; endpoints: readonly string[] }> {
  for (const receiver of receivers) closers.push(() => receiver.close());
  const world = await createWebhooksWorld();
  closers.push(() => world.close());
  const instance = await world.start();
  const endpoints: string[] = [];
  for (const { url } of receivers) endpoints.push((await openEndpoint(world, instance, url)).id);
  await instance.stop();
  return { world, endpoints };
}

/** Waits until so many deliveries are in a state. */
async function until(world: WebhooksWorld, state: string, count: number): Promise<void> {
  for (;;) {
    const rows = await world.look<{ n: number }>(
      'SELECT count(*)::int AS n FROM webhooks.delivery WHERE state = $1',
      [state],
    );
    if ((rows[0]?.n ?? 0) >= count) return;
    await pause(20);
  }
}

it('sends again what a process had sent and not written down when it was killed', async () => {
  let answers = false;
  const shop = await startReceiver((_post, response) => {
    if (answers) response.end('ok');
  });
  const { world } = await prepare([shop]);
  const first = await startProcess(world);
  await world.say(1);
  await shop.until(1);
  // It has been sent; that it was answered can never be written down.
  await kill(first);
  const rows = await world.look('SELECT state FROM webhooks.delivery WHERE attempts > 0');
  expect(rows).toEqual([{ state: 'pending' }]);
  const sent = shop.received.length;
  answers = true;
  await startProcess(world);
  await until(world, 'delivered', 1);
  expect(shop.received.length).toBeGreaterThan(sent);
  expect(new Set(shop.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

it('loses no event of a stream however often its process is killed', { timeout: 300_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`webhooks-kill.test.ts: seed ${seed}`);
  const random = seededRandom(seed);
  const EVENTS = 300;
  const KILLS = 6;
  let broken = 0;
  const shops = await Promise.all([
    startReceiver(),
    // One in ten answers is lost on its way, so that claims and retries are always about.
    startReceiver((_post, response, request) => {
      broken += 1;
      if (broken % 10 === 0) request.socket.destroy();
      else setTimeout(() => response.end('ok'), 5);
    }),
  ]);
  const { world } = await prepare(shops);
  for (let round = 0; round < KILLS; round += 1) {
    const child = await startProcess(world);
    await world.say(EVENTS / KILLS);
    await pause(random.below(400));
    await kill(child);
  }
  await startProcess(world);
  await until(world, 'delivered', EVENTS * shops.length);
  const events = await world.look<{ id: string }>('SELECT id FROM webhooks.event');
  expect(events).toHaveLength(EVENTS);
  const ids = new Set(events.map(({ id }) => id));
  for (const shop of shops) {
    const got = new Set(shop.received.map(({ headers }) => String(headers['webhook-id'])));
    expect(got).toEqual(ids);
  }
});
