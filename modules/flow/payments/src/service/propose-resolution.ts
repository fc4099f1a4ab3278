import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import { type paymentsContract, type UnknownOutcome, verdictsFor } from '../contract/index.ts';
import { type ResolutionRecord, resolutions } from '../store/resolutions.ts';
import { findUnknownOutcomes } from '../store/unknown-outcomes.ts';
import type { PaymentsDeps } from './deps.ts';
import { findSubject, readTrail, type Subject } from './outcome-trail.ts';

type Input = InputOf<(typeof paymentsContract)['operations']['proposeResolution']>;

/** What a proposal can be refused with. */
export type ProposalCode =
  | 'not_found'
  | 'not_resolvable'
  | 'verdict_not_allowed'
  | 'acquirer_code_missing'
  | 'person_needed'
  | 'resolution_open'
  | 'idempotency_mismatch'
  | PlatformCode;

/** Outcomes of one payment: each of its captures may have been refused. */
const OUTCOMES_MAX = 100;

/** Writes down what a person has found out. Nothing changes until another one confirms. */
export function proposeResolution(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
): Promise<Result<ResolutionRecord, ProposalCode>> {
  return resolutions.propose<ProposalCode>(deps, context, input, async () => {
    const about = await findOutcome(deps, context, input);
    if (!about.ok) return about;
    const { kind, advice } = about.value.outcome;
    return ok({
      ...{ subject: input.id, advice, kind, settles: about.value.settles },
      ...{ verdict: input.verdict, evidence: input.evidence },
      approvalCode: input.approvalCode ?? null,
      reference: input.reference ?? null,
    });
  });
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
  if (!subject) return err('not_found', `No such payment_intent or refund: '${input.id}'`, { field: 'id' });
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
  const trail = await readTrail(deps, context, [charge]);
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
