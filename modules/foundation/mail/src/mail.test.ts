import {
  createIds,
  DAY,
  HOUR,
  MINUTE,
  manualClock,
  redacted,
  SECOND,
  systemClock,
  systemRandom,
  unwrap,
} from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { sql } from '@tpmall/platform/db';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Delivery, type MailMessage, mailContract, type OutgoingMail } from './contract/index.ts';
import { mail } from './module.ts';
import { writeMail } from './templates/write-mail.ts';

const clock = manualClock(systemClock.now());
const code = { template: 'sign_in_code', values: { code: '123456', minutes: 10 } } as const;
/** What the host has got, and what it says to the next mails; then it takes them. */
const host: { got: OutgoingMail[]; says: (Delivery | 'dies')[] } = { got: [], says: [] };
const logged: string[] = [];
const log = { ...silentLog, warn: (...parts: unknown[]) => void logged.push(JSON.stringify(parts)) };
let database: TestDatabase;
let commands = 0;

const driver = {
  settings: z.strictObject({}),
  connect: () => ({
    close: () => undefined,
    async deliver(sent: OutgoingMail): Promise<Delivery> {
      const says = host.says.shift() ?? { state: 'accepted' };
      host.got.push(sent);
      if (says === 'dies') throw new Error('the process ends here');
      return says;
    },
  }),
};

beforeAll(async () => {
  database = await testDatabase({ modules: [mail(driver)] });
});
afterAll(() => database.close());
beforeEach(() => {
  host.got = [];
  host.says = [];
});

async function start(sealingSecret = redacted('a secret of the test, long enough for it')) {
  const queue: unknown[] = [];
  const running = await mail(driver).create({
    config: {
      ...{ sealingSecret, from: { name: 'M', address: 'm@mall.example' }, host: {}, retryEverySeconds: 5 },
      timeZone: 'Asia/Shanghai',
    },
    ...{
      db: database.db('mail'),
      ports: {},
      clock,
      random: systemRandom,
      ids: createIds(clock, systemRandom),
      log,
    },
    metrics: createMetrics({ processMetrics: false }),
    jobs: { enqueue: async (_tx, _name, payload) => void queue.push(payload) },
  });
  const run = async (name: string, payload: unknown = {}) => {
    const job = running.jobs?.find((one) => one.name === name);
    if (!job) throw new Error(`no job ${name}`);
    await job.run(payload);
  };
  return {
    implementation: running.implementation,
    sweep: () => run('deliver-due'),
    forget: () => run('forget-mails'),
    deliver: (id: string) => run('deliver', { id }),
    queue,
    outside: running.jobs?.filter(({ outside }) => outside).map(({ name }) => name),
  };
}

function context(commandId = `cmd_${(commands += 1)}`): CallContext {
  const deadlineAt = Number.MAX_SAFE_INTEGER;
  return { caller: 'identity', actor: 'system', tenant: 'acct_one', commandId, deadlineAt, traceparent: '' };
}

const letter = (message: MailMessage = code) => ({
  to: 'lin@shopper.example',
  locale: 'en' as const,
  message,
});

async function stored(id: string): Promise<{ state: string; sealed: Buffer | null; problem: string | null }> {
  const statement = sql('test.mail', 'SELECT state, sealed, problem FROM mail.message WHERE id = $1');
  const { rows } = await database
    .db('mail')
    .run<{ state: string; sealed: Buffer | null; problem: string | null }>(statement, [id]);
  if (!rows[0]) throw new Error(`no mail ${id}`);
  return rows[0];
}

