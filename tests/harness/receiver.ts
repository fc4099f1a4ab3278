import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

/** A post that a receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A merchant's server: keeps what it gets, and answers as it is told to. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Waits until it has got so many posts. */
  until(count: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

/** How a receiver answers. The body of the request has been read. */
export type Answering = (post: Received, response: ServerResponse, request: IncomingMessage) => void;

const thanks: Answering = (_post, response) => response.end('thanks');

/** Starts a receiver on a loopback port; without an answering it says 200. */
export async function startReceiver(answering: Answering = thanks): Promise<Receiver> {
  const received: Received[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const post = { path: request.url ?? '', headers: request.headers, body };
      received.push(post);
      answering(post, response, request);
      for (const wake of waiting.splice(0)) wake();
    });
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    async until(count) {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return received;
    },
    async close() {
      waiting = [];
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
