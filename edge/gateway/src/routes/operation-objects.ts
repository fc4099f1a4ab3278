import type { ConnectorHealth } from '@tpmall/acquiring/contract';
import { isoInstant } from '@tpmall/kernel';
import {
  type Resolution,
  type Trail,
  type UnknownOutcome,
  VERDICTS,
  verdictsFor,
} from '@tpmall/payments/contract';
import { JOB_STATES, type QueuedJob } from '@tpmall/platform/jobs';
import { z } from 'zod';
import { digits, instant, named, type Shaped, whole } from '../openapi/answer-shape.ts';
import { instantOrNull } from './house-objects.ts';

const outcomeKind = z.enum(['authorisation', 'increment', 'capture', 'release', 'refund', 'stand_in']);

/** What two people say of something, beside what it is about. */
export const proposalFields = {
  evidence: z.string(),
  state: z.enum(['proposed', 'confirmed', 'applied', 'overtaken', 'rejected', 'withdrawn', 'expired']),
  proposed_by: z.string(),
  proposed_at: instant,
  expires_at: instant,
  decided_by: z.string().nullable(),
  decided_at: instant.nullable(),
  decision_reason: z.string().nullable(),
};

/** A payment or refund that the acquirer has not answered for, or has refused after the fact. */
export const unknownOutcomeShape = named(
  'UnknownOutcome',
  z.object({
    id: z.string(),
    payment_intent: z.string(),
    kind: outcomeKind,
    advice: z.string().nullable(),
    amount: digits.nullable(),
    currency: z.string(),
    since: instant,
    attempts: whole,
    next_attempt_at: instant.nullable(),
    reason: z.string().nullable(),
    verdicts: z.array(z.enum(VERDICTS)),
  }),
);

/** See {@link unknownOutcomeShape}. */
export function unknownOutcomeToWire(outcome: UnknownOutcome): Shaped<typeof unknownOutcomeShape> {
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
export const resolutionShape = named(
  'Resolution',
  z.object({
    id: z.string(),
    object: z.literal('resolution'),
    subject: z.string(),
    advice: z.string().nullable(),
    kind: outcomeKind,
    verdict: z.enum(VERDICTS),
    approval_code: z.string().nullable(),
    reference: z.string().nullable(),
    ...proposalFields,
  }),
);

/** See {@link resolutionShape}. */
export function resolutionToWire(resolution: Resolution): Shaped<typeof resolutionShape> {
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

/** What was tried at the acquirer for a payment. */
export const trailStepShape = named(
  'OutcomeStep',
  z.object({
    id: z.string(),
    kind: z.enum(['authorisation', 'increment', 'refund', 'capture', 'release', 'resolution', 'stand_in']),
    state: z.enum([
      ...['sent', 'not_sent', 'approved', 'declined', 'pending', 'reversed', 'returned'],
      ...['waiting', 'queued', 'acknowledged', 'refused', 'withdrawn'],
    ] as const),
    connector: z.string(),
    amount: digits,
    currency: z.string(),
    network_code: z.string().nullable(),
    attempts: whole,
    created_at: instant,
    next_at: instant.nullable(),
  }),
);

/** A message to or from the acquirer. */
export const messageFields = {
  step: z.string(),
  direction: z.enum(['out', 'in']),
  type: z.string(),
  fields: z.record(z.string(), z.string()),
};

/** What was sent to the acquirer for a payment; message fields are masked where they were stored. */
export const trailShape = named(
  'OutcomeTrail',
  z.object({
    id: z.string(),
    steps: z.array(trailStepShape),
    messages: z.array(z.object({ ...messageFields, at: instant })),
  }),
);

/** See {@link trailShape}. */
export function trailToWire({ steps, messages }: Trail): Omit<Shaped<typeof trailShape>, 'id'> {
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

const milliseconds = z.number().nullable();

/** How a way to an acquirer is doing. */
export const connectorShape = named(
  'Connector',
  z.object({
    name: z.string(),
    protocol: z.string(),
    state: z.enum(['stopped', 'connecting', 'signed_on']),
    since: instant,
    in_flight: whole,
    last_problem: z.string().nullable(),
    circuit: z.object({ state: z.enum(['closed', 'open', 'half_open']), since: instant }),
    recent: z.object({
      window_ms: whole,
      asked: whole,
      answered: whole,
      p50_ms: milliseconds,
      p95_ms: milliseconds,
      p99_ms: milliseconds,
    }),
  }),
);

/** See {@link connectorShape}. */
export function connectorToWire({
  circuit,
  recent,
  ...connector
}: ConnectorHealth): Shaped<typeof connectorShape> {
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
export const jobShape = named(
  'Job',
  z.object({
    id: z.string(),
    object: z.literal('job'),
    module: z.string(),
    name: z.string(),
    state: z.enum(JOB_STATES),
    repeats: z.boolean(),
    failures: whole,
    failures_max: whole.nullable(),
    last_error: z.string().nullable(),
    next_at: instant.nullable(),
    created_at: instant,
  }),
);

/** See {@link jobShape}. */
export function jobToWire(job: QueuedJob): Shaped<typeof jobShape> {
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
