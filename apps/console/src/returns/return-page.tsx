import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useLanguage, useWords } from '../language.tsx';
import { useMerchant } from '../orders/asked.ts';
import type { Order, Return } from '../orders/objects.ts';
import { orderPath } from '../orders/order-page.tsx';
import { Copy } from '../parts/copy.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { Money } from '../parts/money.tsx';
import { Problem } from '../parts/problem.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { type Answer, AnswerSheets } from './answer-sheets.tsx';
import { ReturnStatus } from './return-status.tsx';
import { words } from './words.ts';

/** One return: what comes back, why, what it comes to, and the merchant's answer. */
export function ReturnPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/returns/$id' });
  const merchant = useMerchant();
  const query = `merchant=${encodeURIComponent(merchant)}`;
  const found = useObject<Return>(`/v1/mall/returns/${encodeURIComponent(id)}?${query}`);
  return (
    <>
      <p className="cap">
        <Link to="/returns" data-back>
          {w.title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{id}</span>
      </p>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <WithOrder one={found.data} merchant={merchant} />}
    </>
  );
}

/** The order says what its lines are, and whether the parcel has left. */
function WithOrder({ one, merchant }: { readonly one: Return; readonly merchant: string }) {
  const found = useObject<Order>(orderPath(one.order, merchant));
  if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  return found.data ? <ReturnView one={one} order={found.data} /> : <Loading />;
}

interface Props {
  readonly one: Return;
  readonly order: Order;
}

function ReturnView({ one, order }: Props) {
  const w = useWords(words);
  const [open, setOpen] = useState<Answer | null>(null);
  return (
    <>
      <div className="row sp heading">
        <h1 className="fig-l">
          <Money minor={one.amount} currency={one.currency} />
        </h1>
        <div className="row acts">
          <AnswerButtons one={one} onOpen={setOpen} />
          <Copy text={one.id} label={w.copyId} />
        </div>
      </div>
      {one.status === 'failed' && (
        <p className="note red">
          {w.failure} <span className="mono code">{one.failure_reason}</span>
        </p>
      )}
      <dl className="figs">
        <div>
          <dt className="cap">{w.state}</dt>
          <dd aria-live="polite">
            <ReturnStatus state={one.status} />
          </dd>
        </div>
        <div>
          <dt className="cap">{w.asked}</dt>
          <dd>
            <Instant at={one.created} />
          </dd>
        </div>
        <div>
          <dt className="cap">{w.order}</dt>
          <dd>
            <Link to="/orders/$id" params={{ id: one.order }} className="mono">
              {order.number}
            </Link>
          </dd>
        </div>
      </dl>
      <section className="stack s" aria-labelledby="says">
        <div className="head">
          <h2 id="says">{w.says}</h2>
        </div>
        <blockquote className="said">{one.reason}</blockquote>
      </section>
      <Lines one={one} order={order} />
      <Decided one={one} />
      <AnswerSheets one={one} order={order} open={open} onClose={() => setOpen(null)} />
    </>
  );
}

function AnswerButtons({ one, onOpen }: { readonly one: Return; readonly onOpen: (answer: Answer) => void }) {
  const w = useWords(words);
  const isAsked = one.status === 'asked';
  if (!isAsked && one.status !== 'awaited') return null;
  return (
    <>
      {isAsked ? (
        <button type="button" className="btn s" data-key="a" onClick={() => onOpen('accept')}>
          {w.accept} <kbd aria-hidden="true">a</kbd>
        </button>
      ) : (
        <button type="button" className="btn s" data-key="r" onClick={() => onOpen('receive')}>
          {w.receive} <kbd aria-hidden="true">r</kbd>
        </button>
      )}
      <button type="button" className="btn two s" data-key="x" onClick={() => onOpen('refuse')}>
        {w.refuse} <kbd aria-hidden="true">x</kbd>
      </button>
    </>
  );
}

function Lines({ one, order }: Props) {
  const w = useWords(words);
  const { language } = useLanguage();
  const lineAt = (position: number) => order.lines.find((line) => line.position === position);
  return (
    <section className="stack s" aria-labelledby="lines">
      <div className="head">
        <h2 id="lines">{w.lines}</h2>
        <span className="cap">{one.currency.toUpperCase()}</span>
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
              {w.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {one.lines.map(({ position, quantity, amount }) => (
            <tr key={position}>
              <th scope="row" className="what">
                {lineAt(position)?.name[language] ?? position}
                <span className="cap-s about">
                  {lineAt(position)?.choice[language]} <span className="mono">{lineAt(position)?.sku}</span>
                </span>
              </th>
              <td className="n pieces">
                <span className="strong">{quantity}</span> <span className="only-s">×</span>
              </td>
              <td className="n">
                <Money minor={amount} currency={one.currency} bare />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {one.amount_delivery > 0 && (
        <dl className="sum">
          <div>
            <dt>{w.delivery}</dt>
            <dd>
              <Money minor={one.amount_delivery} currency={one.currency} bare />
            </dd>
          </div>
        </dl>
      )}
    </section>
  );
}

function Decided({ one }: { readonly one: Return }) {
  const w = useWords(words);
  const { person } = useVisitor();
  const { decided_by: by, decided_at: at, decision_reason: reason, received_at: received } = one;
  if (by === null) return null;
  const isOwn = by === `merchant:${person.id}`;
  return (
    <section className="stack s" aria-labelledby="answer">
      <div className="head">
        <h2 id="answer">{w.answer}</h2>
      </div>
      {reason !== null && by !== 'policy' && <blockquote className="said">{reason}</blockquote>}
      <dl className="spec">
        <div>
          <dt>{w.by}</dt>
          <dd>{isOwn ? w.you : by === 'policy' ? w.policy : <span className="mono code">{by}</span>}</dd>
        </div>
        {at !== null && (
          <div>
            <dt>{w.answered}</dt>
            <dd>
              <Instant at={at} />
            </dd>
          </div>
        )}
        {received !== null && (
          <div>
            <dt>{w.received}</dt>
            <dd>
              <Instant at={received} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
