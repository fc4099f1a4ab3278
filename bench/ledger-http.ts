import type { NewAccount, NewTransfer } from '@tpmall/ledger/contract';
import type { BenchLedger, TransfersAnswer } from './ledger-target.ts';
import { createSender, startServer } from './server.ts';

/** The most calls in flight of any level: each has a connection of its own. */
const CONNECTIONS_MAX = 1_024;
const MODULES = 'accounts,identity,audit,ledger,gateway';

/** A ledger behind the API of a server that runs in a process of its own. */
export async function startHttpLedger(): Promise<BenchLedger> {
  const { dev, cpu, stop } = await startServer(['--modules', MODULES]);
  const send = createSender(dev.apiUrl, dev.operatorKey, CONNECTIONS_MAX);
  const post = async (path: string, body: string): Promise<TransfersAnswer> => {
    const { results } = JSON.parse(await send(path, body)) as { results: WireResult[] };
    return {
      ok: true,
      value: { results: results.map(({ status, timestamp }) => ({ status, timestamp: BigInt(timestamp) })) },
    };
  };
  return {
    adminUrl: dev.databaseUrl,
    inProcess: false,
    createAccounts: async (accounts) => {
      await post('/v1/ledger/accounts', `{"accounts":[${accounts.map(accountText).join(',')}]}`);
    },
    createTransfers: (transfers) =>
      post('/v1/ledger/transfers', `{"transfers":[${transfers.map(transferText).join(',')}]}`),
    emptyRequest: async () => {
      await send('/healthz');
    },
    cpu: () => {
      const { server, postgres } = cpu();
      return { node: server, postgres };
    },
    close: stop,
  };
}

interface WireResult {
  readonly status: (TransfersAnswer & { ok: true })['value']['results'][number]['status'];
  readonly timestamp: string;
}

function accountText({ id, ledger, code }: NewAccount): string {
  return `{"id":"${id}","ledger":${ledger},"code":${code}}`;
}

function transferText(of: NewTransfer): string {
  const head = `{"id":"${of.id}","amount":"${of.amount}"`;
  if (of.pendingId !== 0n) return `${head},"pending_id":"${of.pendingId}","flags":["post_pending_transfer"]}`;
  const flags = of.flags === 0 ? '' : ',"flags":["pending"]';
  const accounts = `"debit_account_id":"${of.debitAccountId}","credit_account_id":"${of.creditAccountId}"`;
  return `${head},${accounts},"ledger":${of.ledger},"code":${of.code}${flags}}`;
}
