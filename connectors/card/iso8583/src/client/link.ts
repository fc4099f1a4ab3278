import type { Socket } from 'node:net';
import { createDeframer, frame, writeGathered } from '../codec/index.ts';
import { type Dialled, dial, readCertificates, type TlsSettings } from './dial.ts';
import type { Timer, Timers } from './timers.ts';

/** A connection, over TLS where the settings say so, that is made again whenever it is gone. */
export interface Link {
  start(): void;
  stop(): Promise<void>;
  /** Writes a message; false where there is no connection, and then nothing was written. */
  write(message: Buffer): boolean;
  /** Closes the connection because the peer cannot be relied on; a new one is made after the pause. */
  drop(reason: string): void;
  /** The pause before the next attempt is short again: the peer has proved to be well. */
  healthy(): void;
}

/** What a link tells. */
export interface LinkEvents {
  connected(): void;
  message(bytes: Buffer): void;
  disconnected(reason: string): void;
}

/** Makes a link; the pause between attempts doubles from `firstMs` to `maxMs`. */
export function createLink(options: {
  host: string;
  port: number;
  tls?: TlsSettings | undefined;
  reconnectFirstMs: number;
  reconnectMaxMs: number;
  timers: Timers;
  events: LinkEvents;
}): Link {
  const { timers, events } = options;
  let socket: Socket | undefined;
  let connected = false;
  let stopped = true;
  let retry: Timer | undefined;
  let pauseMs = options.reconnectFirstMs;

  /** Counts the attempts: what an older one still has to say is of no interest. */
  let current = 0;

  const lose = (reason: string): void => {
    current += 1;
    const gone = socket;
    socket = undefined;
    connected = false;
    gone?.destroy();
    if (!stopped) {
      retry = timers.set(attempt, pauseMs);
      pauseMs = Math.min(pauseMs * 2, options.reconnectMaxMs);
    }
    events.disconnected(reason);
  };

  function attempt(): void {
    current += 1;
    const own = current;
    const { tls } = options;
    if (!tls) return open(dial(options, undefined), own);
    readCertificates(tls).then(
      (certificates) => {
        if (own === current) open(dial(options, { tls, certificates }), own);
      },
      (error: unknown) => {
        if (own === current) lose(error instanceof Error ? error.message : String(error));
      },
    );
  }

  function open({ socket: opened, ready }: Dialled, own: number): void {
    const deframer = createDeframer();
    socket = opened;
    let problem = 'the host closed the connection';
    opened.on(ready, () => {
      if (own !== current) return;
      connected = true;
      events.connected();
    });
    opened.on('data', (bytes) => {
      const { messages, broken } = deframer.push(bytes);
      for (const message of messages) if (own === current) events.message(message);
      if (broken && own === current) lose('a length header made no sense');
    });
    opened.on('error', (error) => {
      problem = error.message;
    });
    opened.on('close', () => {
      if (own === current) lose(problem);
    });
  }

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      pauseMs = options.reconnectFirstMs;
      attempt();
    },
    async stop() {
      stopped = true;
      if (retry) timers.clear(retry);
      const open = socket;
      const closed = open && new Promise<void>((resolve) => open.once('close', () => resolve()));
      lose('the link was stopped');
      await closed;
    },
    write(message) {
      if (!socket || !connected || !socket.writable) return false;
      writeGathered(socket, frame(message));
      return true;
    },
    drop(reason) {
      if (socket) lose(reason);
    },
    healthy() {
      pauseMs = options.reconnectFirstMs;
    },
  };
}
