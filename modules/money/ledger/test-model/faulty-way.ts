import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import type { Database } from '@tpmall/platform/db';
import type { Dice } from './history/draw.ts';

/** What goes over a connection is cut off after so many more bytes in one direction, and so the other. */
export interface Cut {
  readonly towards: 'postgres' | 'writer';
  readonly afterBytes: number;
}

/** A way to Postgres on which connections break where a test wants it. */
export interface FaultyWay {
  /** The connection string through it. */
  readonly url: string;
  /** Connections cut so far. */
  readonly cuts: number;
  /** Cuts the next connection over which so much has gone from now on; undefined takes an order back. */
  order(cut: Cut | undefined): void;
  /** From now on nothing arrives, in neither direction. */
  block(): void;
  close(): Promise<void>;
}

/** The first byte of the message with which a client takes its leave. */
const TERMINATE = 'X'.charCodeAt(0);

/**
 * Opens a way to the server of a connection string, for as long as a test needs it.
 *
 * @param goodbyeMs how much later the server hears that the writer takes its leave
 */
export async function openFaultyWay(url: string, goodbyeMs = 0): Promise<FaultyWay> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let ordered: Cut | undefined;
  let left = 0;
  let cuts = 0;
  let blocked = false;

  const join = (from: Socket, to: Socket, towards: Cut['towards']): void => {
    sockets.add(from);
    // Each side hears of the other's end, whichever way it ended.
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('end', () => setTimeout(() => to.end(), goodbyeMs));
    from.on('data', (bytes) => {
      if (blocked) return;
      if (goodbyeMs > 0 && bytes[0] === TERMINATE) {
        setTimeout(() => to.write(bytes), goodbyeMs);
        return;
      }
      if (ordered?.towards !== towards || bytes.length < left) {
        if (ordered?.towards === towards) left -= bytes.length;
        to.write(bytes);
        return;
      }
      to.write(bytes.subarray(0, left), () => to.destroy());
      from.destroy();
      ordered = undefined;
      cuts += 1;
    });
  };
  const server = createServer({ allowHalfOpen: true }, (writer) => {
    const postgres = connect({ host: target.hostname, port: Number(target.port), allowHalfOpen: true });
    join(writer, postgres, 'postgres');
    join(postgres, writer, 'writer');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    get cuts() {
      return cuts;
    },
    order(cut) {
      ordered = cut;
      left = cut?.afterBytes ?? 0;
    },
    block() {
      blocked = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** A database whose log is written over `way`, and which now and then takes a while to answer. */
export function slowDatabase(db: Database, way: FaultyWay, dice: Dice): Database {
  const dawdle = async (): Promise<void> => {
    if (dice.percent(60)) return;
    const turns = dice.below(40);
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    url: way.url,
    async run(statement, values) {
      await dawdle();
      const rows = await db.run(statement, values);
      await dawdle();
      return rows as never;
    },
    async transaction(work) {
      await dawdle();
      const value = await db.transaction(work);
      await dawdle();
      return value;
    },
    close: () => db.close(),
  };
}
