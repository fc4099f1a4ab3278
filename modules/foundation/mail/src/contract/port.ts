import { command, defineContract, query } from '@tpmall/platform/contract';
import { z } from 'zod';
import { emailAddress, type MailTemplate, mailLocale, mailMessage } from './messages.ts';

/**
 * `queued`: it will be tried (again); `sent`: the mail host has taken it; `refused`: it will never take it;
 * `expired`: it was of no use any more before a mail host took it.
 */
export type MailState = 'queued' | 'sent' | 'refused' | 'expired';

/** A mail as it may be shown: never what it says. */
export interface MailRecord {
  /** `mail_…` */
  readonly id: string;
  readonly tenant: string;
  readonly to: string;
  readonly template: MailTemplate;
  readonly state: MailState;
  readonly attempts: number;
  /** What the mail host said at last, where it did not take it; null otherwise. */
  readonly problem: string | null;
  readonly createdAt: number;
  readonly sentAt: number | null;
}

/** Mails to people. */
export const mailContract = defineContract({
  module: 'mail',
  version: 1,
  operations: {
    /**
     * Takes a mail and sends it soon: at least once, and once where the mail host heeds the Message-ID. A
     * repetition answers the same mail and sends nothing more.
     */
    send: command<MailRecord>()({
      input: z.strictObject({
        to: emailAddress,
        locale: mailLocale,
        message: mailMessage,
        /** After this instant it is not sent any more; a day from now where nothing is said. */
        expiresAt: z.number().int().optional(),
      }),
      codes: ['idempotency_mismatch'],
      callers: ['identity', 'payments', 'wallet', 'mall', 'checkout', 'operator'],
    }),
    findMail: query<MailRecord>()({
      input: z.strictObject({ id: z.string().min(1).max(64) }),
      codes: ['not_found'],
      callers: ['operator', 'gateway'],
    }),
  },
});
