import type { ReactNode } from 'react';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import type { Timeline } from './timeline-objects.ts';
import { words } from './words.ts';

interface Props {
  readonly timeline: Timeline;
}

/** What of the payment is each merchant's, and what is the platform's. */
export function Shares({ timeline }: Props) {
  const w = useWords(words);
  const { payment_intent: intent, parties } = timeline;
  const { currency, split } = intent;
  const given = split.reduce((sum, leg) => sum + BigInt(leg.amount) - BigInt(leg.application_fee_amount), 0n);
  return (
    <section className="stack s" aria-labelledby="shares">
      <div className="head">
        <h2 id="shares">{w.shares}</h2>
        <span className="cap">{currency.toUpperCase()}</span>
      </div>
      <dl className="sum">
        {split.map(({ destination, amount, application_fee_amount: fee }) => (
          <div key={destination}>
            <dt>
              {parties[destination] ?? <span className="mono">{destination}</span>}
              <br />
              <span className="cap-s">
                {w.fee} <Money minor={fee} currency={currency} bare />
              </span>
            </dt>
            <dd>
              <Money minor={BigInt(amount) - BigInt(fee)} currency={currency} bare />
            </dd>
          </div>
        ))}
        <div>
          <dt>{w.platform}</dt>
          <dd>
            <Money minor={BigInt(intent.amount) - given} currency={currency} bare />
          </dd>
        </div>
        <div className="grand">
          <dt>{w.whole}</dt>
          <dd>
            <Money minor={intent.amount} currency={currency} bare />
          </dd>
        </div>
      </dl>
    </section>
  );
}

const REFUND_SHAPES: Readonly<Record<Timeline['refunds'][number]['status'], Shape>> = {
  pending: 'wait',
  succeeded: 'back',
  failed: 'no',
  canceled: 'no',
};

/** What went back, if anything. */
export function Refunds({ timeline }: Props) {
  const w = useWords(words);
  const { refunds } = timeline;
  if (refunds.length === 0) return null;
  return (
    <section className="stack s" aria-labelledby="refunds">
      <div className="head">
        <h2 id="refunds">{w.refunds}</h2>
      </div>
      <dl className="sum">
        {refunds.map(({ id, status, amount, currency, created, reason }) => (
          <div key={id}>
            <dt>
              <Status shape={REFUND_SHAPES[status]}>{w.refundStates[status]}</Status>
              <br />
              <span className="cap-s">
                <Instant at={created} />
                {reason !== null && ` · ${w.refundReasons[reason] ?? reason}`}
              </span>
            </dt>
            <dd>
              <Money minor={-BigInt(amount)} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Ids and words under which others know the payment. */
export function References({ timeline }: Props) {
  const w = useWords(words);
  const { payment_intent: intent, charges } = timeline;
  const rows: readonly (readonly [name: string, text: ReactNode])[] = [
    ...charges.map(
      (charge) =>
        [
          w.charge,
          <span key={charge.id} className="mono">
            {charge.id}
          </span>,
        ] as const,
    ),
    [w.order, intent.description],
    [w.group, intent.transfer_group],
    [w.descriptor, intent.statement_descriptor],
    [w.mail, intent.receipt_email],
    ...Object.entries(intent.metadata),
  ];
  return (
    <section className="stack s" aria-labelledby="references">
      <div className="head">
        <h2 id="references">{w.references}</h2>
      </div>
      <dl className="spec narrow">
        {rows
          .filter(([, text]) => text !== null && text !== '')
          .map(([name, text], row) => (
            <div key={`${name} ${row}`}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
