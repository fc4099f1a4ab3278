import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import { type paymentsContract, type UnknownOutcome, verdictsFor } from '../contract/index.ts';
import { storeClaim, storeEvent } from '../store/refunds.ts';
import {
  findResolutionRecord,
  isOpenAlready,
  type ResolutionRecord,
  storeProposal,
} from '../store/resolutions.ts';
import { findUnknownOutcomes } from '../store/unknown-outcomes.ts';
import { claimFor, findAccepted, objectId } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { findSubject, readTrail, type Subject } from './outcome-trail.ts';
import { resolutionAudit } from './resolution-audit.ts';

type Input = InputOf<(typeof paymentsContract)['operations']['proposeResolution']>;

/** What a proposal can be refused with. */
export type ProposalCode =
  | 'not_found'
  | 'not_resolvable'
  | 'verdict_not_allowed'
  | 'acquirer_code_missing'
  | 'resolution_open'
  | 'idempotency_mismatch'
  | PlatformCode;

/** Outcomes of one payment: each of its captures may have been refused. */
const OUTCOMES_MAX = 100;

/** Writes down what a person has found out. Nothing changes until another one confirms. */
export async function proposeResolution(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
): Promise<Result<ResolutionRecord, ProposalCode>> {
  const claim = claimFor(context, 'propose-resolution', input, deps.clock.now());
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  if (accepted.value) return repeat(deps, claim.tenant, objectId('rsl', accepted.value));
  const about = await findOutcome(deps, context, input);
  if (!about.ok) return about;
  const { kind, advice } = about.value.outcome;
  const record: ResolutionRecord = {
    id: objectId('rsl', claim),
    tenant: claim.tenant,
    subject: input.id,
    ...{ advice, kind, settles: about.value.settles },
    verdict: input.verdict,
    evidence: input.evidence,
    approvalCode: input.approvalCode ?? null,
    reference: input.reference ?? null,
    state: 'proposed',
    proposedBy: context.actor,
    proposedAt: claim.at,
    ...{ decidedBy: null, decidedAt: null, decisionReason: null },
  };
  try {
    const isFirst = await deps.db.transaction(async (tx) => {
      if (!(await storeClaim(tx, claim))) return false;
      await storeProposal(tx, record);
      await storeEvent(tx, claim.tenant, claim.at, resolutionAudit(record, 'proposed', context.actor));
      return true;
    });
    if (isFirst) return ok(record);
  } catch (error) {
    if (!isOpenAlready(error)) throw error;
    return err('resolution_open', `another resolution of ${input.id} waits for a second person`, {
      field: 'id',
    });
  }
  // The same command won in the meantime.
  const again = await findAccepted(deps.db, claim);
  if (!again.ok) return again;
  assert(again.value, 'a command that was seen can be found');
  return repeat(deps, claim.tenant, objectId('rsl', again.value));
}

async function repeat(
  deps: PaymentsDeps,
  tenant: string,
  id: string,
): Promise<Result<ResolutionRecord, ProposalCode>> {
  const record = await findResolutionRecord(deps.db, tenant, id);
  assert(record, 'an accepted proposal is there');
  return ok(record);
}

/** What is proposed about: the outcome as it is listed, and the message that would be settled. */
interface About {
  readonly outcome: UnknownOutcome;
  readonly settles: string | null;
}

async function findOutcome(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
): Promise<Result<About, ProposalCode>> {
  const subject = await findSubject(deps, context.tenant, input.id);
  if (!subject) return err('not_found', `there is no payment intent or refund ${input.id}`, { field: 'id' });
  const listed = await findUnknownOutcomes(deps.db, context.tenant, OUTCOMES_MAX, input.id);
  const outcome =
    input.advice === undefined && listed.length === 1
      ? listed[0]
      : listed.find(({ advice }) => advice === (input.advice ?? null));
  if (!outcome) return notResolvable(`what became of ${input.id} is known`);
  const allowed = verdictsFor(outcome);
  if (allowed.length === 0) return notResolvable(`the ${outcome.kind} is repeated until it has arrived`);
  if (!allowed.includes(input.verdict)) {
    const message = `of this ${outcome.kind} can be said: ${allowed.join(', ')}`;
    return err('verdict_not_allowed', message, { field: 'verdict', detail: { allowed: allowed.join(',') } });
  }
  const missing = missingCode(input);
  if (missing) {
    return err('acquirer_code_missing', `${input.verdict} needs what the acquirer calls it`, {
      field: missing,
    });
  }
  if (outcome.advice !== null) return ok({ outcome, settles: null });
  const settles = await findPending(deps, context, subject, outcome);
  return settles.ok ? ok({ outcome, settles: settles.value }) : settles;
}

function missingCode({ verdict, approvalCode, reference }: Input): 'approvalCode' | 'reference' | undefined {
  if (verdict === 'approved' && approvalCode === undefined) return 'approvalCode';
  const isNamed = verdict === 'approved' || verdict === 'refunded';
  return isNamed && reference === undefined ? 'reference' : undefined;
}

function notResolvable(message: string): Result<never, 'not_resolvable'> {
  return err('not_resolvable', `${message}: there is nothing for people to say`, { field: 'id' });
}

/** Acquiring's command whose answer is missing. The proposal is about this one and no later one. */
async function findPending(
  deps: PaymentsDeps,
  context: CallContext,
  { charge }: Subject,
  { kind, id }: UnknownOutcome,
): Promise<Result<string, ProposalCode>> {
  assert(charge, 'what is in work was charged');
  const trail = await readTrail(deps, context, charge);
  if (!trail.ok) return trail;
  const refund = kind === 'refund' ? (await findSubject(deps, context.tenant, id))?.refund : undefined;
  const pending = trail.value.steps.find(
    (step) =>
      step.kind === kind &&
      step.state === 'pending' &&
      (refund === undefined || step.commandId === `${refund.commandId}.refund`),
  );
  if (pending) return ok(pending.commandId);
  return notResolvable(
    `the acquirer's answer about ${id} is known or still awaited, and it goes on by itself`,
  );
}
