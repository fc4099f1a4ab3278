import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useLanguage, useWords } from '../language.tsx';
import { useMerchant } from '../orders/asked.ts';
import type { Order, Return } from '../orders/objects.ts';
import { orderPath } from '../orders/order-page.tsx';
import { Act } from '../parts/act.tsx';
import { Copy } from '../parts/copy.tsx';
import { Facts, Figure, inCode, Sum } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { Money } from '../parts/money.tsx';
import { Heading, ObjectPage, Part } from '../parts/object-page.tsx';
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
    <ObjectPage list={['/returns', w.title]} kind={w.one} name={id} of={found}>
      {(one) => <WithOrder one={one} merchant={merchant} />}
    </ObjectPage>
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
      <Heading title={<Money minor={one.amount} currency={one.currency} />} look="amount">
        <AnswerButtons one={one} onOpen={setOpen} />
        <Copy text={one.id} label={w.copyId} />
      </Heading>
      {one.status === 'failed' && (
        <p className="note red">
          {w.failure} <span className="mono code">{one.failure_reason}</span>
        </p>
      )}
      <dl className="figs">
        <Figure name={w.state}>
          <span aria-live="polite">
            <ReturnStatus state={one.status} />
          </span>
        </Figure>
        <Figure name={w.asked}>
          <Instant at={one.created} />
        </Figure>
        <Figure name={w.order}>
          <Link to="/orders/$id" params={{ id: one.order }} className="mono">
            {order.number}
          </Link>
        </Figure>
      </dl>
      <Part title={w.says}>
        <blockquote className="said">{one.reason}</blockquote>
      </Part>
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
        <Act letter="a" label={w.accept} isFirst onAct={() => onOpen('accept')} />
      ) : (
        <Act letter="r" label={w.receive} isFirst onAct={() => onOpen('receive')} />
      )}
      <Act letter="x" label={w.refuse} onAct={() => onOpen('refuse')} />
    </>
  );
}

function Lines({ one, order }: Props) {
  const w = useWords(words);
  const { language } = useLanguage();
  const lineAt = (position: number) => order.lines.find((line) => line.position === position);
  return (
    <Part title={w.lines} beside={<span className="cap">{one.currency.toUpperCase()}</span>}>
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
          <Sum name={w.delivery} minor={one.amount_delivery} currency={one.currency} />
        </dl>
      )}
    </Part>
  );
}

function Decided({ one }: { readonly one: Return }) {
  const w = useWords(words);
  const { person } = useVisitor();
  const { decided_by: by, decided_at: at, decision_reason: reason, received_at: received } = one;
  if (by === null) return null;
  const isOwn = by === `merchant:${person.id}`;
  return (
    <Part title={w.answer}>
      {reason !== null && by !== 'policy' && <blockquote className="said">{reason}</blockquote>}
      <Facts
        rows={[
          [w.by, isOwn ? w.you : by === 'policy' ? w.policy : inCode(by)],
          [w.answered, at !== null && <Instant key="at" at={at} />],
          [w.received, received !== null && <Instant key="received" at={received} />],
        ]}
      />
    </Part>
  );
}
