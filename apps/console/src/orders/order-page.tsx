import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useLanguage, useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { Money } from '../parts/money.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMerchant } from './asked.ts';
import type { Order } from './objects.ts';
import { ParcelStatus } from './order-rows.tsx';
import { OrderReturns, ParcelFacts, SendTo, YourPart } from './order-sides.tsx';
import { STEPS, type Step, StepSheets } from './step-sheets.tsx';
import { words } from './words.ts';

/** Where a merchant's part of an order is read. */
export function orderPath(id: string, merchant: string): string {
  return `/v1/mall/orders/${encodeURIComponent(id)}?merchant=${encodeURIComponent(merchant)}`;
}

/** One order: what goes into the parcel, where it goes, what it comes to, and what is to be done next. */
export function OrderPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/orders/$id' });
  const merchant = useMerchant();
  const found = useObject<Order>(orderPath(id, merchant));
  return (
    <>
      <p className="cap">
        <Link to="/orders" data-back>
          {w.title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{found.data?.number ?? id}</span>
      </p>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <OrderView order={found.data} />}
    </>
  );
}

function OrderView({ order }: { readonly order: Order }) {
  const w = useWords(words);
  const [open, setOpen] = useState<Step | null>(null);
  const [parcel] = order.parcels;
  return (
    <>
      <div className="row sp heading">
        <h1 className="fig-l">
          <Money minor={order.amount_total} currency={order.currency} />
        </h1>
        <div className="row acts">
          {parcel && <StepButtons steps={STEPS[parcel.status]} onOpen={setOpen} />}
          <Copy text={order.id} label={w.copyId} />
        </div>
      </div>
      {order.refund_failure !== null && <p className="note red">{w.refundFailure}</p>}
      <dl className="figs">
        <div>
          <dt className="cap">{w.state}</dt>
          <dd aria-live="polite">{parcel && <ParcelStatus state={parcel.status} />}</dd>
        </div>
        <div>
          <dt className="cap">{w.order}</dt>
          <dd className="mono">{order.number}</dd>
        </div>
        <div>
          <dt className="cap">{w.placed}</dt>
          <dd>
            <Instant at={order.created} />
          </dd>
        </div>
        <div>
          <dt className="cap">{w.paid}</dt>
          <dd>{order.paid_at === null ? w.notPaid : <Instant at={order.paid_at} />}</dd>
        </div>
      </dl>
      <div className="cols c-8-4">
        <div className="stack l">
          <Lines order={order} />
          <OrderReturns order={order} />
        </div>
        <div className="stack l">
          <SendTo order={order} />
          {parcel && <ParcelFacts parcel={parcel} />}
          <YourPart order={order} />
        </div>
      </div>
      <StepSheets order={order} open={open} onClose={() => setOpen(null)} />
    </>
  );
}

/** A step, its letter and its word. */
const KEYS: Readonly<Record<Step, string>> = { pack: 'p', ship: 's', deliver: 'd' };

function StepButtons(props: { readonly steps: readonly Step[]; readonly onOpen: (step: Step) => void }) {
  const w = useWords(words);
  const names: Readonly<Record<Step, string>> = { pack: w.pack, ship: w.send, deliver: w.deliver };
  return props.steps.map((step, place) => (
    <button
      key={step}
      type="button"
      className={place === 0 ? 'btn s' : 'btn two s'}
      data-key={KEYS[step]}
      onClick={() => props.onOpen(step)}
    >
      {names[step]} <kbd aria-hidden="true">{KEYS[step]}</kbd>
    </button>
  ));
}

function Lines({ order }: { readonly order: Order }) {
  const w = useWords(words);
  const { language } = useLanguage();
  return (
    <section className="stack s" aria-labelledby="lines">
      <div className="head">
        <h2 id="lines">{w.lines}</h2>
      </div>
      <table className="tbl fold fold-lines">
        <caption className="sr">{w.linesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{w.what}</th>
            <th scope="col" className="n">
              {w.quantity}
            </th>
            <th scope="col" className="n">
              {w.each}, {order.currency.toUpperCase()}
            </th>
            <th scope="col" className="n">
              {w.amount}, {order.currency.toUpperCase()}
            </th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <tr key={line.position}>
              <th scope="row" className="what">
                {line.name[language]}
                <span className="cap-s about">
                  {line.choice[language] !== '' && `${line.choice[language]} · `}
                  <span className="mono">{line.sku}</span>
                  {line.quantity_in_returns > 0 && ` · ${w.inReturns(line.quantity_in_returns)}`}
                </span>
              </th>
              <td className="n pieces">
                <span className="strong">{line.quantity}</span> <span className="only-s">×</span>
              </td>
              <td className="n each">
                <Money minor={line.unit_amount} currency={order.currency} bare />
              </td>
              <td className="n">
                <Money minor={line.amount} currency={order.currency} bare />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
