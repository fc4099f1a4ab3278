import { connect, type Socket } from 'node:net';
import { createDeframer, frame, writeGathered } from '../codec/index.ts';
import type { Timer, Timers } from './timers.ts';

/** A TCP connection that is made again whenever it is gone. */
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

  const lose = (of: Socket, reason: string): void => {
    if (socket !== of) return;
    socket = undefined;
    connected = false;
    of.destroy();
    if (!stopped) {
      retry = timers.set(attempt, pauseMs);
      pauseMs = Math.min(pauseMs * 2, options.reconnectMaxMs);
    }
    events.disconnected(reason);
  };

  function attempt(): void {
    const deframer = createDeframer();
    const current = connect({ host: options.host, port: options.port, noDelay: true, keepAlive: true });
    socket = current;
    let problem = 'the host closed the connection';
    current.on('connect', () => {
      if (socket !== current) return;
      connected = true;
      events.connected();
    });
    current.on('data', (bytes) => {
      const { messages, broken } = deframer.push(bytes);
      for (const message of messages) if (socket === current) events.message(message);
      if (broken) lose(current, 'a length header made no sense');
    });
    current.on('error', (error) => {
      problem = error.message;
    });
    current.on('close', () => lose(current, problem));
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
      const current = socket;
      if (!current) return;
      const closed = new Promise<void>((resolve) => current.once('close', () => resolve()));
      lose(current, 'the link was stopped');
      await closed;
    },
    write(message) {
      if (!socket || !connected || !socket.writable) return false;
      writeGathered(socket, frame(message));
      return true;
    },
    drop(reason) {
      if (socket) lose(socket, reason);
    },
    healthy() {
      pauseMs = options.reconnectFirstMs;
    },
  };
}
