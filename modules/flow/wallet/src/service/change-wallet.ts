import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { TierLimit, Wallet, walletContract } from '../contract/index.ts';
import { audit, tell } from '../store/events.ts';
import { findLimit, insertLimit } from '../store/limits.ts';
import { findWallet, lockWallet, updateWallet } from '../store/wallets.ts';
import { commands, type WalletDeps } from './deps.ts';
import { missingWallet } from './open-wallet.ts';

type Operations = (typeof walletContract)['operations'];

/** Freezes a wallet, lets it go again, or moves it to another tier. */
export function changeWallet(
  deps: WalletDeps,
  context: CallContext,
  input: InputOf<Operations['changeWallet']>,
): Promise<Result<Wallet, 'not_found' | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant, actor } = context;
  const { id, status, tier, reason } = input;
  const claim = commands.claimFor(context, 'change_wallet', input, clock.now());
  return commands.once<Wallet, 'not_found'>(db, claim, {
    work: async (tx) => {
      const before = await lockWallet(tx, tenant, id);
      if (!before) return missingWallet(id);
      const after = { ...before, status: status ?? before.status, tier: tier ?? before.tier };
      await updateWallet(tx, after);
      await tell(tx, 'wallet.changed', after, claim.at);
      await audit(tx, tenant, claim.at, {
        ...{ actor, action: 'wallet.changed', subject: id, reason },
        detail: { status: after.status, tier: after.tier, from: `${before.status} ${before.tier}` },
      });
      return ok(after);
    },
    repeat: async () => {
      const wallet = await findWallet(db, tenant, id);
      return wallet ? ok(wallet) : missingWallet(id);
    },
  });
}

type LimitCode = 'effective_in_the_past' | 'limit_exists';

/** Adds a limit of a tier. */
export function setLimit(
  deps: WalletDeps,
  context: CallContext,
  input: InputOf<Operations['setLimit']>,
): Promise<Result<TierLimit, LimitCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant, actor } = context;
  const claim = commands.claimFor(context, 'set_limit', input, clock.now());
  const { effectiveFrom = claim.at, ...terms } = input;
  return commands.once<TierLimit, LimitCode>(db, claim, {
    work: async (tx) => {
      if (effectiveFrom < claim.at) {
        const message = 'a limit begins now or later: what was allowed stays allowed';
        return err('effective_in_the_past', message, { field: 'effectiveFrom' });
      }
      const limit: TierLimit = { ...terms, effectiveFrom };
      if (!(await insertLimit(tx, limit))) {
        const message = 'there is a limit of this tier and currency from this instant on';
        return err('limit_exists', message, { field: 'effectiveFrom' });
      }
      await audit(tx, tenant, claim.at, {
        ...{ actor, action: 'wallet_limit.set', subject: `${limit.tier}/${limit.currency}` },
        reason: limit.source,
      });
      return ok(limit);
    },
    repeat: async (first) => {
      const stored = await findLimit(db, input.tier, input.currency, input.effectiveFrom ?? first.at);
      if (!stored) throw new Error('an accepted limit is there');
      return ok(stored);
    },
  });
}
