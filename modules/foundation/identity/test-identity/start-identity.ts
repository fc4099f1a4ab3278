import {
  createIds,
  err,
  manualClock,
  ok,
  type Redacted,
  redacted,
  systemClock,
  systemRandom,
} from '@tpmall/kernel';
import { mailContract } from '@tpmall/mail/contract';
import { type CallContext, createCallee, type Implementation, localPort } from '@tpmall/platform/contract';
import { type Database, sql } from '@tpmall/platform/db';
import type { Job } from '@tpmall/platform/module';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
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
  perAddressAndNetworkDaily: 10_000,
  perAddressAndNetwork: GENEROUS,
  perIp: GENEROUS,
  perInstance: GENEROUS,
  guestsPerIp: GENEROUS,
};

/** A mail as it was asked for. */
interface OutgoingMail {
  readonly to: string;
  readonly locale: string;
  readonly text: Redacted<string>;
}

/** Identity, and behind it a mail module that keeps what it is asked to send, once for a command. */
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
  const database = await testDatabase({ modules: [identity] });
  return start({ database, clock, mails: [], commands: 0 }, settings);
}

function mailPort(mails: OutgoingMail[], clock: Shared['clock']) {
  const seen = new Set<string>();
  const implementation: Implementation<typeof mailContract> = {
    send: async ({ commandId, tenant }, { to, locale, message }) => {
      const { template } = message;
      if (template !== 'sign_in_code') throw new Error(`identity does not send ${template}`);
      if (!seen.has(commandId)) mails.push({ to, locale, text: redacted(message.values.code) });
      seen.add(commandId);
      const none = { attempts: 0, problem: null, sentAt: null };
      return ok({ id: commandId, tenant, to, template, state: 'queued', createdAt: clock.now(), ...none });
    },
    findMail: async () => err('not_found', 'not in this test'),
  };
  return localPort(mailContract, createCallee(mailContract, implementation, clock), 'identity');
}

async function start(shared: Shared, settings: object): Promise<IdentityUnderTest> {
  const { database, clock, mails } = shared;
  const queue: { readonly name: string; readonly payload: object }[] = [];
  const ground = (module: string) => ({
    ...{ clock, random: systemRandom, ids: createIds(clock, systemRandom), log: silentLog },
    metrics: createMetrics({ processMetrics: false }),
    db: database.db(module),
    // A job of a transaction that is undone would run here all the same; what it finds makes it do nothing.
    jobs: {
      enqueue: async (_tx: unknown, name: string, payload: object) => void queue.push({ name, payload }),
    },
  });
  const running = await identity.create({
    ...ground('identity'),
    config: identityConfig.parse({ ...SECRETS, ...settings }),
    ports: { mail: mailPort(mails, clock) },
  });
  const jobs = running.jobs ?? [];
  return {
    ...{ database, clock, mails, implementation: running.implementation, jobs },
    again: (other = settings) => start(shared, other),
    async work() {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { name, payload } = next;
        const job = jobs.find((one) => one.name === name);
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
