import { assert, DAY, type Err, err, type Micros, ok, type Result } from '@tpmall/kernel';
import { type Accepted, type Commands, objectId } from '../command/index.ts';
import { type CallContext, personOf } from '../contract/index.ts';
import {
  createRecordTable,
  type Database,
  instant,
  type Queryable,
  type RecordColumns,
  type Statement,
  violatedConstraint,
} from '../db/index.ts';
import { AUDIT_EVENT, type AuditEntry, appendEvent } from '../events/index.ts';
import type { DecisionCode, ProposalCode, Unended, WithdrawalCode } from './codes.ts';

/** How long a proposal waits for a second person: what was seen then may stand otherwise by now. */
export const PROPOSAL_LIFE = 7 * DAY;
/** Proposals whose time is over that one statement ends. */
const EXPIRED_MAX = 100;

/**
 * How a proposal stands.
 *
 * - `proposed`: waits for a second person
 * - `confirmed`: that person agrees, and it is being carried out
 * - `applied`: it took effect
 * - `overtaken`: it could not take effect any more, and nothing was changed
 * - `rejected`: another person disagrees
 * - `withdrawn`: whoever proposed it has taken it back
 * - `expired`: nobody has decided in time
 */
export type ProposalState =
  | 'proposed'
  | 'confirmed'
  | 'applied'
  | 'overtaken'
  | 'rejected'
  | 'withdrawn'
  | 'expired';

/** What one person proposes and another one decides about: dual control (PCI DSS, NIST SP 800-57). */
export interface Proposal {
  readonly id: string;
  readonly tenant: string;
  /** How it is known, or why: for the second person and for auditors. */
  readonly evidence: string;
  readonly state: ProposalState;
  /**
   * A person: `operator:person_…`, with whatever session or key. Whoever confirms or rejects is another one.
   */
  readonly proposedBy: string;
  readonly proposedAt: Micros;
  /** From then on nobody can confirm it. */
  readonly expiresAt: Micros;
  readonly decidedBy: string | null;
  readonly decidedAt: Micros | null;
  readonly decisionReason: string | null;
}

/** The columns of {@link Proposal}; its own go beside them. */
export const PROPOSAL_COLUMNS = {
  id: 'text',
  tenant: 'text',
  evidence: 'text',
  state: 'text',
  proposedBy: 'text',
  proposedAt: 'timestamptz',
  expiresAt: 'timestamptz',
  decidedBy: 'text',
  decidedAt: 'timestamptz',
  decisionReason: 'text',
} as const;

/** What somebody says to a proposal: another person the first two, its own the third. */
type Decision = 'confirm' | 'reject' | 'withdraw';

/** Which proposal, and why it is decided so. */
interface Said {
  readonly id: string;
  readonly reason?: string | undefined;
}

/** How a decision may end. A repetition by the same person answers with what it has come to. */
const ENDS: Readonly<Record<Decision, readonly ProposalState[]>> = {
  confirm: ['confirmed', 'applied', 'overtaken'],
  reject: ['rejected'],
  withdraw: ['withdrawn'],
};

/** What a module says of its proposals, once. */
interface Described<Kept extends Proposal> {
  /** Whose outbox and `command` table are used. */
  readonly module: string;
  readonly commands: Commands;
  /** What the audit log calls it: `resolution` gives `resolution.proposed`. */
  readonly name: string;
  /** Of ids: `rsl` gives `rsl_…`. */
  readonly prefix: string;
  /** With its schema. See `README.md` for the constraints and grants that it must have. */
  readonly table: string;
  readonly columns: RecordColumns<Kept>;
  /** The unique index that keeps two proposals about one thing from being open. */
  readonly oneOpen: string;
  /** Whose proposals a caller sees: those of its tenant, or all of the house. */
  readonly scope: 'tenant' | 'house';
  /** What it is about, by id, and what else the audit log keeps of it. */
  readonly audited: (kept: Kept) => { readonly subject: string } & Pick<AuditEntry, 'detail'>;
}

/** What proposals are kept with. */
interface Room {
  readonly db: Database;
  readonly clock: { now(): Micros };
}

/** The part of a proposal that its module says. */
type Content<Kept extends Proposal> = Omit<Kept, Exclude<keyof Proposal, 'evidence'>>;

