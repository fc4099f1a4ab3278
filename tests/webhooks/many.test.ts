import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createWebhooksWorld, openEndpoint } from './world.ts';

const ENDPOINTS = 100;
const DEAD = 10;
/** Each goes to every endpoint: a thousand keep a core busy for the better part of a minute. */
const EVENTS = Number(process.env['TPMALL_WEBHOOK_EVENTS'] ?? 200);

it(`brings ${EVENTS} events to a hundred endpoints, of which ten are dead`, {
  timeout: 600_000,
}, async () => {
  /** The events that each path has got, by their ids; how often each came is counted apart. */
  const got = new Map<string, Set<string>>();
  let posts = 0;
  /** What the dead were sent: what is claimed for them and waits for its turn is no try. */
  const tried = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url ?? '';
    if (path.startsWith('/dead')) {
      tried.set(path, (tried.get(path) ?? 0) + 1);
      return;
    }
    posts += 1;
    const ids = got.get(path) ?? new Set();
    got.set(path, ids.add(String(request.headers['webhook-id'])));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = await createWebhooksWorld();
  try {
    // Long claims: nothing is sent twice unless it has failed.
    const instance = await world.start({
      claimGraceMs: 300_000,
      connectTimeoutMs: 30_000,
      answerTimeoutMs: 5_000,
    });
    for (let index = 0; index < ENDPOINTS; index += 1) {
      await openEndpoint(world, instance, `${origin}/${index < DEAD ? 'dead' : 'shop'}-${index}`);
    }
    await world.say(EVENTS);
    await instance.relay.drain();
    const delivered = async (): Promise<number> => {
      const rows = await world.look<{ n: number }>(
        `SELECT count(*)::int AS n FROM webhooks.delivery WHERE state = 'delivered'`,
      );
      return rows[0]?.n ?? 0;
    };
    while ((await delivered()) < (ENDPOINTS - DEAD) * EVENTS) {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const rows = await world.look<{ id: string }>('SELECT id FROM webhooks.event');
    const all = new Set(rows.map(({ id }) => id));
    expect(all.size).toBe(EVENTS);
    expect(got.size).toBe(ENDPOINTS - DEAD);
    for (const ids of got.values()) expect(ids).toEqual(all);
    // Sent twice is only what had failed the first time, which a busy machine may let happen.
    const failures = await world.look<{ n: number }>(
      `SELECT count(*)::int AS n FROM webhooks.attempt WHERE error IS NOT NULL AND url LIKE '%shop%'`,
    );
    expect(posts).toBeLessThanOrEqual((ENDPOINTS - DEAD) * EVENTS + (failures[0]?.n ?? 0));
    // The dead have been tried by a lane's worth and then by single probes, whatever waits for them.
    await expect.poll(() => tried.size, { timeout: 20_000 }).toBe(DEAD);
    for (const [path, times] of tried) expect(times, path).toBeLessThan(100);
  } finally {
    await world.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
