import { CREATE_ACCOUNT_STATUSES, CREATE_TRANSFER_STATUSES } from '@tpmall/ledger/contract';
import { accountFlags, transferFlags } from '@tpmall/wire';
import { z } from 'zod';
import { digits, named, whole } from '../openapi/answer-shape.ts';

/** Shapes of what the ledger answers; instants are nanoseconds since 1970. */

const balances = {
  debits_pending: digits,
  debits_posted: digits,
  credits_pending: digits,
  credits_posted: digits,
};
const userData = { user_data_128: digits, user_data_64: digits, user_data_32: whole };

const resultsOf = (statuses: readonly string[]) =>
  z.object({ results: z.array(z.object({ status: z.enum(statuses), timestamp: digits })) });

/** What became of accounts to open. */
export const accountResultsShape = named('LedgerAccountResults', resultsOf(CREATE_ACCOUNT_STATUSES));
/** What became of transfers to make. */
export const transferResultsShape = named('LedgerTransferResults', resultsOf(CREATE_TRANSFER_STATUSES));

/** Accounts with their balances. */
export const accountsShape = named(
  'LedgerAccounts',
  z.object({
    accounts: z.array(
      named(
        'LedgerAccount',
        z.object({
          id: digits,
          ...balances,
          ...userData,
          ledger: whole,
          code: whole,
          flags: z.array(z.enum([...accountFlags.keys()])),
          timestamp: digits,
          owner: z.string(),
        }),
      ),
    ),
  }),
);

/** Transfers as they stand in the log. */
export const transfersShape = named(
  'LedgerTransfers',
  z.object({
    transfers: z.array(
      named(
        'LedgerTransfer',
        z.object({
          id: digits,
          debit_account_id: digits,
          credit_account_id: digits,
          amount: digits,
          pending_id: digits,
          ...userData,
          timeout: whole,
          ledger: whole,
          code: whole,
          flags: z.array(z.enum([...transferFlags.keys()])),
          timestamp: digits,
        }),
      ),
    ),
  }),
);

/** Balances of one account, after each of its transfers. */
export const historyShape = named(
  'LedgerHistory',
  z.object({ balances: z.array(z.object({ ...balances, timestamp: digits })) }),
);
/** Balances of several accounts, as of an instant. */
export const balancesShape = named(
  'LedgerBalances',
  z.object({ balances: z.array(z.object({ account_id: digits, ...balances, timestamp: digits })) }),
);

const sums = { accounts: whole, ...balances };

/** Sums by ledger and code; a code that is not of the chart has no name. */
export const trialBalanceShape = named(
  'LedgerTrialBalance',
  z.object({
    timestamp: digits,
    rows: z.array(z.object({ ledger: whole, code: whole, name: z.string().nullable(), ...sums })),
    totals: z.array(z.object({ ledger: whole, balanced: z.boolean(), ...sums })),
  }),
);

/** The fingerprint of the ledger's state. */
export const digestShape = named(
  'LedgerDigest',
  z.object({ digest: z.string(), position: digits, accounts: whole, open_pendings: whole }),
);

/** What recomputing every balance from the log found. */
export const verificationShape = named(
  'LedgerVerification',
  z.object({
    ok: z.boolean(),
    entries: digits,
    accounts: whole,
    differences: z.array(z.object({ account_id: digits, field: z.string(), machine: digits, log: digits })),
  }),
);
