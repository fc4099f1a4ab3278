import { request } from 'node:http';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createInbox, MAILS_MAX } from './inbox.ts';
import { spawnMailbox } from './process.ts';
import { type Mailbox, startMailbox } from './start.ts';

let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await startMailbox();
});
afterAll(() => mailbox.close());
beforeEach(() => mailbox.inbox.clear());

/** Speaks SMTP by hand, a line after each reply; answers the replies. */
function speak(port: number, lines: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const replies: string[] = [];
    const socket = createConnection({ host: '127.0.0.1', port });
    let next = 0;
    let text = '';
    socket.on('error', reject);
    socket.on('close', () => resolve(replies));
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
      // The last line of a reply has a space after its code (RFC 5321, 4.2.1).
      if (!/^\d{3} .*\r\n$/m.test(text.slice(text.lastIndexOf('\n', text.length - 2) + 1))) return;
      replies.push(text.trim());
      text = '';
      const line = lines[next];
      next += 1;
      if (line === undefined) socket.end();
      else socket.write(`${line}\r\n`);
    });
  });
}

const envelope = ['EHLO test', 'MAIL FROM:<a@b.example>', 'RCPT TO:<Lin@Shopper.example>', 'DATA'];
const headers = 'From: A <a@b.example>\r\nTo: lin@shopper.example\r\nSubject: <b>hi</b> & bye';
const send = (body: string, port = mailbox.smtpPort) =>
  speak(port, [...envelope, `${headers}\r\n\r\n${body}\r\n.`, 'QUIT']);
const get = (path: string, init: RequestInit = {}) => fetch(mailbox.url + path, init);

it('takes a mail by SMTP and shows it, as a page and as JSON', async () => {
  const replies = await send('..one dot\r\n<script>alert(1)</script>');
  expect(replies.map((reply) => reply.slice(0, 3))).toEqual([
    '220',
    '250',
    '250',
    '250',
    '354',
    '250',
    '221',
  ]);
  const { mails } = (await (await get('/api/mails?to=LIN@shopper.example')).json()) as {
    mails: { id: number }[];
  };
  expect(mails).toMatchObject([
    {
      recipients: ['lin@shopper.example'],
      subject: '<b>hi</b> & bye',
      text: '.one dot\n<script>alert(1)</script>\n',
    },
  ]);
  const list = await (await get('/')).text();
  expect(list).toContain('&#60;b&#62;hi&#60;/b&#62; &#38; bye');
  const page = await get(`/mails/${mails[0]?.id}`, { headers: { 'accept-language': 'zh-CN' } });
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toContain('<html lang="zh-CN">');
  expect(text).not.toContain('<script>');
  expect(await (await get('/?to=nobody@x.example')).text()).not.toContain('/mails/');
  expect((await get('/mails/999')).status).toBe(404);
});

it('shows a mail’s own HTML in a frame that may do nothing', async () => {
  const html = '<script>alert(1)</script><p>hello</p>';
  await speak(mailbox.smtpPort, [
    ...envelope,
    `${headers}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n.`,
    'QUIT',
  ]);
  const [mail] = mailbox.inbox.list();
  const page = await (await get(`/mails/${mail?.id}`)).text();
  expect(page).toContain(`<iframe sandbox `);
  const frame = await get(`/mails/${mail?.id}/html`);
  expect(frame.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox$/);
});

it('is asked for again by itself only where its reader wants it', async () => {
  expect((await get('/')).headers.get('refresh')).toBeNull();
  const live = await get('/?live=1');
  expect(live.headers.get('refresh')).toBe('3');
  expect(await live.text()).toContain('Stop updating');
});

it('does wrong what it is told to, and refuses an order that it does not know', async () => {
  const order = (body: object) =>
    get('/api/faults', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await order({ fault: 'refuse' })).status).toBe(204);
  expect((await order({ fault: 'defer' })).status).toBe(204);
  expect((await order({ fault: 'drop' })).status).toBe(204);
  const last = async () => (await send('x')).slice(5, 6).join().slice(0, 3);
  expect([await last(), await last(), await last(), await last()]).toEqual(['550', '451', '', '250']);
  expect(mailbox.inbox.list()).toHaveLength(2);
  expect(await (await order({ fault: 'explode' })).json()).toMatchObject({ field: 'fault' });
  expect(await (await order({ fault: 'drop', times: 0 })).json()).toMatchObject({ field: 'times' });
  expect((await get('/api/mails', { method: 'DELETE' })).status).toBe(204);
  expect(mailbox.inbox.list()).toHaveLength(0);
});

it('is read under a name of this machine only', async () => {
  const ask = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(mailbox.url);
      request({ host: '127.0.0.1', port, path: '/api/mails', headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
  const ours = ['localhost', `localhost:${mailbox.httpPort}`, '127.0.0.1:1', '[::1]:1'];
  expect(await Promise.all(ours.map(ask))).toEqual([200, 200, 200, 200]);
  // A name of the network that was made to lead here (DNS rebinding).
  const others = ['evil.example', `localhost.evil.example:${mailbox.httpPort}`, '127.0.0.1.evil.example'];
  expect(await Promise.all(others.map(ask))).toEqual([421, 421, 421]);
});

it('refuses a mail that is too large, and keeps a thousand', async () => {
  const replies = await send('x'.repeat(70).concat('\r\n').repeat(4_000));
  expect(replies[5]).toMatch(/^552/);
  expect(mailbox.inbox.list()).toHaveLength(0);
  const inbox = createInbox({ now: () => 0 });
  const mail = {
    recipients: [],
    from: '',
    to: '',
    subject: '',
    messageId: '',
    text: '',
    html: '',
    headers: [],
  };
  for (let i = 0; i < MAILS_MAX + 5; i += 1) inbox.add(mail);
  expect(inbox.list()).toHaveLength(MAILS_MAX);
  expect(inbox.find(5)).toBeUndefined();
});

it('runs as a process of its own', async () => {
  const process = await spawnMailbox({ smtpPort: 0, httpPort: 0 });
  expect(await (await fetch(`${process.url}/health`)).json()).toEqual({ status: 'ok' });
  await process.stop();
  await expect(fetch(`${process.url}/health`)).rejects.toThrow();
});
