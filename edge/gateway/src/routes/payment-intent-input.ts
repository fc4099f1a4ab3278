import type { paymentsContract } from '@tpmall/payments/contract';
import type { InputOf } from '@tpmall/platform/contract';
import type {
  capturePaymentIntentParameters,
  createPaymentIntentParameters,
  ErrorOccurrence,
  updatePaymentIntentParameters,
} from '@tpmall/wire';
import type { z } from 'zod';

type Operations = (typeof paymentsContract)['operations'];
type Create = z.infer<typeof createPaymentIntentParameters>;
type Capture = z.infer<typeof capturePaymentIntentParameters>;
type Update = z.infer<typeof updatePaymentIntentParameters>;
type SplitParameters = Pick<Create, 'split' | 'transfer_data' | 'application_fee_amount'>;
type DescriptorParameters = Pick<Create, 'statement_descriptor' | 'statement_descriptor_suffix'>;
type Leg = InputOf<Operations['createIntent']>['split'][number];
type Descriptor = 'statementDescriptor' | 'statementDescriptorSuffix';
/** What is composed of several parameters of a new intent. */
export type ComposedIntent = Pick<InputOf<Operations['createIntent']>, 'split' | Descriptor>;
/** What is composed of several parameters of a change. */
export type ComposedChange = Pick<
  InputOf<Operations['updateIntent']>,
  'split' | 'applicationFee' | Descriptor
>;
type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorOccurrence };

/**
 * The split as parameters ask for it. Nothing is derived here: amounts and commissions that are not given are
 * the payments module's to find, so that a repetition of the request is the same request.
 */
export function requestedSplit(parameters: SplitParameters): Read<Leg[]> {
  const { split, transfer_data: single, application_fee_amount: fee } = parameters;
  if (split && (single || fee !== undefined)) {
    return exclusive('split', 'transfer_data and application_fee_amount');
  }
  if (split) {
    const value = split.map((leg) => ({
      destination: leg.destination,
      amount: leg.amount,
      ...(leg.application_fee_amount !== undefined && { applicationFee: leg.application_fee_amount }),
    }));
    return { ok: true, value };
  }
  if (!single) {
    if (fee === undefined) return { ok: true, value: [] };
    const message = 'application_fee_amount needs a merchant in transfer_data[destination]';
    return { ok: false, error: { code: 'parameter_missing', message, param: 'transfer_data[destination]' } };
  }
  const { destination, amount } = single;
  if (amount === undefined) {
    return { ok: true, value: [{ destination, ...(fee !== undefined && { applicationFee: fee }) }] };
  }
  if (fee !== undefined) return exclusive('transfer_data[amount]', 'application_fee_amount');
  return { ok: true, value: [{ destination, amount, applicationFee: 0n }] };
}

/** What an update asks for: another split, or another commission of the one there is. */
export function requestedSplitChange(
  parameters: Update,
): Read<{ readonly split?: Leg[]; readonly applicationFee?: bigint }> {
  const { split, transfer_data, application_fee_amount: fee } = parameters;
  if (!split && !transfer_data) {
    return { ok: true, value: fee === undefined ? {} : { applicationFee: fee } };
  }
  const requested = requestedSplit(parameters);
  return requested.ok ? { ok: true, value: { split: requested.value } } : requested;
}

/** What a capture asks for its only merchant. */
export function requestedTerms({
  application_fee_amount: fee,
  transfer_data: part,
}: Pick<Capture, 'application_fee_amount' | 'transfer_data'>): Read<
  Pick<InputOf<Operations['captureIntent']>, 'applicationFee' | 'destinationAmount'>
> {
  if (fee !== undefined && part !== undefined) {
    return exclusive('transfer_data[amount]', 'application_fee_amount');
  }
  const value = {
    ...(fee !== undefined && { applicationFee: fee }),
    ...(part !== undefined && { destinationAmount: part.amount }),
  };
  return { ok: true, value };
}

/** The parameter that a field of {@link requestedTerms} came from. */
export function termsParameter(field: string): string {
  const names: Readonly<Record<string, string>> = {
    applicationFee: 'application_fee_amount',
    destinationAmount: 'transfer_data[amount]',
  };
  return names[field] ?? field;
}

/** The text on the shopper's statement as parameters ask for it. */
export function requestedDescriptor({
  statement_descriptor: whole,
  statement_descriptor_suffix: suffix,
}: DescriptorParameters): Read<Pick<ComposedIntent, Descriptor>> {
  if (typeof whole === 'string' && typeof suffix === 'string') {
    const message = 'send statement_descriptor or statement_descriptor_suffix, not both';
    const param = 'statement_descriptor_suffix';
    return { ok: false, error: { code: 'parameters_exclusive', message, param } };
  }
  return {
    ok: true,
    value: {
      ...(whole !== undefined && { statementDescriptor: whole }),
      ...(typeof suffix === 'string' && { statementDescriptorSuffix: suffix }),
    },
  };
}

/** What is asked of the authorisation: `never` takes a request back; nothing where nothing is said. */
export function requestedAbilities(parameters: Pick<Create, 'payment_method_options'>) {
  const card = parameters.payment_method_options?.card;
  const {
    request_incremental_authorization: incremental,
    request_multicapture: multicapture,
    request_overcapture: overcapture,
  } = card ?? {};
  const captureRequests = {
    ...(incremental !== undefined && { incrementalAuthorisation: incremental === 'if_available' }),
    ...(multicapture !== undefined && { multicapture: multicapture === 'if_available' }),
    ...(overcapture !== undefined && { overcapture: overcapture === 'if_available' }),
  };
  return Object.keys(captureRequests).length === 0 ? {} : { captureRequests };
}

/** What payment intents and setup intents say of cards alike. */
interface AskedOfCards {
  readonly payment_method_options?:
    | {
        readonly card?:
          | { readonly request_three_d_secure?: 'automatic' | 'any' | 'challenge' | undefined }
          | undefined;
      }
    | undefined;
}

/** When the shopper is asked to authenticate: `challenge` is asked for as `any`. */
export function requestedThreeDSecure(parameters: AskedOfCards) {
  const asked = parameters.payment_method_options?.card?.request_three_d_secure;
  if (asked === undefined) return {};
  return { requestThreeDSecure: asked === 'automatic' ? ('automatic' as const) : ('any' as const) };
}

type Method = Partial<Pick<Create, 'capture_method' | 'payment_method_options'>>;

/** When what is held is taken; what is said of cards goes before what is said of every payment method. */
export function requestedCaptureMethod({ capture_method: every, payment_method_options: options }: Method) {
  const asked = options?.card?.capture_method ?? every;
  if (asked === undefined) return {};
  return { captureMethod: asked === 'manual' ? ('manual' as const) : ('automatic' as const) };
}

type Usage = Pick<Create, 'setup_future_usage' | 'payment_method_options'>;

/** What the card is saved for; what is said of cards goes before what is said of every payment method. */
export function requestedUsage({ setup_future_usage: every, payment_method_options: options }: Usage) {
  const ofCards = options?.card?.setup_future_usage;
  const asked = ofCards === 'none' ? null : (ofCards ?? every);
  return asked === undefined ? {} : { setupFutureUsage: asked };
}

function exclusive(param: string, other: string): { ok: false; error: ErrorOccurrence } {
  const message = `${param} excludes ${other}`;
  return { ok: false, error: { code: 'parameters_exclusive', message, param } };
}
