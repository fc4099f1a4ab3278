import { createServer, type Socket } from 'node:net';
import { SECOND, systemClock } from '@tpmall/kernel';
import { openDatabase } from '@tpmall/platform/db';
import type { Log } from '@tpmall/platform/telemetry';
import type { Batch } from '../../../modules/money/ledger/src/machine/index.ts';
import { verify } from '../../../modules/money/ledger/src/service/verify.ts';
import { createWriter, type LedgerWriter } from '../../../modules/money/ledger/src/writer/create-writer.ts';
import { type Answer, type Balances, byLine, decode, encode, type Question } from './wire.ts';

/**
 * One process with a ledger writer, to be killed: `writer-process.ts URL [hasty]`. Prints its port, ends with
 * its standard input. A hasty one acknowledges before the commit, as a writer must not; the checker has to
 * notice.
 */
const [url = '', manner] = process.argv.slice(2);
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const CONTEXT = { caller: 'operator', actor: 'system', tenant: 'test', commandId: 'test', traceparent: '' };
const DEADLINE = 10 * SECOND;
/** How long a hasty writer lets what it has acknowledged lie about: some of it does whenever it is killed. */
const HASTE_MS = 250;

const db = openDatabase({ url, name: 'ledger' });
const writer = createWriter({
  db,
  clock: systemClock,
  log: silent,
  // Little memory and frequent checkpoints, so that recovery meets all of its paths.
  limits: {
    queuedItemsMax: 20_000,
    knownTransfers: 300,
    flightItemsMax: 8_190,
    flightsMax: 2,
    checkpointEntries: 500,
  },
});
void writer.start();

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.on(
    'data',
    byLine((line) => {
      void respond(socket, decode<Question>(line));
    }),
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.stdout.write(`${address.port}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

async function respond(socket: Socket, question: Question): Promise<void> {
  const answer = manner === 'hasty' ? await hastily(writer, question) : await duly(writer, question);
  if (!socket.destroyed) socket.write(`${encode({ n: question.n, ...answer })}\n`);
}

async function duly(ledger: LedgerWriter, question: Question): Promise<Omit<Answer, 'n'>> {
  const { mode, epoch } = ledger.status();
  switch (question.ask) {
    case 'status':
      return { mode, epoch };
    case 'takeOver':
      await ledger.takeOver();
      return { mode: ledger.status().mode };
    case 'balances':
      return balances(ledger);
    case 'verify': {
      const deps = { db, writer: ledger, accountsMax: 1_000 };
      const done = await verify(deps, { ...CONTEXT, deadlineAt: systemClock.now() + DEADLINE });
      return done.ok ? { verification: done.value } : { code: done.error.code };
    }
    default: {
      const batch: Batch =
        question.ask === 'accounts'
          ? { kind: 'accounts', accounts: question.accounts, owner: 'operator' }
          : { kind: 'transfers', transfers: question.transfers };
      const done = await ledger.submit(batch, 'operator', systemClock.now() + DEADLINE);
      return done.ok ? { results: done.value.results } : { code: done.error.code };
    }
  }
}

async function balances(ledger: LedgerWriter): Promise<Omit<Answer, 'n'>> {
  const read = await ledger.read(systemClock.now() + DEADLINE, (state, position) => ({
    position,
    balances: [...state.accounts.values()].map(balancesOf),
  }));
  return read.ok ? read.value : { code: read.error.code };
}

function balancesOf({ id, debitsPending, debitsPosted, creditsPending, creditsPosted }: Balances): Balances {
  return { id, debitsPending, debitsPosted, creditsPending, creditsPosted };
}

async function hastily(ledger: LedgerWriter, question: Question): Promise<Omit<Answer, 'n'>> {
  if (question.ask !== 'transfers' || ledger.status().mode !== 'leading') return duly(ledger, question);
  setTimeout(() => void duly(ledger, question), HASTE_MS);
  return { results: question.transfers.map(() => ({ status: 'created', timestamp: 0n })) };
}
