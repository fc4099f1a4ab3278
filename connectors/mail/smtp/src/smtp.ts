import { Redacted } from '@tpmall/kernel';
import type { Delivery, MailDriver, MailProvider, OutgoingMail } from '@tpmall/mail/contract';
import { createTransport } from 'nodemailer';
import { z } from 'zod';

/** Connections to the host at a time. */
const CONNECTIONS_MAX = 2;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const settings = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535),
    /** `implicit`: TLS from the first byte; `starttls`: refused without; `none`: on loopback only. */
    tls: z.enum(['implicit', 'starttls', 'none']),
    user: z.string().min(1).max(200).optional(),
    password: z
      .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
      .optional(),
    /** How long the host may be silent at any step. */
    timeoutMs: z.number().int().min(1).max(60_000).default(20_000),
  })
  .refine(({ host, tls }) => tls !== 'none' || LOOPBACK.has(host), {
    path: ['tls'],
    error: 'may be none on loopback only: mails carry codes',
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    error: 'user and password go together',
  });

/** Settings of a mail host, parsed. */
export type SmtpSettings = z.output<typeof settings>;

/** SMTP as a way to a mail host. */
export const smtp: MailDriver<SmtpSettings> = { settings, connect };

function connect({ host, port, tls, user, password, timeoutMs }: SmtpSettings): MailProvider {
  const transport = createTransport({
    ...{ host, port, pool: true, maxConnections: CONNECTIONS_MAX },
    ...{ secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
    ...(user !== undefined && password && { auth: { user, pass: password.reveal() } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // Nothing of a mail may make this process read a file or call an address.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return {
    async deliver(mail) {
      try {
        await transport.sendMail(messageOf(mail));
        return { state: 'accepted' };
      } catch (error) {
        return whatItMeans(error);
      }
    },
    close: () => transport.close(),
  };
}

/**
 * The message. Addresses are in their normal form, which has no line ends; the subject is folded and encoded
 * by the library, so that no text of ours can begin a header.
 */
function messageOf(mail: OutgoingMail): Parameters<ReturnType<typeof createTransport>['sendMail']>[0] {
  const domain = mail.from.address.slice(mail.from.address.lastIndexOf('@') + 1);
  return {
    from: mail.from,
    to: { name: '', address: mail.to },
    envelope: { from: mail.from.address, to: [mail.to] },
    messageId: `<${mail.id}@${domain}>`,
    date: new Date(mail.at / 1000),
    subject: mail.subject,
    text: mail.text.reveal(),
    html: mail.html.reveal(),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': mail.locale === 'zh' ? 'zh-CN' : 'en',
    },
  };
}

/** What the library throws for a reply or for a network; its message is the host's, and none of the mail. */
interface SmtpFailure {
  readonly code?: string;
  readonly responseCode?: number;
  readonly message: string;
}

function whatItMeans(error: unknown): Delivery {
  const {
    code,
    responseCode = 0,
    message,
  }: SmtpFailure = error instanceof Error ? error : new Error(String(error));
  // A log-in that fails says nothing about the mail: somebody mends the settings, and it goes out.
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const refused = isAboutMail && responseCode >= 500 && responseCode < 600;
  return { state: refused ? 'refused' : 'deferred', reason: `${code ?? 'ESMTP'}: ${message}` };
}
