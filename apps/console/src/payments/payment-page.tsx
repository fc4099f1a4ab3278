import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Act } from '../parts/act.tsx';
import { Copy } from '../parts/copy.tsx';
import { Figure } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Heading, ObjectPage } from '../parts/object-page.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { Journal } from './journal.tsx';
import { Ledger } from './ledger.tsx';
import { capturedOf, leftOf, References, Refunds, Shares } from './payment-sides.tsx';
import { Method, PaymentState, Shopper } from './payment-state.tsx';
import { RefundSheet } from './refund-sheet.tsx';
import type { Timeline } from './timeline-objects.ts';
import { words } from './words.ts';

/** One payment: its amount, where it stands, who gets what, and all that happened to it. */
export function PaymentPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/payments/$id' });
  const found = useObject<Timeline>(`/v1/payment_timelines/${encodeURIComponent(id)}`);
  return (
    <ObjectPage list={['/payments', w.title]} kind={w.one} name={found.data?.id ?? id} of={found}>
      {(timeline) => <Payment timeline={timeline} />}
    </ObjectPage>
  );
}

function Payment({ timeline }: { readonly timeline: Timeline }) {
  const w = useWords(words);
  const { payment_intent: intent, charges } = timeline;
  const charge = charges[0] ?? null;
  return (
    <>
      <PaymentHead timeline={timeline} />
      <dl className="figs">
        <Figure name={w.state} note={noteOf(timeline, w.captured)}>
          <PaymentState intent={intent} charge={charge} />
        </Figure>
        <Figure name={w.method}>
          <Method charge={charge} />
        </Figure>
        <Figure name={w.customer}>
          <Payer timeline={timeline} />
        </Figure>
        <Figure name={w.created}>
          <Instant at={intent.created} />
        </Figure>
      </dl>
      <div className="cols c-8-4">
        <Journal timeline={timeline} />
        <div className="stack l">
          <Shares timeline={timeline} />
          <Refunds timeline={timeline} />
          <References timeline={timeline} />
        </div>
      </div>
      <Ledger timeline={timeline} />
    </>
  );
}

/** Why a payment failed, or how much of it was taken where that is not the whole. */
function noteOf(timeline: Timeline, nameOfCaptured: string): ReactNode {
  const { status, amount, currency, last_payment_error: error } = timeline.payment_intent;
  if (status === 'requires_payment_method' && error) {
    return <span className="mono">{error.decline_code ?? error.code}</span>;
  }
  const captured = capturedOf(timeline);
  if (captured === 0n || captured === BigInt(amount)) return false;
  return (
    <>
      {nameOfCaptured} <Money minor={captured} currency={currency} />
    </>
  );
}

/** Who pays, and the way to all that they have paid. */
function Payer({ timeline: { customer, payment_intent: intent } }: { readonly timeline: Timeline }) {
  const shopper = <Shopper customer={customer ?? intent.customer} mail={intent.receipt_email} />;
  if (customer === null) return shopper;
  return (
    <Link to="/payments" search={{ customer: customer.id }}>
      {shopper}
    </Link>
  );
}

function PaymentHead({ timeline }: { readonly timeline: Timeline }) {
  const w = useWords(words);
  const { desk } = useVisitor();
  const [isOpen, setOpen] = useState(false);
  const { payment_intent: intent } = timeline;
  const left = leftOf(timeline);
  return (
    <>
      <Heading title={<Money minor={intent.amount} currency={intent.currency} />} look="amount">
        {desk === 'developer' && left > 0n && <Act letter="r" label={w.refund} onAct={() => setOpen(true)} />}
        <Copy text={intent.id} label={w.copyId} />
      </Heading>
      <RefundSheet intent={intent} left={left} opened={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
