import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { acquiringContract } from '../contract/index.ts';
import { findAuthorisationByCommand } from '../store/authorisations.ts';
import { foreseeIncrement } from '../store/increments.ts';
import { findRefundByCommand } from '../store/refunds.ts';
import { APPROVED, hasSettled, settleByVerdict, type Verdict } from '../store/verdicts.ts';
import type { Room } from './room.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['recordVerdict']>;
type Code = 'not_found' | 'not_pending';

/** Settles what is pending by what people have found out; see the contract. */
export async function recordVerdict(
  { db, clock }: Room,
  { tenant, commandId: verdictId }: CallContext,
  input: Input,
): Promise<Result<Record<string, never>, Code | PlatformCode>> {
  const { kind, commandId, verdict } = input;
  if (kind !== 'refund' && verdict.stands && verdict.approvalCode === null) {
    return err('invalid_input', 'what stands has an approval code', { field: 'verdict.approvalCode' });
  }
  const of = await outcomeBy(db, tenant, input);
  if (!of) return err('not_found', `no ${kind} was sent for this command`, { field: 'commandId' });
  const approval = verdict.stands ? verdict : null;
  const at = clock.now();
  const settled = await settleByVerdict(db, { tenant, verdictId, commandId, at, of, approval });
  if (settled || (await hasSettled(db, tenant, verdictId))) return ok({});
  return err('not_pending', `the ${kind} is not pending: what was stored first stays`);
}

async function outcomeBy(
  db: Database,
  tenant: string,
  { kind, commandId, verdict }: Input,
): Promise<Verdict['of'] | undefined> {
  switch (kind) {
    case 'authorisation': {
      const found = await findAuthorisationByCommand(db, tenant, commandId);
      if (!found) return undefined;
      const authorisationId = found.id;
      if (!verdict.stands) return { kind, outcome: { state: 'reversed', authorisationId } };
      const { approvalCode, reference } = verdict;
      const codes = { approvalCode: approvalCode ?? '', networkCode: APPROVED, reference };
      return { kind, outcome: { state: 'approved', authorisationId, ...codes } };
    }
    case 'increment': {
      const found = await foreseeIncrement(db, tenant, commandId);
      if (!found) return undefined;
      const { incrementId } = found;
      const state = verdict.stands ? 'approved' : 'reversed';
      return { kind, outcome: state === 'approved' ? { state, ...found } : { state, incrementId } };
    }
    case 'refund': {
      const found = await findRefundByCommand(db, tenant, commandId);
      if (!found) return undefined;
      const { refundId } = found;
      if (!verdict.stands) return { kind, outcome: { state: 'reversed', refundId } };
      return { kind, outcome: { state: 'approved', refundId, reference: verdict.reference } };
    }
  }
}
