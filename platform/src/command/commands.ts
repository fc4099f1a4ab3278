import { hash } from 'node:crypto';
import {
  assert,
  base32,
  DAY,
  type Err,
  err,
  hash128,
  type Micros,
  ok,
  type Result,
  transferId,
} from '@tpmall/kernel';
import { type ApiRequest, type CallContext, encode } from '../contract/index.ts';
import {
  type Database,
  instant,
  type Queryable,
  SQLSTATE,
  type Statement,
  sqlState,
  violatedConstraint,
} from '../db/index.ts';

/** A command as it is claimed in the transaction that has its effect. */
export interface Claim {
  readonly tenant: string;
  readonly key: string;
  readonly at: Micros;
  /** Derives from tenant, key and first acceptance; unique for ever. */
  readonly id: string;
  readonly requestHash: Buffer;
  /** The request of the API behind it, for its events. */
  readonly request?: ApiRequest | undefined;
}

/** A command that was accepted: its id, and when. */
export type Accepted = Pick<Claim, 'id' | 'at'>;

/** What a command does, and what its repetition answers. */
export interface Once<T, Code extends string> {
  /** Looks outside this database first: nothing is locked yet. What it refuses, a repetition does not ask. */
  readonly check?: () => Promise<Result<unknown, Code>>;
  /** The effect; a refusal undoes it all, so that the same command may come again. */
  readonly work: (tx: Queryable) => Promise<Result<T, Code>>;
  /** The answer to a command that was accepted before, from what is stored. */
  readonly repeat: (accepted: Accepted) => Promise<Result<T, Code>>;
}

/** The commands of one module, over its table `command` (`-- tpmall:command`). */
export interface Commands {
  /**
   * The command that a call carries.
   *
   * @param operation part of the request: the same key for another operation is another request
   * @param input without what may differ between two tries of one request
   */
  claimFor(
    context: Pick<CallContext, 'tenant' | 'commandId' | 'request'>,
    operation: string,
    input: object,
    at: Micros,
  ): Claim;
  /** The command of this key that was accepted before; another request under the same key is refused. */
  findAccepted(db: Queryable, claim: Claim): Promise<Result<Accepted | undefined, 'idempotency_mismatch'>>;
  /** Has the effect of a command once, in one transaction with its acceptance. */
  once<T, Code extends string>(
    db: Database,
    claim: Claim,
    once: Once<T, Code>,
  ): Promise<Result<T, Code | 'idempotency_mismatch'>>;
}

/** Carries a refusal out of the transaction that it undoes. */
class Undone extends Error {
  override readonly name = 'Undone';
  readonly refusal: Err<string>;

  constructor(refusal: Err<string>) {
    super(refusal.error.message);
    this.refusal = refusal;
  }
}

interface CommandRow {
  command_id: string;
  first_seen: Micros;
  request_hash: Buffer;
}

/** The commands of a module. Called while the program is put together: the name is a constant. */
export function createCommands(module: string): Commands {
  const table = `${module}.command`;
  const take: Statement = {
    name: `${module}.take-command`,
    text: `INSERT INTO ${table} AS c (tenant, key, first_seen, command_id, request_hash)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant, key) DO UPDATE SET
  first_seen = EXCLUDED.first_seen, command_id = EXCLUDED.command_id, request_hash = EXCLUDED.request_hash
WHERE c.first_seen <= EXCLUDED.first_seen - interval '24 hours'`,
  };
  const find: Statement = {
    name: `${module}.find-command`,
    text: `SELECT command_id, first_seen, request_hash FROM ${table}
WHERE tenant = $1 AND key = $2 AND first_seen > $3`,
  };
  const accept = async (tx: Queryable, { tenant, key, at, id, requestHash }: Claim): Promise<boolean> =>
    (await tx.run(take, [tenant, key, instant(at), id, requestHash])).count > 0;

  const findAccepted: Commands['findAccepted'] = async (db, { tenant, key, at, requestHash }) => {
    const { rows } = await db.run<CommandRow>(find, [tenant, key, instant(at - DAY)]);
    const [seen] = rows;
    if (!seen) return ok(undefined);
    if (seen.request_hash.equals(requestHash)) return ok({ id: seen.command_id, at: seen.first_seen });
    return err('idempotency_mismatch', 'the same idempotency key was used for another request');
  };

  const effect = async <T, Code extends string>(
    db: Database,
    claim: Claim,
    work: Once<T, Code>['work'],
  ): Promise<Result<T, Code> | undefined> => {
    const written = db.transaction(async (tx) => {
      if (!(await accept(tx, claim))) return undefined;
      const done = await work(tx);
      if (!done.ok) throw new Undone(done);
      return done;
    });
    try {
      return await unlessClaimed(written, undefined);
    } catch (error) {
      if (error instanceof Undone) return error.refusal as Err<Code>;
      throw error;
    }
  };

  return {
    findAccepted,
    claimFor({ tenant, commandId: key, request }, operation, input, at) {
      const requestHash = hash('sha256', `${operation}\n${encode(input)}`, 'buffer');
      const id = `cmd_${base32(hash128(`${module}.command`, tenant, key, String(at)))}`;
      return { tenant, key, at, id, requestHash, request };
    },
    async once(db, claim, { check, work, repeat }) {
      const checked = await check?.();
      if (checked === undefined || checked.ok) {
        const done = await effect(db, claim, work);
        if (done) return done;
      }
      const accepted = await findAccepted(db, claim);
      if (!accepted.ok) return accepted;
      if (accepted.value) return repeat(accepted.value);
      assert(checked && !checked.ok, 'a command that was seen can be found');
      return checked;
    },
  };
}

/**
 * A write that claims its command in the same statement. It answers `seen` where the same command, at the
 * same instant and from another request, was accepted while this one looked: Postgres may notice that by one
 * of the ids that derive from a command before it does by the key.
 *
 * @param ids unique constraints on other such ids that the statement may meet first
 */
export async function unlessClaimed<T>(write: Promise<T>, seen: T, ids: readonly string[] = []): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const violated = sqlState(error) === SQLSTATE.uniqueViolation ? violatedConstraint(error) : undefined;
    if (violated !== undefined && ['command_command_id_key', ...ids].includes(violated)) return seen;
    throw error;
  }
}

/** The id of the object that a command makes: sorts by time, and a repetition finds it without a search. */
export function objectId(prefix: string, command: Accepted, part = ''): string {
  return `${prefix}_${base32(transferId(command.id, command.at, prefix + part))}`;
}
