import { assert, err, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { Operation, Wallet } from '../contract/index.ts';
import { reserveLimits } from '../store/limits.ts';
import { insertOperation, type OperationRecord, toOperation } from '../store/operations.ts';
import { findWallet, findWalletOf, shareWallets } from '../store/wallets.ts';
import { type Behalf, commands, readContext, type WalletDeps } from './deps.ts';
import { move, operationTag, walletAccountId } from './ledger.ts';
import { ensureCurrency, explainLimits, limitAgainst } from './limits.ts';
import { makeWallet, missingWallet } from './open-wallet.ts';
import {
  type MovementCode,
  newOperation,
  outcomeOf,
  postpone,
  repeatOperation,
  shortBy,
} from './operation.ts';
import { settle } from './settle.ts';

interface Asked {
  readonly wallet: string;
  readonly handle: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly note?: string | undefined;
}

type SendCode = MovementCode | 'handle_not_found' | 'send_to_self' | 'recipient_unavailable' | 'unavailable';

/**
 * Sends to another shopper. Accepted with its room in both limits in one commit, moved by one transfer,
 * written down in a third: after a crash the sweep goes on with what was accepted.
 */
export async function send(
  deps: WalletDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Operation, SendCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const claim = commands.claimFor(context, 'send', input, clock.now());
  let recipient: Wallet | undefined;
  const accepted = await commands.once<OperationRecord, SendCode>(db, claim, {
    check: async () => {
      const sender = await findWallet(db, context.tenant, input.wallet);
      if (!sender) return missingWallet(input.wallet);
      // Looked at before anything is opened for the other side: what is refused leaves no trace there.
      if (sender.status === 'frozen') return frozenWallet();
      const { wallet, currency, amount } = input;
      const counted = { wallet, currency, at: claim.at, out: amount, transaction: amount };
      const against = await limitAgainst(db, counted);
      if (against) return against;
      const found = await findRecipient(deps, context, sender, input.handle);
      if (!found.ok) return found;
      recipient = found.value;
      const closed = await ensureCurrency(deps, context, recipient.id, input.currency);
      if (closed !== undefined && !closed.ok && closed.error.code === 'currency_not_offered') {
        return unavailableRecipient();
      }
      return closed ?? ok(undefined);
    },
    work: async (tx) => {
      assert(recipient, 'the recipient was looked up');
      const record = newOperation(claim, {
        ...{ kind: 'send', wallet: input.wallet, counterparty: recipient.id },
        ...{ currency: input.currency, amount: input.amount, note: input.note ?? null },
        tag: operationTag(objectId('wop', claim)),
        movingTo: 'succeeded',
        dueAt: claim.at + deps.config.leaseSeconds * 1_000_000,
      });
      const refused = await takeRoom(tx, record);
      if (refused) return refused;
      await insertOperation(tx, record);
      return ok(record);
    },
    repeat: (first) => repeatOperation(deps, context.tenant, first),
  });
  if (!accepted.ok) return accepted;
  const done = await finishSend(deps, context, accepted.value);
  return outcomeOf(done, toOperation(done));
}

async function findRecipient(
  deps: WalletDeps,
  context: CallContext,
  sender: Wallet,
  handle: string,
): Promise<Result<Wallet, SendCode>> {
  const found = await deps.ports.identity.findPersonByHandle(readContext(context), { handle });
  if (!found.ok) {
    return found.error.code === 'not_found'
      ? err('handle_not_found', 'there is nobody with this handle', { field: 'handle' })
      : err('unavailable', `people cannot be looked up now: ${found.error.message}`);
  }
  const person = found.value.id;
  if (person === sender.person) {
    return err('send_to_self', 'nobody sends to themselves', { field: 'handle' });
  }
  const { db } = deps;
  return ok(
    (await findWalletOf(db, sender.tenant, person)) ?? (await makeWallet(deps, sender.tenant, person)),
  );
}

/** Takes room in the limits of both, in the order of their ids, of wallets that are not frozen. */
async function takeRoom(
  tx: Queryable,
  record: OperationRecord,
): Promise<Result<never, SendCode> | undefined> {
  const { wallet, counterparty, currency, amount, createdAt: at, tenant } = record;
  assert(counterparty !== null, 'a send has two sides');
  const sides = await shareWallets(tx, tenant, [wallet, counterparty]);
  for (const side of sides) {
    const isSender = side.id === wallet;
    if (side.status === 'frozen') {
      return isSender ? frozenWallet() : unavailableRecipient();
    }
    const counted = isSender
      ? { wallet, currency, at, out: amount, transaction: amount }
      : { wallet: counterparty, currency, at, in: amount };
    if (await reserveLimits(tx, counted)) continue;
    if (!isSender) return unavailableRecipient();
    return explainLimits(tx, counted);
  }
  return undefined;
}

/** What goes from a frozen wallet is refused. */
export function frozenWallet(): Result<never, 'wallet_frozen'> {
  return err('wallet_frozen', 'this wallet is frozen; ask support', { field: 'wallet' });
}

/** Whether somebody else's wallet is frozen, full or of another tier is nobody's business. */
function unavailableRecipient(): Result<never, 'recipient_unavailable'> {
  return err('recipient_unavailable', 'this person cannot receive this amount now', { field: 'handle' });
}

/** Moves what was accepted, or goes on where an earlier run was cut off. */
export async function finishSend(
  deps: WalletDeps,
  behalf: Behalf,
  record: OperationRecord,
): Promise<OperationRecord> {
  if (record.status !== 'pending') return record;
  const { wallet, counterparty, currency } = record;
  assert(counterparty !== null, 'a send has two sides');
  const moved = await move(deps, behalf, record, {
    step: 'send',
    debit: walletAccountId(wallet, currency),
    credit: walletAccountId(counterparty, currency),
    reason: 'wallet_send',
  });
  switch (moved) {
    case 'made':
      return settle(deps, record, 'succeeded');
    case 'short':
      return settle(deps, record, 'failed', await shortBy(deps, behalf, record));
    case 'unknown':
      return postpone(deps, record);
  }
}