/** The proposals of one module about one kind of thing. */
export interface Proposals<Kept extends Proposal> {
  /**
   * Writes down what a person proposes. Nothing changes until another one confirms.
   *
   * @param input what was asked for: the same key with another input is refused
   * @param look whether it may be proposed, and what is kept of it; looked at before anything is locked
   */
  propose<Code extends string>(
    room: Room,
    context: CallContext,
    input: object,
    look: () => Promise<Result<Content<Kept>, Code>>,
  ): Promise<Result<Kept, Code | ProposalCode>>;
  /**
   * Another person agrees. Under the proposal's lock, so that of any number of people at the same moment one
   * decides; the effect, the decision and its audit entry commit together.
   *
   * @param carryOut the effect, and what it has come to; by default `confirmed`, to be carried out later
   */
  confirm(
    room: Room,
    context: CallContext,
    said: Said,
    carryOut?: (tx: Queryable, proposed: Kept) => Promise<'confirmed' | 'applied' | 'overtaken'>,
  ): Promise<Result<Kept, DecisionCode>>;
  /** Another person disagrees: nothing changes, and another proposal may be made. */
  reject(room: Room, context: CallContext, said: Said): Promise<Result<Kept, DecisionCode>>;
  /** Whoever proposed it takes it back. */
  withdraw(room: Room, context: CallContext, said: Said): Promise<Result<Kept, WithdrawalCode>>;
  find(room: Room, tenant: string, id: string): Promise<Kept | undefined>;
  /** The newest first; `open`: those that wait for a second person or are being carried out. */
  list(room: Room, tenant: string, open: boolean, limit: number): Promise<Kept[]>;
  /** What was confirmed and is still to be carried out, of all tenants, the oldest first. */
  confirmed(db: Queryable, limit: number): Promise<Kept[]>;
  /** Ends what nobody has decided about in time; answers how many. */
  expire(room: Room): Promise<number>;
  /** Tells the audit log what has become of a proposal, in the transaction of that. */
  audit(tx: Queryable, kept: Kept, actor: string, at: Micros): Promise<void>;
}

/** Describes the proposals of a module. Called while the program is put together: names are constants. */
export function createProposals<Kept extends Proposal>(described: Described<Kept>): Proposals<Kept> {
  const { module, commands, name, prefix, oneOpen } = described;
  const records = createRecordTable<Kept>({ ...described, changing: [] });
  const statements = statementsOf(described, records.names, records.insert);
  const scoped = described.scope === 'tenant' ? (tenant: string) => [tenant] : () => [];
  const seen = (kept: Kept, now: Micros): Kept => (isOver(kept, now) ? { ...kept, state: 'expired' } : kept);
  const missing = (id: string) => err('not_found', `there is no resolution ${id}`, { field: 'id' });

  const find: Proposals<Kept>['find'] = async ({ db, clock }, tenant, id) => {
    const kept = await records.first(db, statements.find, [id, ...scoped(tenant)]);
    return kept && seen(kept, clock.now());
  };
  const audit: Proposals<Kept>['audit'] = async (tx, kept, actor, at) => {
    const { subject, detail } = described.audited(kept);
    const { id, tenant, evidence, state, proposedBy, decidedBy, decisionReason } = kept;
    const payload: AuditEntry = {
      ...{ actor, subject, action: `${name}.${state}`, reason: decisionReason ?? evidence },
      detail: { resolution: id, ...detail, proposedBy, decidedBy },
    };
    await appendEvent(tx, module, { type: AUDIT_EVENT, aggregateId: id, tenant, at, payload });
  };
  const endOverdue = async (tx: Queryable, now: Micros): Promise<number> => {
    const ended = await records.all(tx, statements.expire, [instant(now), EXPIRED_MAX]);
    for (const kept of ended) await audit(tx, kept, 'system', now);
    return ended.length;
  };

  const decide = async <Code extends string>(
    room: Room,
    context: CallContext,
    { id, reason }: Said,
    decision: Decision,
    mayBe: (isOwn: boolean) => Err<Code> | undefined,
    carryOut: (tx: Queryable, proposed: Kept) => Promise<ProposalState>,
  ): Promise<Result<Kept, Unended | Code>> => {
    const { actor, tenant } = context;
    if (personOf(actor) === undefined) return personNeeded();
    const at = room.clock.now();
    const claim = commands.claimFor(context, `${decision}-${name}`, { id, reason }, at);
    return commands.once<Kept, Unended | Code>(room.db, claim, {
      work: async (tx) => {
        const proposed = await records.first(tx, statements.lock, [id, ...scoped(tenant)]);
        if (!proposed) return missing(id);
        const refused = mayBe(personOf(proposed.proposedBy) === personOf(actor));
        if (refused) return refused;
        if (proposed.decidedBy === actor && ENDS[decision].includes(proposed.state)) return ok(proposed);
        const ended = endOf(seen(proposed, at));
        if (ended) return ended;
        const state = await carryOut(tx, proposed);
        const decisionReason = reason ?? null;
        const { count } = await tx.run(statements.decide, [id, state, actor, instant(at), decisionReason]);
        assert(count === 1, 'what is locked is decided once');
        const decided: Kept = { ...proposed, state, decidedBy: actor, decidedAt: at, decisionReason };
        await audit(tx, decided, actor, at);
        return ok(decided);
      },
      repeat: async () => {
        const kept = await find(room, tenant, id);
        return kept ? ok(kept) : missing(id);
      },
    });
  };

  return {
    find,
    audit,
    confirmed: (db, limit) => records.all(db, statements.confirmed, [limit]),
    expire: ({ db, clock }) => db.transaction((tx) => endOverdue(tx, clock.now())),
    async list({ db, clock }, tenant, open, limit) {
      const now = clock.now();
      const kept = await records.all(db, statements.list, [open, limit, instant(now), ...scoped(tenant)]);
      return kept.map((each) => seen(each, now));
    },
    async propose(room, context, input, look) {
      const { actor, tenant } = context;
      if (personOf(actor) === undefined) return personNeeded();
      const claim = commands.claimFor(context, `propose-${name}`, input, room.clock.now());
      let said: Content<Kept> | undefined;
      const repeat = async (accepted: Accepted): Promise<Result<Kept, never>> => {
        const kept = await find(room, tenant, objectId(prefix, accepted));
        assert(kept, 'a proposal that was accepted is there');
        return ok(kept);
      };
      try {
        return await commands.once(room.db, claim, {
          check: async () => {
            const looked = await look();
            if (looked.ok) said = looked.value;
            return looked;
          },
          work: async (tx) => {
            assert(said, 'what was not refused was said');
            // One that nobody can confirm any more keeps no other one from being made.
            await endOverdue(tx, claim.at);
            const kept = newProposal<Kept>(said, objectId(prefix, claim), tenant, actor, claim.at);
            await tx.run(statements.insert, [records.rows([kept])]);
            await audit(tx, kept, actor, claim.at);
            return ok(kept);
          },
          repeat,
        });
      } catch (error) {
        if (violatedConstraint(error) !== oneOpen) throw error;
        return err('resolution_open', 'another resolution of the same waits for a second person', {
          field: 'id',
        });
      }
    },
    confirm: (room, context, said, carryOut = async () => 'confirmed') =>
      decide<'same_person'>(room, context, said, 'confirm', bySomebodyElse, carryOut),
    reject: (room, context, said) =>
      decide<'same_person'>(room, context, said, 'reject', bySomebodyElse, async () => 'rejected'),
    withdraw: (room, context, said) =>
      decide<'not_the_proposer'>(room, context, said, 'withdraw', byTheProposer, async () => 'withdrawn'),
  };
}

