import { withParameters } from '@tpmall/platform/contract';
import type { SetupIntent } from '../contract/index.ts';
import type { PaymentsDeps } from './deps.ts';
import type { IntentRecord } from './records.ts';

/**
 * Where the shopper goes on after a challenge: the caller's address, which learns there what was confirmed.
 * The client secret is in it, as clients of the payments API expect, so it is told to nobody but the shopper.
 */
export function wayBack(
  deps: PaymentsDeps,
  intent: Pick<IntentRecord | SetupIntent, 'id' | 'clientSecret' | 'returnUrl'>,
): string {
  if (intent.returnUrl === null) return deps.config.fallbackReturnUrl;
  const name = intent.id.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  const said = { [name]: intent.id, [`${name}_client_secret`]: intent.clientSecret };
  return withParameters(intent.returnUrl, said);
}
