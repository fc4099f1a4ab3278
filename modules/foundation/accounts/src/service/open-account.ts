import { createHash } from 'node:crypto';
import { type Clock, err, findCurrency, type IdSource, ok, type Result } from '@tpmall/kernel';
import { type CallContext, encode } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { PartyAccount } from '../contract/index.ts';
import { findAccountByCommand, insertAccount } from '../store/accounts.ts';

/** What opening an account stands on. */
export interface AccountsEnvironment {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** An account as it is asked for. */
export type AccountRequest = Pick<
  PartyAccount,
  'kind' | 'name' | 'country' | 'defaultCurrency' | 'email' | 'statementDescriptor' | 'feePlan'
>;

/**
 * Opens an account: a platform becomes its own tenant, a merchant belongs to the tenant that asks. A
 * repetition of the command answers the account that it opened.
 */
export async function openAccount(
  environment: AccountsEnvironment,
  context: Pick<CallContext, 'actor' | 'tenant' | 'commandId'>,
  request: AccountRequest,
): Promise<Result<PartyAccount, 'invalid_input'>> {
  const { db, clock, ids } = environment;
  if (!findCurrency(request.defaultCurrency)) {
    const message = `there is no currency ${request.defaultCurrency}`;
    return err('invalid_input', message, { field: 'defaultCurrency' });
  }
  if (!/^[A-Z]{2}$/.test(request.country)) {
    return err('invalid_input', 'a country is two capital letters (ISO 3166-1)', { field: 'country' });
  }
  const id = ids.next('acct');
  const account: PartyAccount = {
    id,
    tenant: request.kind === 'platform' ? id : context.tenant,
    ...request,
    capabilities: { cardPayments: true, transfers: true },
    createdAt: clock.now(),
  };
  const command = {
    tenant: context.tenant,
    commandId: context.commandId,
    requestHash: createHash('sha256').update(encode(request)).digest(),
  };
  const opened = await insertAccount(db, account, command, {
    actor: context.actor,
    action: 'account.opened',
    subject: id,
    reason: request.name,
    detail: { kind: request.kind, country: request.country },
  });
  if (opened) return ok(account);
  const earlier = await findAccountByCommand(db, command);
  return earlier ? ok(earlier) : err('invalid_input', 'this command was given before, with other input');
}
