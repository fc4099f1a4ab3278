import { type Charge, type Customer, type PaymentIntent, refundedOf } from '../api/objects.ts';
import { useWords } from '../language.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import { words } from './words.ts';

type State = keyof (typeof words)['en']['states'];

const SHAPES: Readonly<Record<State, Shape>> = {
  paid: 'done',
  partly: 'back',
  refunded: 'back',
  held: 'wait',
  unknown: 'wait',
  shopper: 'wait',
  declined: 'no',
  failed: 'no',
  open: 'open',
  canceled: 'no',
};

/** Where a payment stands, in the words of whoever looks after it. */
function stateOf({ status, last_payment_error: error }: PaymentIntent, charge: Charge | null): State {
  switch (status) {
    case 'succeeded':
      if (!charge || refundedOf(charge) === 0) return 'paid';
      return refundedOf(charge) < charge.amount_captured ? 'partly' : 'refunded';
    case 'requires_capture':
      return 'held';
    case 'processing':
      return 'unknown';
    case 'requires_action':
      return 'shopper';
    case 'canceled':
      return 'canceled';
    default:
      if (!error) return 'open';
      // Without a word of the bank it has not said no: its answer was lost, or the shopper not let through.
      return error.decline_code === undefined ? 'failed' : 'declined';
  }
}

/** The state of a payment, with the charge that was tried last. */
export function PaymentState({
  intent,
  charge,
}: {
  readonly intent: PaymentIntent;
  readonly charge: Charge | null;
}) {
  const state = stateOf(intent, charge);
  return <Status shape={SHAPES[state]}>{useWords(words).states[state]}</Status>;
}

/** What was paid with: a card by its brand and end, or a wallet. */
export function Method({ charge }: { readonly charge: Charge | null }) {
  const w = useWords(words);
  const details = charge?.payment_method_details;
  if (!details) return <span className="dim">{w.none}</span>;
  if (!details.card) return <>{w.wallet}</>;
  const { brand, last4 } = details.card;
  return (
    <>
      {brand.charAt(0).toUpperCase() + brand.slice(1)} •••• {last4}
    </>
  );
}

/** Who pays, as far as it is known. */
export function Shopper({
  customer,
  mail,
}: {
  readonly customer: string | Customer | null;
  readonly mail: string | null;
}) {
  const w = useWords(words);
  if (customer === null) return <>{mail ?? w.guest}</>;
  if (typeof customer === 'string') return <span className="mono">{customer}</span>;
  return <>{customer.deleted === true ? w.deleted : (customer.name ?? customer.email ?? customer.id)}</>;
}
