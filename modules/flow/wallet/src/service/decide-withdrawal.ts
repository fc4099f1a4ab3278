import { err, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import { type CallContext, personOf } from '@tpmall/platform/contract';
import { mayMove, type Operation } from '../contract/index.ts';
import { audit } from '../store/events.ts';
import {
  findOperation,
  lockOperation,
  type OperationRecord,
  toOperation,
  updateOperation,
} from '../store/operations.ts';
import { commands, leaseFrom, type WalletDeps } from './deps.ts';
import { giveBack, type Patch, step } from './settle.ts';
import { missingWithdrawal, moveWithdrawal, wrongState } from './withdraw.ts';

/** Where people may take a withdrawal. */
type Decision = 'approved' | 'refused' | 'paid' | 'failed' | 'returned' | 'canceled';

interface Asked {
  readonly id: string;
  readonly to: Decision;
  readonly reason?: string | undefined;
  readonly reference?: string | undefined;
}

type DecisionCode =
  | 'not_found'
  | 'withdrawal_unexpected_state'
  | 'same_person'
  | 'person_needed'
  | 'unavailable';

/** What two people say of money that leaves: the one that it may, the other that it has. */
const BY_PEOPLE: readonly Decision[] = ['approved', 'paid'];

/** Takes a withdrawal to another state: the decision in one commit, then the ledger, then the state. */
export async function decideWithdrawal(
  deps: WalletDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Operation, DecisionCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const claim = commands.claimFor(context, 'decide_withdrawal', input, clock.now());
  const decided = await commands.once<OperationRecord, DecisionCode>(db, claim, {
    work: (tx) => accept(deps, tx, context, claim, input),
    repeat: async () => {
      const record = await findOperation(db, context.tenant, input.id);
      return record ? ok(record) : missingWithdrawal(input.id);
    },
  });
  if (!decided.ok) return decided;
  return ok(toOperation(await moveWithdrawal(deps, context, decided.value)));
}

async function accept(
  deps: WalletDeps,
  tx: Parameters<typeof lockOperation>[0],
  { tenant, actor }: CallContext,
  claim: Claim,
  { id, to, reason, reference }: Asked,
): Promise<Result<OperationRecord, DecisionCode>> {
  const found = await lockOperation(tx, tenant, id);
  if (found?.kind !== 'withdrawal') return missingWithdrawal(id);
  if (found.movingTo !== null || !mayMove('withdrawal', found.status, to)) return wrongState(found, to);
  const person = personOf(actor);
  if (BY_PEOPLE.includes(to) && person === undefined) {
    return err('person_needed', `this key belongs to nobody, and a person says that a withdrawal is ${to}`);
  }
  // What a key of nobody approved, as it once could, may have been approved by anybody.
  const approver = personOf(found.approvedBy ?? '') ?? person;
  if (to === 'paid' && approver === person) {
    return err('same_person', 'whoever approved a withdrawal cannot say that it was paid', { field: 'id' });
  }
  const patch: Patch = {
    decisionReason: reason ?? found.decisionReason,
    ...(to === 'approved' && { approvedBy: actor }),
    ...(to === 'paid' && { paidBy: actor, reference: reference ?? null }),
  };
  if (to !== 'canceled') {
    await audit(tx, tenant, claim.at, {
      ...{ actor, action: `withdrawal.${to}`, subject: id, reason: reason ?? to },
      detail: { wallet: found.wallet, amount: found.amount.toString(), currency: found.currency },
    });
  }
  if (to === 'approved') return ok(await step(tx, found, to, claim.at, patch));
  // What the bank sends back comes in whatever the cap is, and counts before it is there.
  const { wallet, currency, createdAt, amount } = found;
  if (to === 'returned') await giveBack(tx, [{ wallet, currency, at: createdAt, in: -amount }]);
  const record = { ...found, ...patch, movingTo: to, dueAt: leaseFrom(deps, claim.at), attempts: 0 };
  await updateOperation(tx, record);
  return ok(record);
}
