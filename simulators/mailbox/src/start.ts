import { type Clock, systemClock } from '@tpmall/kernel';
import Fastify from 'fastify';
import { createInbox, type Inbox } from './inbox.ts';
import { mailboxRoutes } from './routes.ts';
import { createSmtpHost } from './smtp.ts';

/** The largest body of the control API. */
const BODY_LIMIT_BYTES = 16 * 1024;

/** A running mailbox. */
export interface Mailbox {
  readonly smtpPort: number;
  readonly httpPort: number;
  /** The origin of its pages. */
  readonly url: string;
  readonly inbox: Inbox;
  close(): Promise<void>;
}

/** Starts the mail host and its pages, on loopback only. Ports 0 or absent: any free one. */
export async function startMailbox(
  options: {
    readonly smtpPort?: number;
    readonly httpPort?: number;
    readonly clock?: Clock;
    readonly onProblem?: (problem: string) => void;
  } = {},
): Promise<Mailbox> {
  const inbox = createInbox(options.clock ?? systemClock);
  const smtp = createSmtpHost(inbox, options.onProblem ?? (() => undefined));
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  await mailboxRoutes(app, inbox);
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject);
    smtp.listen(options.smtpPort ?? 0, '127.0.0.1', () => {
      smtp.server.off('error', reject);
      resolve();
    });
  });
  await app.listen({ host: 'localhost', port: options.httpPort ?? 0 });
  const smtpPort = portOf(smtp.server);
  const httpPort = portOf(app.server);
  return {
    ...{ smtpPort, httpPort, url: `http://localhost:${httpPort}`, inbox },
    async close() {
      await app.close();
      await new Promise<void>((closed) => smtp.close(() => closed()));
    },
  };
}

function portOf(server: { address(): string | { port: number } | null }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port');
  return address.port;
}
