import { createServer, type Server, type Socket } from 'node:net';
import {
  createDeframer,
  frame,
  type IsoMessage,
  MAX_STAN,
  stanElement,
  unpack,
  writeGathered,
} from '@tpmall/connector-iso8583';
import type { Fault } from './faults.ts';
import type { Host } from './host.ts';
import { createHostKeys, type HostKeys, type HostMac } from './host-keys.ts';

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
  /** Messages must carry an authentication code, by keys that are given under this one. */
  mac?: HostMac | undefined;
}): HostServer {
  const { onProblem } = options;
  const sockets = new Set<Socket>();
  const terminals = new Map<string, Peer>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const peer: Peer = { socket, keys: createHostKeys(options.mac) };
    const deframer = createDeframer();
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', (error) => onProblem(error.message));
    socket.on('data', (bytes) => {
      const { messages, broken } = deframer.push(bytes);
      for (const message of messages) {
        answer(options, peer, message, terminals).catch((error: unknown) => {
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
      const peer = terminals.get(terminal);
      if (peer?.socket.writable) peer.socket.write(frame(peer.keys.packOwn(message)));
    },
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

/** Whoever has connected. */
interface Peer {
  readonly socket: Socket;
  readonly keys: HostKeys;
}

async function answer(
  options: Pick<Parameters<typeof createHostServer>[0], 'host' | 'onAcknowledged' | 'onProblem'>,
  peer: Peer,
  bytes: Buffer,
  terminals: Map<string, Peer>,
): Promise<void> {
  const message = unpack(bytes);
  // A real host closes on a peer that does not speak its language.
  if (!message.ok) throw new Error(`malformed message: ${message.error.message}`);
  const question = message.value;
  // As if it had not come: nobody knows who says so.
  if (!peer.keys.accepts(bytes, question)) return options.onProblem(`a ${question.mti} without a right MAC`);
  if (question.mti === '0430') return options.onAcknowledged(question);
  if (question.mti === '0800') terminals.set(question.fields[41] ?? '', peer);
  const { answer: reply, fault } = await options.host.handle(question);
  if (reply) deliver(peer, question, peer.keys.complete(question, reply), fault);
}

function deliver(
  { socket, keys }: Peer,
  question: IsoMessage,
  reply: IsoMessage,
  fault: Fault | undefined,
): void {
  const packed = keys.packAnswer(question, reply);
  const bytes = frame(packed);
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
    case 'wrong_mac': {
      const last = bytes.length - 1;
      bytes.write(bytes.toString('latin1', last) === '0' ? '1' : '0', last, 'latin1');
      return write(bytes);
    }
    case 'other_stan': {
      const stan = (Number(reply.fields[11] ?? '0') % MAX_STAN) + 1;
      const other = { ...reply, fields: { ...reply.fields, 11: stanElement(stan) } };
      write(frame(keys.packAnswer(question, other)));
      return;
    }
    default:
      write(bytes);
  }
}
