import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { Money } from '../parts/money.tsx';
import { Problem } from '../parts/problem.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { Journal } from './journal.tsx';
import { Ledger } from './ledger.tsx';
import { References, Refunds, Shares } from './payment-sides.tsx';
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
    <>
      <p className="cap">
        <Link to="/payments" data-back>
          {w.title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{found.data?.id ?? id}</span>
      </p>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <Payment timeline={found.data} />}
    </>
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
        <div>
          <dt className="cap">{w.state}</dt>
          <dd>
            <PaymentState intent={intent} charge={charge} />
          </dd>
        </div>
        <div>
          <dt className="cap">{w.method}</dt>
          <dd>
            <Method charge={charge} />
          </dd>
        </div>
        <div>
          <dt className="cap">{w.customer}</dt>
          <dd>
            <Shopper customer={timeline.customer ?? intent.customer} mail={intent.receipt_email} />
          </dd>
        </div>
        <div>
          <dt className="cap">{w.created}</dt>
          <dd>
            <Instant at={intent.created} />
          </dd>
        </div>
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

function PaymentHead({ timeline }: { readonly timeline: Timeline }) {
  const w = useWords(words);
  const { desk } = useVisitor();
  const [isOpen, setOpen] = useState(false);
  const { payment_intent: intent, charges } = timeline;
  const left = charges.reduce(
    (sum, one) => sum + BigInt(one.amount_captured) - BigInt(one.amount_refunded),
    0n,
  );
  return (
    <div className="row sp heading">
      <h1 className="fig-l">
        <Money minor={intent.amount} currency={intent.currency} />
      </h1>
      <div className="row acts">
        {desk === 'developer' && left > 0n && (
          <button type="button" className="btn two s" data-key="r" onClick={() => setOpen(true)}>
            {w.refund} <kbd aria-hidden="true">r</kbd>
          </button>
        )}
        <Copy text={intent.id} label={w.copyId} />
      </div>
      <RefundSheet intent={intent} left={left} opened={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}
