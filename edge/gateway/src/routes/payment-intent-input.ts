import type { PartyAccount } from '@tpmall/accounts/contract';
import { type Micros, SECOND } from '@tpmall/kernel';
import type { PaymentIntent, SplitLeg } from '@tpmall/payments/contract';
import type {
  createPaymentIntentParameters,
  ErrorOccurrence,
  SplitRequest,
  updatePaymentIntentParameters,
} from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import type { Call } from '../pipeline/route.ts';

/** How long a merchant's fee plan and the platform's descriptor are remembered. */
const ACCOUNT_CACHE_TIME: Micros = 5 * SECOND;
/** Accounts remembered. */
const ACCOUNT_CACHE_ENTRIES = 10_000;
/** The longest text on a shopper's statement. */
const DESCRIPTOR_LENGTH = 22;

type Create = z.infer<typeof createPaymentIntentParameters>;
type Update = z.infer<typeof updatePaymentIntentParameters>;
type SplitParameters = Pick<Create, 'split' | 'transfer_data' | 'application_fee_amount'>;
type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorOccurrence };

/** Turns parameters of payment intents into what the payments module takes. */
export function createIntentInput({ ports, clock }: GatewayEnvironment) {
  const cache = new Map<string, { readonly account: PartyAccount; readonly until: Micros }>();

  const accounts = async (
    { context }: Call,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, PartyAccount> | undefined> => {
    const now = clock.now();
    const slot = (id: string): string => `${context.tenant}\n${id}`;
    const found = new Map<string, PartyAccount>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const cached = cache.get(slot(id));
      if (cached && cached.until > now) found.set(id, cached.account);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const answer = await ports.accounts.findAccounts(context, { ids: missing });
    if (!answer.ok) return undefined;
    if (cache.size >= ACCOUNT_CACHE_ENTRIES) cache.clear();
    for (const account of answer.value) {
      found.set(account.id, account);
      cache.set(slot(account.id), { account, until: now + ACCOUNT_CACHE_TIME });
    }
    return found;
  };

  /** The split of a payment; merchants without a fee of their own pay what their fee plan says. */
  const split = async (
    call: Call,
    parameters: SplitParameters,
    total: bigint,
    currency: string,
  ): Promise<Read<readonly SplitLeg[]>> => {
    const requested = requestedSplit(parameters, total);
    if (!requested.ok || requested.value.length === 0)
      return requested.ok ? { ok: true, value: [] } : requested;
    const unpriced = requested.value.filter((leg) => leg.applicationFee === undefined);
    const merchants =
      unpriced.length === 0
        ? new Map<string, PartyAccount>()
        : await accounts(
            call,
            unpriced.map((leg) => leg.destination),
          );
    if (!merchants) return { ok: false, error: { code: 'unavailable' } };
    return {
      ok: true,
      value: requested.value.map((leg) => ({
        destination: leg.destination,
        amount: leg.amount,
        applicationFee: leg.applicationFee ?? planFee(leg.amount, currency, merchants.get(leg.destination)),
      })),
    };
  };

  /** What stands on the shopper's statement: the whole text, or the platform's prefix with a suffix. */
  const descriptor = async (
    call: Call,
    given: Pick<Create, 'statement_descriptor' | 'statement_descriptor_suffix'>,
  ): Promise<Read<string | null | undefined>> => {
    const { statement_descriptor: whole, statement_descriptor_suffix: suffix } = given;
    if (suffix === undefined || suffix === null) return { ok: true, value: whole };
    const param = 'statement_descriptor_suffix';
    if (typeof whole === 'string') {
      const message = 'send statement_descriptor or statement_descriptor_suffix, not both';
      return { ok: false, error: { code: 'parameters_exclusive', message, param } };
    }
    const found = await accounts(call, [call.context.tenant]);
    if (!found) return { ok: false, error: { code: 'unavailable' } };
    const prefix = found.get(call.context.tenant)?.statementDescriptor ?? '';
    const text = prefix === '' ? suffix : `${prefix}* ${suffix}`;
    if (text.length > DESCRIPTOR_LENGTH) {
      const message = `${text} would be longer than the ${DESCRIPTOR_LENGTH} characters of a statement`;
      return { ok: false, error: { code: 'parameter_invalid_string', message, param } };
    }
    return { ok: true, value: text };
  };

  return { split, descriptor };
}

/** The split that parameters ask for, of a total. */
function requestedSplit(parameters: SplitParameters, total: bigint): Read<readonly SplitRequest[]> {
  const { split, transfer_data: single, application_fee_amount: fee } = parameters;
  if (split && (single || fee !== undefined))
    return exclusive('split', 'transfer_data and application_fee_amount');
  if (split) {
    const value = split.map((leg) => ({
      destination: leg.destination,
      amount: leg.amount,
      applicationFee: leg.application_fee_amount,
    }));
    return { ok: true, value };
  }
  if (!single) {
    if (fee === undefined) return { ok: true, value: [] };
    const message = 'application_fee_amount needs a merchant in transfer_data[destination]';
    return { ok: false, error: { code: 'parameter_missing', message, param: 'transfer_data[destination]' } };
  }
  if (single.amount !== undefined && fee !== undefined) {
    return exclusive('transfer_data[amount]', 'application_fee_amount');
  }
  const leg =
    single.amount === undefined
      ? { destination: single.destination, amount: total, applicationFee: fee }
      : { destination: single.destination, amount: single.amount, applicationFee: 0n };
  return { ok: true, value: [leg] };
}

/**
 * The parameters that decide a split after an update: those given now, else those the intent was made with,
 * so that a merchant who gets all of it still does after the amount has changed.
 */
export function updatedSplit(parameters: Update, intent: PaymentIntent): SplitParameters | undefined {
  const { split, transfer_data, application_fee_amount: fee, amount } = parameters;
  if (split || transfer_data) return parameters;
  const single = intent.split.length === 1 ? intent.split[0] : undefined;
  const isWhole = single !== undefined && single.amount === intent.amount;
  if (fee === undefined && (amount === undefined || !isWhole)) return undefined;
  if (!single) return { ...(fee !== undefined && { application_fee_amount: fee }) };
  if (!isWhole) {
    return {
      split: [{ destination: single.destination, amount: single.amount, application_fee_amount: fee }],
    };
  }
  return {
    transfer_data: { destination: single.destination },
    application_fee_amount: fee ?? single.applicationFee,
  };
}

/**
 * Hundredths of a percent of the part, rounded half up, and the fixed part in the merchant's own currency.
 */
function planFee(amount: bigint, currency: string, merchant: PartyAccount | undefined): bigint {
  if (!merchant) return 0n;
  const share = (amount * BigInt(merchant.feePlan.basisPoints) + 5_000n) / 10_000n;
  const fee = share + (merchant.defaultCurrency === currency ? merchant.feePlan.fixed : 0n);
  return fee > amount ? amount : fee;
}

function exclusive(param: string, other: string): { ok: false; error: ErrorOccurrence } {
  const message = `${param} excludes ${other}`;
  return { ok: false, error: { code: 'parameters_exclusive', message, param } };
}
