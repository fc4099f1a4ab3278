import type { paymentsContract } from '@tpmall/payments/contract';
import type { InputOf } from '@tpmall/platform/contract';
import type { ErrorOccurrence, mandateData } from '@tpmall/wire';
import type { z } from 'zod';
import type { Call } from '../pipeline/route.ts';

type Confirm = InputOf<(typeof paymentsContract)['operations']['confirmIntent']>;
/** What a confirmation is told of it. */
export type Acceptance = Pick<Confirm, 'mandateAcceptance'>;

const AT = 'mandate_data[customer_acceptance]';

/**
 * How a shopper has agreed, as a request says it. Of its own shopper's browser the server knows address and
 * name itself, and takes nobody's word for them.
 */
export function requestedAcceptance(
  call: Call,
  { mandate_data: data }: { readonly mandate_data?: z.infer<typeof mandateData> | undefined },
):
  | { readonly ok: true; readonly value: Acceptance }
  | { readonly ok: false; readonly error: ErrorOccurrence } {
  if (!data) return { ok: true, value: {} };
  const { type, online, offline, accepted_at: acceptedAt } = data.customer_acceptance;
  const other = type === 'online' ? offline : online;
  if (other) {
    const param = `${AT}[${type === 'online' ? 'offline' : 'online'}]`;
    return refused('parameters_exclusive', param, `${param} does not go with type ${type}`);
  }
  const common = { type, ...(acceptedAt !== undefined && { acceptedAt: acceptedAt * 1_000_000 }) };
  if (type === 'offline') return { ok: true, value: { mandateAcceptance: common } };
  const isBrowser = call.principal?.kind === 'publishable';
  const { ip_address: ip, user_agent: userAgent } = isBrowser
    ? { ip_address: call.ip, user_agent: call.userAgent.slice(0, USER_AGENT_MAX) || undefined }
    : (online ?? {});
  if (!isBrowser && ip === undefined) {
    return refused('parameter_missing', `${AT}[online][ip_address]`, 'say from which address it was agreed');
  }
  if (!isBrowser && userAgent === undefined) {
    return refused('parameter_missing', `${AT}[online][user_agent]`, 'say with which browser it was agreed');
  }
  const from = { ...(ip !== undefined && { ip }), ...(userAgent !== undefined && { userAgent }) };
  return { ok: true, value: { mandateAcceptance: { ...common, ...from } } };
}

/** As many characters as a client may say itself. */
const USER_AGENT_MAX = 1000;

function refused(code: 'parameters_exclusive' | 'parameter_missing', param: string, message: string) {
  return { ok: false, error: { code, param, message } } as const;
}
