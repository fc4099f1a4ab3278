import { manualClock, SECOND } from '@tpmall/kernel';
import { DatabaseAway } from '@tpmall/platform/db';
import { createLog } from '@tpmall/platform/telemetry';
import { expect, it } from 'vitest';
import { createOutageLog } from './outage-log.ts';

it('an outage of the database is two lines, and what else fails meanwhile is told as ever', async () => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const clock = manualClock(0);
  let isThere = false;
  const { log, stop } = createOutageLog(
    createLog({ level: 'warn', destination: { write } }),
    clock,
    async () => isThere,
  );
  const away = new DatabaseAway(new Error('connect ECONNREFUSED /data/.s.PGSQL.5432'), false);
  const broken = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  log.error({ error: broken }, 'an acquirer hung up');
  log.forModule('mall').error({ error: away }, 'event failed');
  log.error({ error: new AggregateError([away, away], 'several events failed') }, 'event failed');
  log.warn({ error: broken }, 'job connection lost');
  log.warn({ error: new Error('Connection terminated unexpectedly') }, 'a worker has ended');
  log.error({ error: new Error('a bug') }, 'request failed');
  clock.advance(3 * SECOND);
  isThere = true;
  await expect.poll(() => lines.at(-1)?.['msg']).toContain('is back');
  log.error({ error: away }, 'event failed');
  stop();
  const told = lines.map(({ time, error, ...line }) => (error && time ? { ...line, error: '…' } : line));
  expect(told).toEqual([
    { level: 'error', msg: 'an acquirer hung up', error: '…' },
    { level: 'error', msg: 'the database is away; looking for it', reason: away.message },
    { level: 'error', msg: 'request failed', error: '…' },
    { level: 'warn', msg: 'the database is back; lines of what failed were left out', seconds: 3, lines: 4 },
    { level: 'error', msg: 'the database is away; looking for it', reason: away.message },
  ]);
});
