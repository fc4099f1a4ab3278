import { AMOUNT_MAX, type NewTransfer, TRANSFER_FLAGS, TRANSIENT_STATUSES } from '@tpmall/ledger/contract';
import type { Acknowledged, Balances } from './wire.ts';

/** A row of `ledger.log`, read by sequential scan in the order of position. */
export interface LogLine {
  readonly position: bigint;
  readonly timestamp: bigint;
  /** 1 posted, 2 pending, 3 post, 4 void, 5 expiry, 6 refusal. */
  readonly kind: number;
  readonly id: bigint;
  readonly debitAccountId: bigint;
  readonly creditAccountId: bigint;
  readonly pendingId: bigint;
  readonly amount: bigint;
  readonly timeout: bigint;
  readonly refusal: string | null;
}

/** What is there after the kills. */
export interface Evidence {
  /** The client's own log, in its order. */
  readonly acknowledged: readonly Acknowledged[];
  readonly log: readonly LogLine[];
  /** Ids of accounts whose debits must not exceed their credits. */
  readonly limited: readonly bigint[];
  /** What the state machine says. */
  readonly balances: readonly Balances[];
  /** What SQL adds up from the log. */
  readonly sums: readonly Balances[];
}

const KIND = { posted: 1, pending: 2, post: 3, void: 4, expiry: 5, refusal: 6 } as const;
const PROBLEMS_MAX = 50;

/** Everything that the evidence contradicts itself in; empty when all is well. */
export function findProblems(evidence: Evidence): string[] {
  const problems = [
    ...checkOrder(evidence.log),
    ...checkAcknowledgements(evidence),
    ...checkLog(evidence),
    ...compareBalances('SQL', evidence.sums, 'the machine', evidence.balances),
  ];
  return problems.slice(0, PROBLEMS_MAX);
}

function checkOrder(log: readonly LogLine[]): string[] {
  const problems: string[] = [];
  const ids = new Set<bigint>();
  let last: LogLine | undefined;
  for (const line of log) {
    if (last && line.position <= last.position) problems.push(`position ${line.position} is there twice`);
    if (last && line.timestamp <= last.timestamp) problems.push(`time runs backwards at ${line.position}`);
    last = line;
    if (line.kind === KIND.expiry) continue;
    if (ids.has(line.id)) problems.push(`id ${line.id} is there twice`);
    ids.add(line.id);
  }
  return problems;
}

/** No acknowledged transfer is missing, none was made twice, and no answer says other than the log. */
function checkAcknowledgements({ acknowledged, log }: Evidence): string[] {
  const problems: string[] = [];
  const logged = new Map<bigint, LogLine>();
  const held = new Map<bigint, bigint>();
  for (const line of log) {
    if (line.kind !== KIND.expiry) logged.set(line.id, line);
    if (line.kind === KIND.pending) held.set(line.id, line.amount);
  }
  const told = new Map<bigint, string[]>();
  for (const { transfer, status, timestamp } of acknowledged.flatMap(toldItems)) {
    const before = told.get(transfer.id) ?? [];
    const line = logged.get(transfer.id);
    problems.push(...judgeAnswer({ transfer, status, timestamp }, line, held.get(transfer.pendingId)));
    if (before.some(isMade) && status !== 'exists') {
      problems.push(`${transfer.id} was made, and later answered ${status}`);
    }
    if (before.some(isTransient) && isMade(status)) {
      problems.push(`${transfer.id} was used up, and later answered ${status}`);
    }
    told.set(transfer.id, [...before, status]);
  }
  for (const line of log) {
    if (line.kind === KIND.expiry || line.kind === KIND.refusal) continue;
    if (!told.has(line.id)) problems.push(`${line.id} is in the log, and nobody was told`);
    else if (!told.get(line.id)?.some(isMade)) problems.push(`${line.id} is in the log, but was refused`);
  }
  return problems;
}

interface Told {
  readonly transfer: NewTransfer;
  readonly status: string;
  /** Undefined where the answer did not say. */
  readonly timestamp: bigint | undefined;
}

/**
 * What a call was told of each transfer. A chain that exists answers `exists` for its first item and
 * `linked_event_failed` for the others, which therefore exist as well.
 */
function toldItems({ transfers, results }: Acknowledged): Told[] {
  const items: Told[] = [];
  let exists = false;
  transfers.forEach((transfer, index) => {
    const { status, timestamp } = results[index] ?? { status: 'no answer', timestamp: undefined };
    const inside = index > 0 && isLinked(transfers[index - 1]);
    exists = inside ? exists : status === 'exists' && isLinked(transfer);
    if (inside && exists) items.push({ transfer, status: 'exists', timestamp: undefined });
    else items.push({ transfer, status, timestamp });
  });
  return items;
}

function isLinked(transfer: NewTransfer | undefined): boolean {
  return transfer !== undefined && (transfer.flags & TRANSFER_FLAGS.linked) !== 0;
}

