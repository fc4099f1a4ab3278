import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Fault, Inbox, ReceivedMail } from './inbox.ts';

/** The largest mail that is taken. */
const SIZE_MAX = 256 * 1024;

const REPLIES: Readonly<Record<Exclude<Fault, 'drop'>, readonly [code: number, text: string]>> = {
  refuse: [550, 'no such mailbox here'],
  defer: [451, 'come again later'],
};

/** A mail host that takes everything for everybody, without log-in and without TLS: for loopback. */
export function createSmtpHost(inbox: Inbox, onProblem: (problem: string) => void): SMTPServer {
  const server = new SMTPServer({
    ...{ name: 'localhost', banner: 'mailbox simulator', size: SIZE_MAX, rejectOversized: true },
    ...{
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
    },
    onData(stream, session, done) {
      void answer(receive(stream, session, inbox), done, () => destroy(server, session));
    },
  });
  server.on('error', (error: Error) => onProblem(`SMTP: ${error.message}`));
  return server;
}

/** Tells the client what became of its mail, or breaks its line. */
async function answer(
  received: Promise<Error | null | 'drop'>,
  done: (error?: Error | null) => void,
  drop: () => void,
): Promise<void> {
  try {
    const reply = await received;
    if (reply === 'drop') drop();
    else done(reply);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Takes a mail in, or answers what goes wrong with it. */
async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  inbox: Inbox,
): Promise<Error | null | 'drop'> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  if (stream.sizeExceeded) return null;
  const fault = inbox.nextFault();
  if (fault === 'refuse' || fault === 'defer') {
    const [responseCode, text] = REPLIES[fault];
    return Object.assign(new Error(text), { responseCode });
  }
  inbox.add(await read(Buffer.concat(chunks), session));
  // Taken, and nobody is told: what a lost connection after the last line looks like.
  return fault === 'drop' ? 'drop' : null;
}

async function read(raw: Buffer, session: SMTPServerSession): Promise<Omit<ReceivedMail, 'id' | 'at'>> {
  const mail = await PostalMime.parse(raw);
  const header = (key: string): string => mail.headers.find((one) => one.key === key)?.value ?? '';
  return {
    recipients: session.envelope.rcptTo.map(({ address }) => address.toLowerCase()),
    from: mail.from?.address ?? header('from'),
    to: (mail.to ?? []).map(({ address = '' }) => address).join(', '),
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: mail.headerLines.map(({ line }) => line),
  };
}

function destroy(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) {
    if (connection.id === session.id) connection._socket.destroy();
  }
}
