import { findCurrency, formatAmount } from '@tpmall/kernel';

/** An outcome that is not known, as the API tells it. */
export interface Unknown {
  readonly id: string;
  readonly kind: string;
  readonly advice: string | null;
  readonly amount: string | null;
  readonly currency: string;
  readonly since: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly reason: string | null;
  readonly verdicts: readonly string[];
}

/**
 * What one person proposes and another decides, as the API tells it; of clearing it is about an exception.
 */
export interface Resolution {
  readonly id: string;
  readonly subject?: string;
  readonly exception?: string;
  readonly movement?: string | null;
  readonly verdict: string;
  readonly evidence: string;
  readonly state: string;
  readonly proposed_by: string;
  readonly expires_at: string;
  readonly decided_by: string | null;
  readonly decision_reason: string | null;
}

/** Where an acquirer's files and our books do not say the same, as the API tells it. */
export interface Exception {
  readonly id: string;
  readonly kind: string | null;
  readonly type: string;
  readonly connector: string;
  readonly line: number | null;
  readonly reference: string;
  readonly amount: string;
  readonly currency: string;
  readonly created_at: string;
}

/** Both sides of an exception, as the API tells it. */
export interface Case extends Exception {
  readonly file: string | null;
  readonly movements: readonly {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly amount: string;
    readonly currency: string;
    readonly payment_intent: string | null;
    readonly verdicts: readonly string[];
  }[];
  readonly resolutions: readonly Resolution[];
}

/** `EUR 12.50`. */
function money(minor: string, code: string): string {
  const currency = findCurrency(code);
  return `${code.toUpperCase()} ${currency ? formatAmount(BigInt(minor), currency) : minor}`;
}

/** An outcome in a line. */
export function describeOutcome(outcome: Unknown): string {
  const { id, kind, advice, amount, currency, since, reason, next_attempt_at: next, verdicts } = outcome;
  const sum = amount === null ? '' : ` ${money(amount, currency)}`;
  const when = next === null ? 'not asked again' : `asked ${outcome.attempts} times, again ${next}`;
  const say = verdicts.length === 0 ? 'goes on by itself' : `say ${verdicts.join(' or ')}`;
  const why = reason === null ? '' : `, ${reason}${advice === null ? '' : `, --advice ${advice}`}`;
  return `${next === null ? '▲' : '◐'} ${id} ${kind}${sum} since ${since}, ${when}${why}; ${say}`;
}

/** An exception in a line. */
export function describeException({ id, kind, type, connector, amount, currency, ...of }: Exception): string {
  const where = of.line === null ? 'in no file' : `line ${of.line}`;
  const what = `${type} ${money(amount, currency)} at ${connector}, ${where}, reference ${of.reference}`;
  return `${kind === null ? '●' : '▲'} ${id} ${what}: ${kind ?? 'resolved'}, since ${of.created_at}`;
}

/** An exception with both sides of it, and what people have said. */
export function describeCase(found: Case): string[] {
  return [
    describeException(found),
    ...found.movements.map(({ id, kind, state, amount, currency, payment_intent: intent, verdicts }) => {
      const of = intent === null ? '' : ` of ${intent}`;
      const say = verdicts.length === 0 ? '' : `; say ${verdicts.join(' or ')} --movement ${id}`;
      return `  ours: ${kind} ${id}${of} ${money(amount, currency)}, ${state}${say}`;
    }),
    ...(found.movements.length === 0 ? ['  ours: nothing that it may be about; say dispute'] : []),
    ...found.resolutions.map((each) => `  ${describeProposal(each)}`),
  ];
}

/** A proposal in a line. */
export function describeProposal(resolution: Resolution): string {
  const { id, subject, exception, movement = null, verdict, state, evidence } = resolution;
  const about = `${subject ?? exception}${movement === null ? '' : ` (${movement})`}`;
  const { decided_by: by, decision_reason: reason } = resolution;
  const decided = by === null ? '' : `, decided by ${by}${reason === null ? '' : ` (${reason})`}`;
  const until = state === 'proposed' ? ` until ${resolution.expires_at}` : '';
  const proposed = `proposed by ${resolution.proposed_by}`;
  return `○ ${id} ${about} ${verdict}: ${state}${until}, ${proposed}${decided}; ${evidence}`;
}
