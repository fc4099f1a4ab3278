import { createIds, manualClock, redacted, systemClock, systemRandom } from '@tpmall/kernel';
import { mail } from '@tpmall/mail';
import { type Delivery, mailContract, type OutgoingMail } from '@tpmall/mail/contract';
import { type CallContext, createCallee, type Implementation, localPort } from '@tpmall/platform/contract';
import { type Database, sql } from '@tpmall/platform/db';
import type { Job } from '@tpmall/platform/module';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { z } from 'zod';
import { identityConfig } from '../src/config.ts';
import type { identityContract } from '../src/contract/index.ts';
import { identity } from '../src/module.ts';

/** Secrets of the tests, long enough. */
export const SECRETS = {
  replaySecret: redacted('a secret of the test, long enough for it'),
  signInSecret: redacted('another secret of the test, long enough too'),
};

/** Limits that no test meets by accident. */
const GENEROUS = { perSecond: 10_000, burst: 100_000 };
export const UNLIMITED = {
  perAddressDaily: 10_000,
  perAddress: GENEROUS,
  perIp: GENEROUS,
  perInstance: GENEROUS,
  guestsPerIp: GENEROUS,
};

/** Identity with the mail module behind it, and a mail host that keeps what it gets. */
export interface IdentityUnderTest {
  readonly database: TestDatabase;
  readonly clock: ReturnType<typeof manualClock>;
  readonly mails: readonly OutgoingMail[];
  readonly implementation: Implementation<typeof identityContract>;
  readonly jobs: readonly Job[];
  /** The same identity in another process: other caches, the same rows. */
  again(settings?: object): Promise<IdentityUnderTest>;
  /** Runs the jobs that were enqueued, and those that they enqueue. */
  work(): Promise<void>;
  /** The code of the newest mail to an address. */
  codeFor(address: string): string | undefined;
  context(commandId?: string, actor?: string): CallContext;
  close(): Promise<void>;
}

interface Shared {
  readonly database: TestDatabase;
  readonly clock: ReturnType<typeof manualClock>;
  readonly mails: OutgoingMail[];
  commands: number;
}

/** Starts identity on a database of its own. */
export async function startIdentity(settings: object = { signIn: UNLIMITED }): Promise<IdentityUnderTest> {
  const clock = manualClock(systemClock.now());
  const database = await testDatabase({ modules: [mail(hostFor([])), identity] });
  return start({ database, clock, mails: [], commands: 0 }, settings);
}

function hostFor(mails: OutgoingMail[]) {
  const deliver = async (sent: OutgoingMail): Promise<Delivery> => {
    mails.push(sent);
    return { state: 'accepted' };
  };
  return { settings: z.strictObject({}), connect: () => ({ deliver, close: () => undefined }) };
}

async function start(shared: Shared, settings: object): Promise<IdentityUnderTest> {
  const { database, clock, mails } = shared;
  const queue: { readonly module: string; readonly name: string; readonly payload: object }[] = [];
  const ground = (module: string) => ({
    ...{ clock, random: systemRandom, ids: createIds(clock, systemRandom), log: silentLog },
    metrics: createMetrics({ processMetrics: false }),
    db: database.db(module),
    // A job of a transaction that is undone would run here all the same; what it finds makes it do nothing.
    jobs: {
      enqueue: async (_tx: unknown, name: string, payload: object) =>
        void queue.push({ module, name, payload }),
    },
  });
  const mailModule = mail(hostFor(mails));
  const from = { name: 'TPMall', address: 'no-reply@mall.example' };
  const sealingSecret = redacted('the third secret of the test, long enough');
  const post = await mailModule.create({
    ...ground('mail'),
    config: { sealingSecret, from, host: {}, retryEverySeconds: 5 },
    ports: {},
  });
  const port = localPort(mailContract, createCallee(mailContract, post.implementation, clock), 'identity');
  const running = await identity.create({
    ...ground('identity'),
    config: identityConfig.parse({ ...SECRETS, ...settings }),
    ports: { mail: port },
  });
  const jobs = { mail: post.jobs ?? [], identity: running.jobs ?? [] };
  return {
    ...{ database, clock, mails, implementation: running.implementation, jobs: jobs.identity },
    again: (other = settings) => start(shared, other),
    async work() {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { module, name, payload } = next;
        const job = (module === 'mail' ? jobs.mail : jobs.identity).find((one) => one.name === name);
        if (!job) throw new Error(`no job ${name}`);
        await job.run(payload);
      }
    },
    codeFor: (address) => {
      const newest = mails.findLast(({ to }) => to === address);
      return newest && /^\d{6}$/m.exec(newest.text.reveal())?.[0];
    },
    context: (commandId = `cmd_${(shared.commands += 1)}`, actor = 'operator:test') => ({
      ...{ caller: 'web', actor, tenant: 'acct_one', commandId },
      ...{ deadlineAt: Number.MAX_SAFE_INTEGER, traceparent: '' },
    }),
    close: () => database.close(),
  };
}

const everything = sql(
  'test.everything',
  `SELECT concat_ws(E'\\n',
  (SELECT json_agg(t) FROM identity.person t), (SELECT json_agg(t) FROM identity.membership t),
  (SELECT json_agg(t) FROM identity.challenge t), (SELECT json_agg(t) FROM identity.sign_in_allowance t),
  (SELECT json_agg(t) FROM identity.session t), (SELECT json_agg(t) FROM identity.command t),
  (SELECT json_agg(t) FROM identity.outbox t)) AS text`,
);

/** Everything that stands in the tables of people, sign-ins and sessions, as text. */
export async function everythingStored(db: Database): Promise<string> {
  return (await db.run<{ readonly text: string }>(everything)).rows[0]?.text ?? '';
}
