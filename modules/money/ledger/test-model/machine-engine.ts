import type { Account, Transfer } from '../src/contract/types.ts';
import {
  AccountState,
  type Applied,
  apply,
  createState,
  type HistoryEntry,
  KIND,
  type LogEntry,
  RESOLUTION,
  replay,
  replayAccount,
  type State,
  type TransferEntry,
} from '../src/machine/index.ts';
import { type Engine, OWNER } from './engine.ts';
import type { PendingState } from './world.ts';

/** The state machine as an engine, with everything it would have logged. */
export interface MachineEngine extends Engine {
  readonly state: State;
  readonly log: LogEntry[];
  /** Accounts as they were opened. */
  readonly opened: AccountState[];
  readonly history: HistoryEntry[];
}

/** The state machine of the ledger, driven as the writer drives it. */
export function machineEngine(
  state: State = createState(),
  past: Partial<MachineEngine> = {},
): MachineEngine {
  const log = [...(past.log ?? [])];
  const opened = [...(past.opened ?? [])];
  const history = [...(past.history ?? [])];
  const keep = (applied: Applied<string>): void => {
    log.push(...applied.entries);
    opened.push(...applied.accounts.map(asOpened));
    history.push(...(applied.history ?? []));
  };
  return {
    name: 'machine',
    state,
    log,
    opened,
    history,
    createAccounts: (accounts, timestamp) => {
      const applied = apply(state, { kind: 'accounts', accounts, owner: OWNER }, timestamp);
      keep(applied);
      return applied.results;
    },
    createTransfers: (transfers, timestamp) => {
      const applied = apply(state, { kind: 'transfers', transfers }, timestamp);
      keep(applied);
      return applied.results;
    },
    account: (id) => {
      const account = state.accounts.get(id);
      return account && accountOf(account);
    },
    transfer: (id) => {
      const entry = state.known.get(id);
      return entry && entry.kind !== KIND.refusal ? transferOf(entry) : undefined;
    },
    pendingState: (id) => {
      const entry = state.known.get(id);
      return entry && entry.kind !== KIND.refusal ? pendingStateOf(entry) : undefined;
    },
  };
}

/**
 * The machine that a restart makes: its accounts as they were opened, and every entry of the log done again.
 */
export function replayed(machine: MachineEngine): MachineEngine {
  const state = createState();
  for (const account of machine.opened) replayAccount(state, asOpened(account));
  const log = machine.log.map((entry) => {
    const copy = rebind(state, entry);
    replay(state, copy);
    return copy;
  });
  state.lastTimestamp = machine.state.lastTimestamp;
  return machineEngine(state, { log, opened: machine.opened, history: machine.history });
}

function rebind(state: State, entry: LogEntry): LogEntry {
  if (entry.kind === KIND.refusal) return { ...entry };
  if (entry.kind === KIND.expiry) return { ...entry, pending: knownTransfer(state, entry.pending.id) };
  const debit = state.accounts.get(entry.debit.id) as AccountState;
  const credit = state.accounts.get(entry.credit.id) as AccountState;
  const pending = entry.pending && knownTransfer(state, entry.pending.id);
  return { ...entry, debit, credit, pending, resolution: RESOLUTION.open };
}

function knownTransfer(state: State, id: bigint): TransferEntry {
  return state.known.get(id) as TransferEntry;
}

/** Another one like it, with nothing on it. */
function asOpened(account: AccountState): AccountState {
  const { id, userData128, userData64, userData32, ledger, code, openedFlags, timestamp, owner } = account;
  const fields = { id, userData128, userData64, userData32, ledger, code, flags: openedFlags, timestamp };
  return new AccountState(fields, owner, timestamp);
}

/** An account in memory as the contract shows it. */
export function accountOf(account: AccountState): Account {
  const { place: _, ...fields } = account;
  const { debitsPending, debitsPosted, creditsPending, creditsPosted } = account;
  return { ...fields, debitsPending, debitsPosted, creditsPending, creditsPosted };
}

/** A logged transfer as the contract shows it. */
function transferOf(entry: TransferEntry): Transfer {
  return {
    id: entry.id,
    debitAccountId: entry.debit.id,
    creditAccountId: entry.credit.id,
    amount: entry.amount,
    pendingId: entry.pending?.id ?? 0n,
    userData128: entry.userData128,
    userData64: entry.userData64,
    userData32: entry.userData32,
    timeout: entry.timeout,
    ledger: entry.debit.ledger,
    code: entry.code,
    flags: entry.flags,
    timestamp: entry.timestamp,
  };
}

function pendingStateOf(entry: TransferEntry): PendingState {
  if (entry.kind !== KIND.pending) return 'none';
  if (entry.resolution === RESOLUTION.open) return 'pending';
  if (entry.resolution === RESOLUTION.posted) return 'posted';
  return entry.resolution === RESOLUTION.voided ? 'voided' : 'expired';
}
