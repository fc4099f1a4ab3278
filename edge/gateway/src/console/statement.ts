import { hash128, isoInstant, type Result } from '@tpmall/kernel';
import {
  ACCOUNT_CODES,
  type Account,
  BATCH_MAX,
  findTransferCode,
  TRANSFER_FLAGS,
  type Transfer,
} from '@tpmall/ledger/contract';
import type { OutgoingContext, PlatformCode } from '@tpmall/platform/contract';
import { parameter } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment, GatewayPorts } from '../environment.ts';
import { ledgerName } from '../pages/ledger-currency.ts';
import { answer, refusal, refuse } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { type Route, route } from '../pipeline/route.ts';

/** Entries of one page. */
const PAGE_ROWS = 50;

/** A place in the ledger's log: nanoseconds, which no number of JSON holds exactly. */
const place = parameter<bigint>({ type: 'string', pattern: '^[1-9][0-9]{0,18}$' }, (value) =>
  typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value)
    ? { value: BigInt(value) }
    : { code: 'parameter_invalid_string', message: 'must be the `before` of an earlier answer' },
);
const currency = parameter<string>({ type: 'string', pattern: '^[a-z]{3,10}$' }, (value) =>
  typeof value === 'string' && /^[a-z]{3,10}$/.test(value)
    ? { value }
    : { code: 'parameter_invalid_string', message: 'must be a currency such as eur' },
);

/**
 * What the mall owes a merchant, and how it came to that: for the people of that merchant. It reads the
 * ledger by the merchant's own accounts, so that nothing of other merchants and of shoppers is in it.
 */
export function statementRoute({ ports: { ledger } }: GatewayEnvironment): Route {
  return route({
    ...{ errors: 'problem', access: 'console', tag: 'Console', examples: [] },
    method: 'GET',
    path: '/v1/console/statement',
    operationId: 'readConsoleStatement',
    summary: 'What a merchant is owed, by currency, and the entries of one currency',
    parameters: z.strictObject({ currency: currency.optional(), before: place.optional() }),
    handle: async ({ context, principal }, { currency: asked, before }) => {
      const merchant = merchantOf(principal);
      if (merchant === undefined) return refuse(principal ? 'permission_denied' : 'session_ended');
      const owned = await accountsOf(ledger, context, merchant);
      if (!owned.ok) return refusal({}, owned.error);
      const accounts = owned.value.map((account) => ({ account, currency: nameOf(account) }));
      const chosen = accounts.find((one) => one.currency === (asked ?? one.currency));
      const found = chosen && (await entriesOf(ledger, context, chosen.account, before));
      if (found && !found.ok) return refusal({}, found.error);
      const rows = found?.value ?? [];
      const page = rows.slice(0, PAGE_ROWS);
      return answer({
        account: merchant,
        balances: accounts.map((one) => ({ currency: one.currency, ...balanceOf(one.account) })),
        currency: chosen?.currency ?? null,
        data: page.map((transfer) => entryToWire(transfer, chosen?.account.id ?? 0n)),
        next_page: rows.length > PAGE_ROWS ? (page.at(-1)?.timestamp.toString() ?? null) : null,
      });
    },
  });
}

/** The merchant whom somebody works for. */
function merchantOf(caller: Caller | undefined): string | undefined {
  return caller?.kind === 'merchant' ? caller.session?.accounts[0] : undefined;
}

function accountsOf(
  ledger: GatewayPorts['ledger'],
  context: OutgoingContext,
  merchant: string,
): Promise<Result<readonly Account[], PlatformCode>> {
  return ledger.queryAccounts(context, {
    ...{ userData64: 0n, userData32: 0, ledger: 0, timestampMin: 0n, timestampMax: 0n, reversed: false },
    userData128: hash128('party', merchant),
    code: ACCOUNT_CODES.merchant_payable.code,
    limit: BATCH_MAX,
  });
}

function entriesOf(
  ledger: GatewayPorts['ledger'],
  context: OutgoingContext,
  { id: accountId }: Account,
  before: bigint | undefined,
): Promise<Result<readonly Transfer[], PlatformCode>> {
  return ledger.accountTransfers(context, {
    ...{ userData128: 0n, userData64: 0n, userData32: 0, code: 0, timestampMin: 0n },
    ...{ accountId, debits: true, credits: true, reversed: true },
    // A bound of zero would mean that there is none.
    timestampMax: before === undefined ? 0n : before > 1n ? before - 1n : 1n,
    limit: PAGE_ROWS + 1,
  });
}

function nameOf({ ledger }: Account): string {
  return ledgerName(ledger).toLowerCase();
}

/** Digits of minor units: what is owed, and what is on its way to it and from it. */
function balanceOf(account: Account) {
  return {
    owed: (account.creditsPosted - account.debitsPosted).toString(),
    coming: account.creditsPending.toString(),
    going: account.debitsPending.toString(),
  };
}

function entryToWire({ id, timestamp, amount, code, flags, creditAccountId }: Transfer, account: bigint) {
  const isPending = (flags & TRANSFER_FLAGS.pending) !== 0;
  const isVoid = (flags & TRANSFER_FLAGS.voidPendingTransfer) !== 0;
  return {
    id: id.toString(),
    at: isoInstant(Number(timestamp / 1000n)),
    amount: (creditAccountId === account ? amount : -amount).toString(),
    reason: findTransferCode(code)?.name ?? String(code),
    effect: isPending ? 'held' : isVoid ? 'let_go' : 'posted',
  };
}
