import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useLanguage, useWords } from '../language.tsx';
import { Act } from '../parts/act.tsx';
import { Copy } from '../parts/copy.tsx';
import { Figure } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Heading, ObjectPage, Part } from '../parts/object-page.tsx';
import { words as partWords } from '../parts/words.ts';
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
    <ObjectPage list={['/orders', w.title]} kind={w.order} name={found.data?.number ?? id} of={found}>
      {(order) => <OrderView order={order} />}
    </ObjectPage>
  );
}

function OrderView({ order }: { readonly order: Order }) {
  const w = useWords(words);
  const [open, setOpen] = useState<Step | null>(null);
  const [parcel] = order.parcels;
  return (
    <>
      <Heading title={<Money minor={order.amount_total} currency={order.currency} />} look="amount">
        {parcel && <StepButtons steps={STEPS[parcel.status]} onOpen={setOpen} />}
        <Copy text={order.id} label={w.copyId} />
      </Heading>
      {order.refund_failure !== null && <p className="note red">{w.refundFailure}</p>}
      <dl className="figs">
        <Figure name={w.state}>
          <span aria-live="polite">{parcel && <ParcelStatus state={parcel.status} />}</span>
        </Figure>
        <Figure name={w.order}>
          <span className="mono">{order.number}</span>
        </Figure>
        <Figure name={w.placed}>
          <Instant at={order.created} />
        </Figure>
        <Figure name={w.paid}>{order.paid_at === null ? w.notPaid : <Instant at={order.paid_at} />}</Figure>
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
    <Act
      key={step}
      letter={KEYS[step]}
      label={names[step]}
      isFirst={place === 0}
      onAct={() => props.onOpen(step)}
    />
  ));
}

function Lines({ order }: { readonly order: Order }) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { language } = useLanguage();
  return (
    <Part title={w.lines}>
      <table className="tbl fold fold-lines">
        <caption className="sr">{w.linesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{w.what}</th>
            <th scope="col" className="n">
              {w.quantity}
            </th>
            <th scope="col" className="n">
              {marks.inCurrency(w.each, order.currency)}
            </th>
            <th scope="col" className="n">
              {marks.inCurrency(w.amount, order.currency)}
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
    </Part>
  );
}
