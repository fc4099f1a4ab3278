import { createIds, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import { ledger } from '@tpmall/ledger';
import { accountId, ledgerContract } from '@tpmall/ledger/contract';
import { payments } from '@tpmall/payments';
import { createCallee, localPort, type Port } from '@tpmall/platform/contract';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { risk } from '@tpmall/risk';
import { type CardNetworkProcess, spawnCardNetwork } from '@tpmall/simulator-card-network';
import {
  type AcquiringUnderTest,
  modules as acquiringModules,
  advicesOf,
  contextOf,
  readBook,
  startAcquiring,
  terminalOf,
  until,
} from '../../../modules/money/acquiring/test-acquirer/start-acquiring.ts';
import { approved, declinedWith } from '../../harness/cards.ts';
import { createStage, type Stage, TENANT } from './world.ts';

const EURO = 978;
/** Longer than a loaded machine takes: what is lost here shall be lost by a test, not by the machine. */
const ANSWER_TIMEOUT_MS = 10_000;

/** What a test of the real world may want otherwise. */
interface RealSettings {
  readonly acquiring?: object;
  readonly answerTimeoutMs?: number;
}

/** A stage with the real acquiring and its card network. */
export interface RealWorld extends Stage {
  readonly network: CardNetworkProcess;
  readonly acquiring: AcquiringUnderTest;
}

/** The card of a payment method; any that has no card of its own is approved. */
function cardOf(paymentMethod: string): string {
  return `pm_${paymentMethod === 'pm_insufficient' ? declinedWith('51') : approved}`;
}

/**
 * Payments and risk between the real ledger and the real acquiring, which speaks to the card network in its
 * own process. Only payments' clock can be moved; the others go by the machine's.
 */
export async function createRealWorld(settings: RealSettings = {}): Promise<RealWorld> {
  const database = await testDatabase({ modules: [risk, payments, ledger, ...acquiringModules] });
  const network = await spawnCardNetwork();
  const acquiring = await startAcquiring(database, network, {
    config: { ...connector(network, database, settings), ...settings.acquiring },
  });
  const books = await startLedger(database);
  let ahead = 0;
  const clock: Stage['clock'] = {
    now: () => systemClock.now() + ahead,
    advance: (by) => {
      ahead += by;
    },
  };
  const ofThisDatabase = async () =>
    (await readBook(network)).authorisations.filter(({ terminal }) => terminal === terminalOf(database));
  const stage = createStage(database, clock, {
    acquiring: withCards(acquiring),
    ledger: books.port,
    books: async () => {
      // Captures and releases reach the host in acquiring's own time.
      await until(async () => (await advicesOf(acquiring.db)).every(({ state }) => state !== 'queued'));
      const sums = { held: 0n, captured: 0n, refunded: 0n };
      for (const { state, remaining, captured, captures, refunded } of await ofThisDatabase()) {
        const isOver = state !== 'approved' || captures.some(({ code, final }) => final && code === '00');
        if (!isOver) sums.held += BigInt(remaining) - BigInt(captured);
        sums.captured += BigInt(captured);
        sums.refunded += BigInt(refunded);
      }
      return { ...sums, ...(await receivable(books.port)) };
    },
    asked: async () => (await ofThisDatabase()).length,
    close: async () => {
      await acquiring.stop();
      await books.stop();
      await network.stop();
    },
  });
  return { ...stage, network, acquiring };
}

function connector(
  network: CardNetworkProcess,
  database: TestDatabase,
  { answerTimeoutMs = ANSWER_TIMEOUT_MS }: RealSettings,
): object {
  return {
    connectors: [
      {
        protocol: 'iso8583',
        name: 'host',
        host: '127.0.0.1',
        port: network.isoPort,
        acquirerId: '123456',
        terminalId: terminalOf(database),
        merchantId: 'TPMALL',
        answerTimeoutMs,
        reconnectFirstMs: 20,
      },
    ],
    captureTerms: [{ multicapture: true, incrementalAuthorisation: true, overcapturePercent: 15 }],
  };
}

function withCards({ port }: AcquiringUnderTest): AcquiringUnderTest['port'] {
  return {
    ...port,
    authorise: (context, input) =>
      port.authorise(context, { ...input, paymentMethod: cardOf(input.paymentMethod) }),
    authenticate: (context, input) =>
      port.authenticate(context, { ...input, paymentMethod: cardOf(input.paymentMethod) }),
  };
}

async function startLedger(database: TestDatabase) {
  const running = await ledger.create({
    config: ledger.config.parse({}),
    db: database.db('ledger'),
    ports: {},
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: { enqueue: async () => undefined },
  });
  await running.start?.();
  const callee = createCallee(ledgerContract, running.implementation, systemClock);
  const port = localPort(ledgerContract, callee, 'payments');
  return { port, stop: async () => running.stop?.() };
}

/** What the ledger says that the acquirer holds for us, and owes us. */
async function receivable(port: Port<typeof ledgerContract>) {
  const ids = [accountId('acquirer_receivable', TENANT, EURO)];
  const [account] = unwrap(await port.lookupAccounts(contextOf(), { ids }));
  return {
    ledgerHolds: account?.debitsPending ?? 0n,
    ledgerReceivable: account ? account.debitsPosted - account.creditsPosted : 0n,
  };
}
