import type { DevFile } from '@tpmall/server/instance';
import Stripe from 'stripe';

/** A transfer as the ledger's API gives it. */
export interface LedgerTransfer {
  readonly id: string;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly amount: string;
  readonly pending_id: string;
  readonly user_data_128: string;
  readonly ledger: number;
  readonly code: number;
  readonly flags: readonly string[];
  readonly timestamp: string;
}

/** An account as the ledger's API gives it. */
export interface LedgerAccount {
  readonly id: string;
  readonly ledger: number;
  readonly code: number;
  /** A hash of the party whose account it is. */
  readonly user_data_128: string;
  readonly debits_pending: string;
  readonly debits_posted: string;
  readonly credits_pending: string;
  readonly credits_posted: string;
}

/** The largest page that the ledger's API gives. */
const PAGE = 8_190;

/** Everything the demonstration asks of a server. */
export interface DemoClient {
  /** The official SDK with the secret key. */
  readonly stripe: Stripe;
  /** The official SDK against the vault's origin: the only place that takes card numbers. */
  readonly vault: Stripe;
  /** A request with the operator's key. */
  operator<T>(path: string, body?: object): Promise<T>;
  /** The card network's control API. */
  network<T>(path: string, body?: object): Promise<T>;
  /** Every transfer from this instant (nanoseconds, exclusive) on, oldest first. */
  transfersSince(timestamp: bigint): Promise<LedgerTransfer[]>;
  accounts(ids: readonly string[]): Promise<LedgerAccount[]>;
}

/** A client of a running server. */
export function createClient(dev: DevFile): DemoClient {
  const operator = <T>(path: string, body?: object): Promise<T> =>
    ask<T>(dev.apiUrl, path, body, dev.operatorKey);
  return {
    stripe: sdk(dev.apiUrl, dev.secretKey),
    vault: sdk(dev.vaultUrl, dev.publishableKey),
    operator,
    network: (path, body) => ask(dev.simulatorUrl, path, body),
    accounts: async (ids) =>
      (await operator<{ accounts: LedgerAccount[] }>('/v1/ledger/accounts/lookup', { ids })).accounts,
    transfersSince: async (timestamp) => {
      const all: LedgerTransfer[] = [];
      let after = timestamp;
      for (;;) {
        const filter = { timestamp_min: String(after + 1n), limit: PAGE };
        const { transfers } = await operator<{ transfers: LedgerTransfer[] }>(
          '/v1/ledger/transfers/query',
          filter,
        );
        all.push(...transfers);
        const last = transfers.at(-1);
        if (!last || transfers.length < PAGE) return all;
        after = BigInt(last.timestamp);
      }
    },
  };
}

function sdk(origin: string, key: string): Stripe {
  const { hostname, port } = new URL(origin);
  return new Stripe(key, { host: hostname, port, protocol: 'http', telemetry: false });
}

async function ask<T>(origin: string, path: string, body?: object, key?: string): Promise<T> {
  const response = await fetch(origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}
