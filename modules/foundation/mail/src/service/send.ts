import type { Clock } from '@tpmall/kernel';
import { assert, DAY, ok, type Random, type Result } from '@tpmall/kernel';
import { createCommands, objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { JobQueue } from '@tpmall/platform/module';
import type { TimeZone } from '@tpmall/platform/pages';
import type { MailRecord, mailContract } from '../contract/index.ts';
import { findMessage, insertMessage } from '../store/messages.ts';
import { writeMail } from '../templates/write-mail.ts';
import { type Sealer, sealMail } from './sealed-mail.ts';

/** A mail that nobody could take for so long is of no use any more. */
const LIFETIME = DAY;

const commands = createCommands('mail');

/** Writes a mail and puts it into the queue, once for one command. */
export async function send(
  environment: Sealer & {
    readonly db: Database;
    readonly clock: Clock;
    readonly random: Random;
    readonly jobs: JobQueue;
    readonly timeZone: TimeZone;
  },
  context: CallContext,
  input: InputOf<(typeof mailContract)['operations']['send']>,
): Promise<Result<MailRecord, 'idempotency_mismatch'>> {
  const { db, clock, jobs } = environment;
  const { tenant } = context;
  const { to, locale, message } = input;
  const { template } = message;
  // What a mail is filled with may be a secret of few bits, so not even its hash is kept.
  const claim = commands.claimFor(context, 'send', { to, locale, template }, clock.now());
  const stored = async (id: string): Promise<MailRecord> => {
    const record = await findMessage(db, tenant, id);
    assert(record, 'a mail that was taken is there');
    return record;
  };
  return commands.once<MailRecord, never>(db, claim, {
    work: async (tx) => {
      const id = objectId('mail', claim);
      const sealed = sealMail(environment, id, writeMail(locale, message, environment.timeZone));
      const expiresAt = input.expiresAt ?? claim.at + LIFETIME;
      await insertMessage(tx, { id, tenant, to, template, locale, sealed, createdAt: claim.at, expiresAt });
      await jobs.enqueue(tx, 'deliver', { id });
      const none = { attempts: 0, problem: null, sentAt: null };
      return ok({ id, tenant, to, template, state: 'queued', createdAt: claim.at, ...none });
    },
    repeat: async (accepted) => ok(await stored(objectId('mail', accepted))),
  });
}
