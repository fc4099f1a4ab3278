import { hash } from 'node:crypto';
import { base32, err, hash128, type Micros, ok, type Result, transferId } from '@tpmall/kernel';
import { type CallContext, encode } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { findCommand } from '../store/commands.ts';
import type { Claim } from '../store/save-payments.ts';

/**
 * The command that a call carries. Its id derives from tenant, key and the instant of its first acceptance
 * and is unique for ever, although the key may come again after a day; ids in the ledger and at the acquirer
 * derive from it.
 *
 * @param operation part of the request: the same key for another operation is another request
 * @param input without what may differ between two tries of one request
 */
export function claimFor(
  context: Pick<CallContext, 'tenant' | 'commandId' | 'request'>,
  operation: string,
  input: object,
  at: Micros,
): Claim {
  const { tenant, commandId: key, request } = context;
  const requestHash = hash('sha256', `${operation}\n${encode(input)}`, 'buffer');
  return { tenant, key, at, id: commandIdOf(tenant, key, at), requestHash, request };
}

/** The id of the command that was first accepted at this instant. */
function commandIdOf(tenant: string, key: string, at: Micros): string {
  return `cmd_${base32(hash128('payments.command', tenant, key, String(at)))}`;
}

/** A command that was accepted: its id, and when. */
export type Accepted = Pick<Claim, 'id' | 'at'>;

/** The id of the object that a command makes: sorts by time, and a repetition finds it without a search. */
export function objectId(prefix: string, command: Accepted): string {
  return `${prefix}_${base32(transferId(command.id, command.at, prefix))}`;
}

/**
 * The command of this key that was accepted before, if any; another request under the same key is refused.
 */
export async function findAccepted(
  db: Queryable,
  claim: Claim,
): Promise<Result<Accepted | undefined, 'idempotency_mismatch'>> {
  const seen = await findCommand(db, claim.tenant, claim.key, claim.at);
  if (!seen) return ok(undefined);
  if (seen.requestHash.equals(claim.requestHash)) return ok({ id: seen.id, at: seen.at });
  return err('idempotency_mismatch', 'the same idempotency key was used for another request');
}
