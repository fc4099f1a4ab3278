import { createServer, type Server, type Socket } from 'node:net';
import {
  createDeframer,
  frame,
  type IsoMessage,
  MAX_STAN,
  pack,
  stanElement,
  unpack,
  writeGathered,
} from '@tpmall/connector-iso8583';
import { unwrap } from '@tpmall/kernel';
import type { Fault } from './faults.ts';
import type { Host } from './host.ts';

/** The host's TCP side. */
export interface HostServer {
  readonly server: Server;
  /** Sends a message to whoever has signed on last as a terminal; nothing where nobody has. */
  send(terminal: string, message: IsoMessage): void;
  /** Breaks every connection at once. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** Serves the host on a listening socket that the caller opens. */
export function createHostServer(options: {
  host: Host;
  /** Takes the answers to the host's own advices. */
  onAcknowledged: (answer: IsoMessage) => Promise<void>;
  onProblem: (problem: string) => void;
}): HostServer {
  const { onProblem } = options;
  const sockets = new Set<Socket>();
  const terminals = new Map<string, Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const deframer = createDeframer();
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', (error) => onProblem(error.message));
    socket.on('data', (bytes) => {
      const { messages, broken } = deframer.push(bytes);
      for (const message of messages) {
        answer(options, socket, message, terminals).catch((error: unknown) => {
          onProblem(String(error));
          socket.destroy();
        });
      }
      if (broken) socket.destroy();
    });
  });
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server,
    send(terminal, message) {
      const socket = terminals.get(terminal);
      if (socket?.writable) socket.write(frame(unwrap(pack(message))));
    },
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

async function answer(
  { host, onAcknowledged }: Pick<Parameters<typeof createHostServer>[0], 'host' | 'onAcknowledged'>,
  socket: Socket,
  bytes: Buffer,
  terminals: Map<string, Socket>,
): Promise<void> {
  const message = unpack(bytes);
  // A real host closes on a peer that does not speak its language.
  if (!message.ok) throw new Error(`malformed message: ${message.error.message}`);
  if (message.value.mti === '0430') return onAcknowledged(message.value);
  if (message.value.mti === '0800') terminals.set(message.value.fields[41] ?? '', socket);
  const { answer: reply, fault } = await host.handle(message.value);
  if (reply) deliver(socket, reply, fault);
}

function deliver(socket: Socket, reply: IsoMessage, fault: Fault | undefined): void {
  const bytes = frame(unwrap(pack(reply)));
  const write = (what: Buffer): void => {
    if (socket.writable) writeGathered(socket, what);
  };
  switch (fault?.kind) {
    case 'lose_answer':
    case 'lose_request':
      return;
    case 'delay':
      setTimeout(() => write(bytes), fault.milliseconds).unref();
      return;
    case 'duplicate':
      write(Buffer.concat([bytes, bytes]));
      return;
    case 'malformed':
      write(frame(Buffer.from('0110this is no message', 'latin1')));
      return;
    case 'cut':
      socket.end(bytes.subarray(0, Math.floor(bytes.length / 2)));
      return;
    case 'drop_connection':
      socket.destroy();
      return;
    case 'other_stan': {
      const stan = (Number(reply.fields[11] ?? '0') % MAX_STAN) + 1;
      write(frame(unwrap(pack({ ...reply, fields: { ...reply.fields, 11: stanElement(stan) } }))));
      return;
    }
    default:
      write(bytes);
  }
}
