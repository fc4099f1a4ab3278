import type { ConnectorHealth } from '@tpmall/acquiring/contract';
import { isoInstant } from '@tpmall/kernel';
import { type Resolution, type Trail, type UnknownOutcome, verdictsFor } from '@tpmall/payments/contract';
import type { QueuedJob } from '@tpmall/platform/jobs';
import { instantOrNull } from './house-objects.ts';

/** A payment or refund that the acquirer has not answered for, or has refused after the fact. */
export function unknownOutcomeToWire(outcome: UnknownOutcome) {
  return {
    id: outcome.id,
    payment_intent: outcome.paymentIntent,
    kind: outcome.kind,
    advice: outcome.advice,
    amount: outcome.amount === null ? null : outcome.amount.toString(),
    currency: outcome.currency,
    since: isoInstant(outcome.since),
    attempts: outcome.attempts,
    next_attempt_at: instantOrNull(outcome.nextAttemptAt),
    reason: outcome.reason,
    /** What may be proposed; empty where the system goes on by itself. */
    verdicts: verdictsFor(outcome),
  };
}

/** What two people say of an outcome. */
export function resolutionToWire(resolution: Resolution) {
  return {
    id: resolution.id,
    object: 'resolution' as const,
    subject: resolution.subject,
    advice: resolution.advice,
    kind: resolution.kind,
    verdict: resolution.verdict,
    evidence: resolution.evidence,
    approval_code: resolution.approvalCode,
    reference: resolution.reference,
    state: resolution.state,
    proposed_by: resolution.proposedBy,
    proposed_at: isoInstant(resolution.proposedAt),
    expires_at: isoInstant(resolution.expiresAt),
    decided_by: resolution.decidedBy,
    decided_at: instantOrNull(resolution.decidedAt),
    decision_reason: resolution.decisionReason,
  };
}

/** What was sent to the acquirer for a payment; message fields are masked where they were stored. */
export function trailToWire({ steps, messages }: Trail) {
  return {
    steps: steps.map((step) => ({
      id: step.id,
      kind: step.kind,
      state: step.state,
      connector: step.connector,
      amount: step.amount.toString(),
      currency: step.currency,
      network_code: step.networkCode,
      attempts: step.attempts,
      created_at: isoInstant(step.createdAt),
      next_at: instantOrNull(step.nextAt),
    })),
    messages: messages.map(({ subject, at, direction, type, fields }) => ({
      step: subject,
      at: isoInstant(at),
      direction,
      type,
      fields,
    })),
  };
}

/** How a way to an acquirer is doing. */
export function connectorToWire({ circuit, recent, ...connector }: ConnectorHealth) {
  return {
    name: connector.name,
    protocol: connector.protocol,
    state: connector.state,
    since: isoInstant(connector.since),
    in_flight: connector.inFlight,
    last_problem: connector.lastProblem,
    circuit: { state: circuit.state, since: isoInstant(circuit.since) },
    recent: {
      window_ms: recent.windowMs,
      asked: recent.asked,
      answered: recent.answered,
      p50_ms: recent.p50Ms,
      p95_ms: recent.p95Ms,
      p99_ms: recent.p99Ms,
    },
  };
}

/** Work that waits in the queue. Its payload is not shown: it is the module's own. */
export function jobToWire(job: QueuedJob) {
  return {
    id: job.id,
    object: 'job' as const,
    module: job.module,
    name: job.name,
    state: job.state,
    repeats: job.repeats,
    failures: job.failures,
    failures_max: job.failuresMax,
    last_error: job.lastError,
    next_at: instantOrNull(job.nextAt),
    created_at: isoInstant(job.createdAt),
  };
}
