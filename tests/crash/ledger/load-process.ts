import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { seededRandom } from '@tpmall/kernel';
import { createRequests, loadAccounts } from './requests.ts';
import { type Answer, byLine, decode, encode } from './wire.ts';

/**
 * The client: `load-process.ts FILE SEED`. Sends calls from several lanes to whichever writer leads, repeats
 * each until it has an answer, and writes the answer to its own log, flushed to disk, before it goes on.
 * Reads orders from its standard input: `{ports}` says where writers are, `{stop}` lets each lane finish its
 * call and end.
 */
const [file = '', seed = '1'] = process.argv.slice(2);
const LANES = 8;
const PAUSE_MS = 24;
/** How long an answer is waited for before the call is repeated elsewhere. */
const PATIENCE_MS = 1_500;
const flush = promisify(fdatasync);

interface Line {
  readonly port: number;
  readonly socket: Socket;
  readonly waiting: Map<number, (answer: Answer | undefined) => void>;
}

let ports: readonly number[] = [];
let stopping = false;
let number = 0;
let acknowledged = 0;
let preferred = 0;
const lines = new Map<number, Line>();
const log = openSync(file, 'a');

process.stdin.on(
  'data',
  byLine((text) => {
    const order = decode<{ ports?: readonly number[]; stop?: boolean }>(text);
    if (order.ports) ports = order.ports;
    if (order.stop === true) stopping = true;
  }),
);
process.stdin.on('end', () => process.exit(1));
setInterval(() => process.stdout.write(`${acknowledged}\n`), 20).unref();

await answered({ ask: 'accounts', accounts: loadAccounts });
await Promise.all(Array.from({ length: LANES }, (_, index) => runLane(index + 1)));
closeSync(log);
process.stdout.write(`${acknowledged}\ndone\n`, () => process.exit(0));

async function runLane(lane: number): Promise<void> {
  const random = seededRandom(Number(seed) * 100 + lane);
  const requests = createRequests(random, lane);
  while (!stopping) {
    const transfers = requests.next();
    const { results = [] } = await answered({ ask: 'transfers', transfers });
    writeSync(log, `${encode({ transfers, results })}\n`);
    await flush(log);
    requests.acknowledged({ transfers, results });
    acknowledged += 1;
    await sleep(random.below(PAUSE_MS));
  }
}

/** Repeats a call, with the same ids, until a writer answers it item by item. */
async function answered(call: { ask: 'accounts' | 'transfers'; [field: string]: unknown }): Promise<Answer> {
  for (;;) {
    const port = ports[preferred % Math.max(ports.length, 1)];
    const answer = port === undefined ? undefined : await ask(port, call);
    if (answer?.results) return answer;
    if (port === ports[preferred % Math.max(ports.length, 1)]) preferred += 1;
    await sleep(15);
  }
}

function ask(port: number, call: object): Promise<Answer | undefined> {
  const line = lines.get(port) ?? open(port);
  number += 1;
  const n = number;
  return new Promise((resolve) => {
    const settle = (answer: Answer | undefined): void => {
      clearTimeout(timer);
      line.waiting.delete(n);
      resolve(answer);
    };
    const timer = setTimeout(() => settle(undefined), PATIENCE_MS);
    line.waiting.set(n, settle);
    line.socket.write(`${encode({ n, ...call })}\n`);
  });
}

function open(port: number): Line {
  const socket = connect(port, '127.0.0.1');
  const line: Line = { port, socket, waiting: new Map() };
  lines.set(port, line);
  socket.on(
    'data',
    byLine((text) => {
      const answer = decode<Answer>(text);
      line.waiting.get(answer.n)?.(answer);
    }),
  );
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    lines.delete(port);
    for (const settle of [...line.waiting.values()]) settle(undefined);
  });
  return line;
}
