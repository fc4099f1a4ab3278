import { createServer, type Server } from 'node:net';
import { redacted, systemClock } from '@tpmall/kernel';
import type { OutgoingMail } from '@tpmall/mail/contract';
import { type Mailbox, startMailbox } from '@tpmall/simulator-mailbox';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { smtp } from './smtp.ts';

/** Longer than a loaded machine takes; and of what is waited for in vain. */
const PATIENCE_MS = 10_000;
const SILENCE_MS = 300;
/** All that a mail of ours may begin with. */
const OUR_HEADERS = [
  ...['Auto-Submitted', 'Content-Language', 'Content-Transfer-Encoding', 'Content-Type', 'Date', 'From'],
  ...['MIME-Version', 'Message-ID', 'Subject', 'To'],
];
let mailbox: Mailbox;
let sent = 0;

beforeAll(async () => {
  mailbox = await startMailbox();
});
afterAll(() => mailbox.close());
beforeEach(() => mailbox.inbox.clear());

function mail(change: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    ...{ id: `mail_${(sent += 1)}`, from: { name: 'TPMall', address: 'no-reply@mall.example' } },
    ...{ to: 'lin@shopper.example', locale: 'zh', at: systemClock.now(), subject: '您的登录验证码' },
    ...{ text: redacted('验证码：123456\n'), html: redacted('<p>验证码：<b>123456</b></p>') },
    ...change,
  };
}

async function deliver(outgoing: OutgoingMail, port = mailbox.smtpPort, timeoutMs = PATIENCE_MS) {
  const settings = smtp.settings.parse({ host: '127.0.0.1', port, tls: 'none', timeoutMs });
  const provider = smtp.connect(settings);
  try {
    return await provider.deliver(outgoing);
  } finally {
    provider.close();
  }
}

it('hands a mail over as it is, in both forms, under its own id', async () => {
  const outgoing = mail();
  expect(await deliver(outgoing)).toEqual({ state: 'accepted' });
  const [received] = mailbox.inbox.list();
  expect(received).toMatchObject({
    recipients: ['lin@shopper.example'],
    from: 'no-reply@mall.example',
    subject: '您的登录验证码',
    messageId: `<${outgoing.id}@mall.example>`,
    text: '验证码：123456\n',
  });
  expect(received?.html).toContain('<b>123456</b>');
  const headers = received?.headers.join('\n');
  expect(headers).toContain('Auto-Submitted: auto-generated');
  expect(headers).toContain('Content-Language: zh-CN');
});

it('says what became of it: refused for good, not now, or not known', async () => {
  mailbox.inbox.order('refuse', 1);
  expect(await deliver(mail())).toMatchObject({ state: 'refused', reason: expect.stringContaining('550') });
  mailbox.inbox.order('defer', 1);
  expect(await deliver(mail())).toMatchObject({ state: 'deferred', reason: expect.stringContaining('451') });
  expect(mailbox.inbox.list()).toHaveLength(0);
  mailbox.inbox.order('drop', 1);
  expect(await deliver(mail())).toMatchObject({ state: 'deferred' });
  expect(mailbox.inbox.list()).toHaveLength(1);
});

it('waits for no host longer than it was told', async () => {
  const silent = createServer();
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
  expect(await deliver(mail(), portOf(silent), SILENCE_MS)).toMatchObject({ state: 'deferred' });
  const port = portOf(silent);
  await new Promise((closed) => silent.close(closed));
  expect(await deliver(mail(), port, SILENCE_MS)).toMatchObject({ state: 'deferred' });
});

it('lets no text begin a header or another mail, whatever it says', async () => {
  const nasty = fc.array(
    fc.constantFrom('\r', '\n', '\r\n', '.', 'Bcc: eve@evil.example', ': ', '<x>', '\0', 'é', '汉', 'a', ' '),
    { minLength: 1, maxLength: 12 },
  );
  const text = fc.oneof(
    nasty.map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(text, text, text, async (subject, body, name) => {
      const from = { name, address: 'no-reply@mall.example' };
      const nastyMail = mail({ subject, from, text: redacted(body), html: redacted(`<p>${body}</p>`) });
      for (const header of await namesOf(nastyMail)) expect(OUR_HEADERS).toContain(header);
      expect(mailbox.inbox.list()).toHaveLength(1);
      expect(mailbox.inbox.list()[0]?.recipients).toEqual(['lin@shopper.example']);
    }),
    { numRuns: Number(process.env['TPMALL_SMTP_RUNS'] ?? 60) },
  );
});

it.each([
  [{ host: 'mail.example', port: 25, tls: 'none' }, 'tls'],
  [{ host: 'mail.example', port: 587, tls: 'starttls', user: 'u' }, 'password'],
  [{ host: 'mail.example', port: 0, tls: 'implicit' }, 'port'],
  [{ host: 'mail.example', port: 465, tls: 'implicit', extra: 1 }, 'extra'],
])('refuses settings that would send codes in the clear, or are no settings: %j', (settings, field) => {
  const parsed = smtp.settings.safeParse(settings);
  expect(JSON.stringify(parsed.error?.issues)).toContain(field);
});

it('refuses a host that offers no TLS where TLS is asked for', async () => {
  const settings = smtp.settings.parse({
    host: '127.0.0.1',
    port: mailbox.smtpPort,
    tls: 'starttls',
    timeoutMs: PATIENCE_MS,
  });
  const provider = smtp.connect(settings);
  const reason = expect.stringMatching(/STARTTLS/);
  expect(await provider.deliver(mail())).toMatchObject({ state: 'deferred', reason });
  provider.close();
  expect(mailbox.inbox.list()).toHaveLength(0);
});

/** Delivers a mail into an empty mailbox and answers the names of its headers. */
async function namesOf(outgoing: OutgoingMail): Promise<string[]> {
  mailbox.inbox.clear();
  expect(await deliver(outgoing)).toEqual({ state: 'accepted' });
  const names = mailbox.inbox.list()[0]?.headers.map((line) => line.slice(0, line.indexOf(':'))) ?? [];
  return [...new Set(names)].sort();
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