describe('the queue', () => {
  it('sends a mail once for a command, and wipes what it says', async () => {
    const { implementation, deliver, queue } = await start();
    const command = context();
    const record = unwrap(await implementation.send(command, letter()));
    expect(record).toMatchObject({ state: 'queued', template: 'sign_in_code', to: 'lin@shopper.example' });
    expect(queue).toEqual([{ id: record.id }]);
    const waiting = await stored(record.id);
    expect(waiting.sealed?.toString('latin1')).not.toContain('123456');
    await Promise.all([deliver(record.id), deliver(record.id), deliver(record.id)]);
    expect(host.got).toHaveLength(1);
    expect(host.got[0]).toMatchObject({ id: record.id, to: 'lin@shopper.example', locale: 'en' });
    expect(host.got[0]?.text.reveal()).toContain('123456');
    expect(await stored(record.id)).toMatchObject({ state: 'sent', sealed: null });
    expect(unwrap(await implementation.send(command, letter()))).toMatchObject({
      id: record.id,
      state: 'sent',
    });
    await deliver(record.id);
    expect(host.got).toHaveLength(1);
    expect(JSON.stringify(host.got)).not.toContain('123456');
  });

  it('lets no other job wait for a host that is silent', async () => {
    expect((await start()).outside).toEqual(['deliver', 'deliver-due']);
  });

  it('tries again what a host defers, later each time, until it is taken', async () => {
    const { implementation, sweep } = await start();
    const { id } = unwrap(await implementation.send(context(), letter()));
    host.says = [
      { state: 'deferred', reason: '451 later' },
      { state: 'deferred', reason: '421 much later' },
    ];
    await sweep();
    expect(await stored(id)).toMatchObject({ state: 'queued', problem: '451 later' });
    clock.advance(4 * SECOND);
    await sweep();
    expect(host.got).toHaveLength(1);
    clock.advance(SECOND);
    await sweep();
    expect(host.got).toHaveLength(2);
    clock.advance(15 * SECOND);
    await sweep();
    expect(host.got.map((sent) => sent.id)).toEqual([id, id, id]);
    expect(unwrap(await implementation.findMail(context(), { id }))).toMatchObject({
      state: 'sent',
      attempts: 3,
    });
    expect(logged.join()).not.toMatch(/123456|lin@/);
  });

  it('gives up what is refused, and what is too late to be of use', async () => {
    const { implementation, sweep } = await start();
    host.says = [{ state: 'refused', reason: '550 nobody' }];
    const refused = unwrap(await implementation.send(context(), letter()));
    await sweep();
    expect(await stored(refused.id)).toMatchObject({ state: 'refused', sealed: null, problem: '550 nobody' });
    const late = unwrap(
      await implementation.send(context(), { ...letter(), expiresAt: clock.now() + 10 * MINUTE }),
    );
    host.says = Array.from({ length: 9 }, () => ({ state: 'deferred', reason: 'down' }) as const);
    for (let step = 0; step < 12; step += 1) {
      await sweep();
      clock.advance(MINUTE);
    }
    expect(await stored(late.id)).toMatchObject({ state: 'expired', sealed: null });
    const tries = host.got.length;
    clock.advance(DAY);
    await sweep();
    expect(host.got).toHaveLength(tries);
  });

  it('sends again what a process that died had under way', async () => {
    const { implementation, sweep, deliver } = await start();
    const { id } = unwrap(await implementation.send(context(), letter()));
    host.says = ['dies'];
    await expect(deliver(id)).rejects.toThrow('ends here');
    await sweep();
    expect(host.got).toHaveLength(1);
    clock.advance(3 * MINUTE);
    await sweep();
    expect(host.got).toHaveLength(2);
    expect((await stored(id)).state).toBe('sent');
  });

  it('does not let a mail that nobody can open any more stop the others', async () => {
    const before = await start();
    const lost = unwrap(await before.implementation.send(context(), letter()));
    const after = await start(redacted('another secret, after the first one was lost'));
    const next = unwrap(await after.implementation.send(context(), letter()));
    await after.sweep();
    expect((await stored(lost.id)).state).toBe('refused');
    expect((await stored(next.id)).state).toBe('sent');
  });

  it('forgets mails that are done after a month, and never one that waits', async () => {
    const { implementation, sweep, forget } = await start();
    const { id } = unwrap(await implementation.send(context(), letter()));
    await sweep();
    clock.advance(30 * DAY + HOUR);
    const waiting = unwrap(await implementation.send(context(), letter()));
    await forget();
    expect(await implementation.findMail(context(), { id })).toMatchObject({ error: { code: 'not_found' } });
    expect((await implementation.findMail(context(), { id: waiting.id })).ok).toBe(true);
    const stranger = { ...context(), tenant: 'acct_two' };
    expect(await implementation.findMail(stranger, { id: waiting.id })).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('what mails say', () => {
  const receipt: MailMessage = {
    template: 'receipt',
    values: {
      order: 'M-1042',
      paidAt: Date.UTC(2026, 10, 22) * 1000,
      lines: [
        { text: 'Tea <script>alert(1)</script>', quantity: 2, amount: 1_234_50n },
        { text: '茶杯 & "co"', quantity: 1, amount: 100n },
      ],
      total: 1_235_50n,
      currency: 'cny',
      link: 'http://localhost:4405/orders/1',
    },
  };

  it('is written in both languages, and escaped', () => {
    const english = writeMail('en', receipt);
    expect(english.subject).toBe('Receipt for order M-1042');
    expect(english.text).toContain('Tea <script>alert(1)</script> × 2  CNY\u00a01,234.50');
    expect(english.text).toContain('Total  CNY\u00a01,235.50');
    expect(english.html).not.toContain('<script');
    expect(english.html).toContain('&lt;script&gt;');
    const chinese = writeMail('zh', receipt);
    expect(chinese.subject).toBe('订单 M-1042 的收据');
    expect(chinese.text).toContain('2026 年 11 月 22 日');
    expect(chinese.text).toContain('合计  ¥1,235.50');
    const refund: MailMessage = {
      template: 'refund',
      values: { order: 'M-1', amount: 500n, currency: 'jpy', link: null },
    };
    expect(writeMail('zh', refund).text).toContain('500\u00a0JPY');
    // Nobody's bank has a part in what goes back to a wallet.
    expect(writeMail('en', refund).text).toContain('paid from a wallet is there already');
    expect(writeMail('zh', refund).text).toContain('退回钱包的款项已到账');
    const link = 'https://mall.example/orders/1';
    const linked: MailMessage = { ...refund, values: { ...refund.values, link } };
    expect(writeMail('en', linked).text).toContain(`See the order: ${link}\n`);
    expect(writeMail('zh', linked).text).toContain(`查看订单：${link}\n`);
    for (const language of ['en', 'zh'] as const) {
      const written = writeMail(language, code);
      expect(written.subject).not.toContain('123456');
      expect(written.text).toContain('123456');
      expect(written.html).toContain('123456');
    }
  });

  it.each([
    ['to', { ...letter(), to: 'lin@shopper.example\r\nBcc: eve@evil.example' }],
    ['to', { ...letter(), to: 'Lin <lin@shopper.example>' }],
    [
      'message',
      { ...letter(), message: { ...receipt, values: { ...receipt.values, order: 'a\r\nBcc: x' } } },
    ],
    [
      'message',
      { ...letter(), message: { template: 'sign_in_code', values: { code: '12345x', minutes: 1 } } },
    ],
    [
      'message',
      { ...letter(), message: { ...receipt, values: { ...receipt.values, link: 'javascript:alert(1)' } } },
    ],
    ['message', { ...letter(), message: { ...receipt, values: { ...receipt.values, currency: 'xxx' } } }],
    ['locale', { ...letter(), locale: 'fr' }],
  ])('is refused where %s would lead astray', (field, input) => {
    const parsed = z.safeParse(mailContract.operations.send.input as z.ZodType, input);
    expect(parsed.error?.issues[0]?.path[0]).toBe(field);
  });
});
