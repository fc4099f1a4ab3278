import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePorts } from '@tpmall/platform/testing';

/** A way to a database that can be cut like that to a server which is killed: without a word of goodbye. */
export interface Cuttable {
  /** The database's address by this way. */
  urlOf(url: string): string;
  /** Cuts every connection, as when the server's processes are killed. */
  cut(): void;
  /** From now on nobody listens, whoever comes is told that the server is starting, or all is well again. */
  become(state: 'gone' | 'starting' | 'there'): Promise<void>;
  close(): Promise<void>;
}

/** What a server says while it recovers: an ErrorResponse of severity FATAL. */
const STARTING = errorResponse('57P03', 'the database system is starting up');

function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from('E....');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** Opens such a way to the server of a database. */
export async function cuttable(databaseUrl: string): Promise<Cuttable> {
  const { hostname, port } = new URL(databaseUrl);
  const open = new Set<Socket>();
  let isStarting = false;
  const server = createServer((near) => {
    if (isStarting) {
      near.once('data', () => near.end(STARTING)).on('error', () => near.destroy());
      return;
    }
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      open.add(one);
      // What broke is closed, and that is all there is to know of it.
      one.on('error', () => one.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  // One that no connection takes while nobody listens.
  const at = await freePorts();
  const listen = async (): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen();
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    urlOf: (url) => {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(at);
      return changed.href;
    },
    cut,
    become: async (state) => {
      isStarting = state === 'starting';
      if (state === 'gone') return shut();
      if (!server.listening) await listen();
      if (isStarting) cut();
    },
    close: shut,
  };
}
