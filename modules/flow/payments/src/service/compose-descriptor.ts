import { err, ok, type Result } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { PaymentsDeps } from './deps.ts';
import { findParties, type Unreached } from './look-up.ts';

/** The longest text on a shopper's statement; DE 43 has room for it. */
export const DESCRIPTOR_MAX = 22;

/** What is asked to stand on the shopper's statement. */
export interface AskedDescriptor {
  readonly statementDescriptor?: string | null | undefined;
  readonly statementDescriptorSuffix?: string | undefined;
}

/** What composing a descriptor can be refused with. */
export type DescriptorCode = 'statement_descriptor_too_long' | 'invalid_input' | Unreached;

/**
 * What stands on the shopper's statement: the whole text, or the platform's own with a suffix.
 *
 * @returns undefined where nothing was asked for
 */
export async function composeDescriptor(
  deps: PaymentsDeps,
  context: OutgoingContext,
  { statementDescriptor: whole, statementDescriptorSuffix: suffix }: AskedDescriptor,
): Promise<Result<string | null | undefined, DescriptorCode>> {
  if (suffix === undefined) return ok(whole);
  const field = 'statementDescriptorSuffix';
  if (typeof whole === 'string') {
    return err('invalid_input', 'a descriptor is given whole or by its suffix, not both', { field });
  }
  const parties = await findParties(deps, context, [context.tenant]);
  if (!parties.ok) return parties;
  const prefix = parties.value.get(context.tenant)?.statementDescriptor ?? '';
  const text = prefix === '' ? suffix : `${prefix}* ${suffix}`;
  if (text.length <= DESCRIPTOR_MAX) return ok(text);
  return err(
    'statement_descriptor_too_long',
    `${text} would be longer than the ${DESCRIPTOR_MAX} characters of a statement`,
    { field, detail: { maximum: DESCRIPTOR_MAX } },
  );
}