function newProposal<Kept extends Proposal>(
  said: Content<Kept>,
  id: string,
  tenant: string,
  actor: string,
  at: Micros,
): Kept {
  return {
    ...said,
    ...{ id, tenant, state: 'proposed', proposedBy: actor, proposedAt: at, expiresAt: at + PROPOSAL_LIFE },
    ...{ decidedBy: null, decidedAt: null, decisionReason: null },
  } as unknown as Kept;
}

/** Waits for somebody who would come too late. */
function isOver({ state, expiresAt }: Proposal, now: Micros): boolean {
  return state === 'proposed' && expiresAt <= now;
}

/** Whoever can read a key of nobody would be a second person with it. */
function personNeeded(): Err<'person_needed'> {
  return err('person_needed', 'this key belongs to nobody, and what two people decide is said by people');
}

function bySomebodyElse(isOwn: boolean): Err<'same_person'> | undefined {
  if (!isOwn) return undefined;
  return err('same_person', 'whoever proposed a resolution cannot decide about it', { field: 'id' });
}

function byTheProposer(isOwn: boolean): Err<'not_the_proposer'> | undefined {
  if (isOwn) return undefined;
  return err('not_the_proposer', 'only whoever proposed a resolution takes it back', { field: 'id' });
}

/** Why nobody can decide about it any more. */
function endOf({ id, state }: Proposal): Err<'resolution_expired' | 'resolution_decided'> | undefined {
  if (state === 'proposed') return undefined;
  if (state === 'expired') {
    return err('resolution_expired', `nobody has decided about resolution ${id} in time`, { field: 'id' });
  }
  return err('resolution_decided', `resolution ${id} is ${state}`, { field: 'id' });
}

type Act = 'find' | 'lock' | 'list' | 'confirmed' | 'insert' | 'decide' | 'expire';

function statementsOf<Kept extends Proposal>(
  { module, name, table, scope }: Described<Kept>,
  names: string,
  insert: string,
): Readonly<Record<Act, Statement>> {
  const statement = (act: Act, text: string): Statement => ({ name: `${module}.${act}-${name}`, text });
  const isOfTenant = (parameter: number): string => (scope === 'tenant' ? ` AND tenant = $${parameter}` : '');
  const byId = `SELECT ${names} FROM ${table} WHERE id = $1${isOfTenant(2)}`;
  return {
    find: statement('find', byId),
    lock: statement('lock', `${byId} FOR UPDATE`),
    list: statement(
      'list',
      `SELECT ${names} FROM ${table}
WHERE (NOT $1 OR state = 'confirmed' OR (state = 'proposed' AND expires_at > $3))${isOfTenant(4)}
ORDER BY proposed_at DESC, id DESC LIMIT $2`,
    ),
    confirmed: statement(
      'confirmed',
      `SELECT ${names} FROM ${table} WHERE state = 'confirmed' ORDER BY decided_at LIMIT $1`,
    ),
    insert: statement('insert', insert),
    decide: statement(
      'decide',
      `UPDATE ${table} SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5
WHERE id = $1 AND state = 'proposed'`,
    ),
    expire: statement(
      'expire',
      `UPDATE ${table} SET state = 'expired' WHERE state = 'proposed' AND id IN (
  SELECT id FROM ${table} WHERE state = 'proposed' AND expires_at <= $1
  ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING ${names}`,
    ),
  };
}