const isMade = (status: string): boolean => status === 'created' || status === 'exists';
const isTransient = (status: string): boolean =>
  (TRANSIENT_STATUSES as readonly string[]).includes(status) || status === 'id_already_failed';

function judgeAnswer(
  { transfer, status, timestamp }: Told,
  line: LogLine | undefined,
  held: bigint | undefined,
): string[] {
  const { id } = transfer;
  if (isTransient(status)) {
    if (line?.kind !== KIND.refusal) return [`${id} was answered ${status}, and the log does not say so`];
    return status !== 'id_already_failed' && status !== line.refusal
      ? [`${id} was answered ${status}, and the log says ${line.refusal}`]
      : [];
  }
  if (!isMade(status)) return [];
  if (!line || line.kind === KIND.refusal) return [`${id} was acknowledged, and is not in the log`];
  const whole = transfer.amount === (transfer.flags & TRANSFER_FLAGS.voidPendingTransfer ? 0n : AMOUNT_MAX);
  const amount = transfer.pendingId !== 0n && whole ? held : transfer.amount;
  if (line.amount !== amount && line.kind !== KIND.void) {
    return [`${id} was acknowledged with ${amount}, and logged with ${line.amount}`];
  }
  return timestamp !== undefined && line.timestamp !== timestamp
    ? [`${id} was acknowledged at ${timestamp}, and logged at ${line.timestamp}`]
    : [];
}

/**
 * Goes through the log as an auditor: every entry must have been possible, and the balances follow from it.
 */
function checkLog({ log, limited, balances }: Evidence): string[] {
  const problems: string[] = [];
  const sums = new Map<bigint, Balances>();
  const open = new Map<bigint, LogLine>();
  const add = (id: bigint, change: Partial<Balances>): void => {
    const now = sums.get(id) ?? zeros(id);
    sums.set(id, {
      id,
      debitsPending: now.debitsPending + (change.debitsPending ?? 0n),
      debitsPosted: now.debitsPosted + (change.debitsPosted ?? 0n),
      creditsPending: now.creditsPending + (change.creditsPending ?? 0n),
      creditsPosted: now.creditsPosted + (change.creditsPosted ?? 0n),
    });
  };
  for (const line of log) {
    const { kind, amount } = line;
    if (kind === KIND.refusal) continue;
    if (kind === KIND.posted || kind === KIND.post) {
      add(line.debitAccountId, { debitsPosted: amount });
      add(line.creditAccountId, { creditsPosted: amount });
    }
    if (kind === KIND.pending) {
      add(line.debitAccountId, { debitsPending: amount });
      add(line.creditAccountId, { creditsPending: amount });
      open.set(line.id, line);
    }
    if (kind === KIND.post || kind === KIND.void || kind === KIND.expiry) {
      const pending = open.get(line.pendingId);
      open.delete(line.pendingId);
      if (!pending) problems.push(`entry ${line.position} resolves ${line.pendingId}, which is not open`);
      else problems.push(...judgeResolution(line, pending));
      add(line.debitAccountId, { debitsPending: -(pending?.amount ?? 0n) });
      add(line.creditAccountId, { creditsPending: -(pending?.amount ?? 0n) });
    }
    const debit = sums.get(line.debitAccountId);
    if (
      debit &&
      limited.includes(debit.id) &&
      debit.debitsPending + debit.debitsPosted > debit.creditsPosted
    ) {
      problems.push(`entry ${line.position} overdraws account ${debit.id}`);
    }
  }
  return [...problems, ...compareBalances('the log', [...sums.values()], 'the machine', balances)];
}

function judgeResolution(line: LogLine, pending: LogLine): string[] {
  if (line.kind === KIND.post && line.amount > pending.amount) return [`${line.id} posts more than was held`];
  const due = pending.timestamp + pending.timeout * 1_000_000_000n;
  const isLate = pending.timeout !== 0n && due <= line.timestamp;
  if (line.kind === KIND.expiry && !isLate) return [`${pending.id} expired before its time`];
  if (line.kind !== KIND.expiry && isLate) return [`${pending.id} was resolved after its time`];
  return [];
}

function compareBalances(
  left: string,
  leftBalances: readonly Balances[],
  right: string,
  rightBalances: readonly Balances[],
): string[] {
  const text = (of: Balances | undefined): string =>
    of ? [of.debitsPending, of.debitsPosted, of.creditsPending, of.creditsPosted].join('/') : '0/0/0/0';
  const ids = new Set([...leftBalances, ...rightBalances].map((balance) => balance.id));
  return [...ids].flatMap((id) => {
    const a = text(leftBalances.find((balance) => balance.id === id));
    const b = text(rightBalances.find((balance) => balance.id === id));
    return a === b ? [] : [`account ${id} stands at ${a} in ${left} and at ${b} in ${right}`];
  });
}

function zeros(id: bigint): Balances {
  return { id, debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };
}
