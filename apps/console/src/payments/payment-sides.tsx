import { refundedOf } from '../api/objects.ts';
import { useWords } from '../language.tsx';
import { type Fact, Facts, inCode, Sum } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Part } from '../parts/object-page.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import type { Timeline } from './timeline-objects.ts';
import { words } from './words.ts';

interface Props {
  readonly timeline: Timeline;
}

/**
 * What of the payment is each merchant's, and what is the platform's. Where another sum was captured than was
 * agreed, or none, it is an agreement: what became of it the ledger says.
 */
export function Shares({ timeline }: Props) {
  const w = useWords(words);
  const { payment_intent: intent, parties } = timeline;
  const { currency, split } = intent;
  const captured = capturedOf(timeline);
  const isWhole = captured === BigInt(intent.amount);
  const given = split.reduce((sum, leg) => sum + BigInt(leg.amount) - BigInt(leg.application_fee_amount), 0n);
  return (
    <Part
      title={isWhole ? w.shares : w.agreed}
      beside={<span className="cap">{currency.toUpperCase()}</span>}
    >
      <dl className="sum">
        {split.map(({ destination, amount, application_fee_amount: fee }) => (
          <Sum
            key={destination}
            name={parties[destination] ?? inCode(destination)}
            minor={BigInt(amount) - BigInt(fee)}
            currency={currency}
            note={
              <>
                {w.fee} <Money minor={fee} currency={currency} bare />
              </>
            }
          />
        ))}
        <Sum name={w.platform} minor={BigInt(intent.amount) - given} currency={currency} />
        <Sum name={w.whole} minor={intent.amount} currency={currency} isFinal />
        {!isWhole && captured > 0n && (
          <Sum name={w.captured} minor={captured} currency={currency} note={w.ofCaptured} />
        )}
      </dl>
    </Part>
  );
}

type RefundState = Timeline['refunds'][number]['status'];

const REFUND_SHAPES: Readonly<Record<RefundState, Shape>> = {
  pending: 'wait',
  succeeded: 'back',
  failed: 'no',
  canceled: 'no',
};

/** Minor units that were captured. */
export function capturedOf({ charges }: Timeline): bigint {
  return charges.reduce((sum, one) => sum + BigInt(one.amount_captured), 0n);
}

/** Minor units that were captured and have not been given back. */
export function leftOf(timeline: Timeline): bigint {
  return timeline.charges.reduce((left, one) => left - BigInt(refundedOf(one)), capturedOf(timeline));
}

/** Of a refund: nothing of it went back. */
function isGone(status: RefundState): boolean {
  return status === 'failed' || status === 'canceled';
}

/** What went back, if anything, and what is left then. */
export function Refunds({ timeline }: Props) {
  const w = useWords(words);
  const { refunds } = timeline;
  const { currency } = timeline.payment_intent;
  if (refunds.length === 0) return null;
  return (
    <Part title={w.refunds} beside={<span className="cap">{currency.toUpperCase()}</span>}>
      <dl className="sum">
        <Sum name={w.captured} minor={capturedOf(timeline)} currency={currency} />
        {refunds.map(({ id, status, amount, created, reason }) => (
          <Sum
            key={id}
            name={<Status shape={REFUND_SHAPES[status]}>{w.refundStates[status]}</Status>}
            minor={isGone(status) ? 0 : -BigInt(amount)}
            currency={currency}
            note={
              <>
                {isGone(status) && (
                  <>
                    {w.ofAmount} <Money minor={amount} currency={currency} bare /> ·{' '}
                  </>
                )}
                <Instant at={created} />
                {reason !== null && ` · ${w.refundReasons[reason] ?? reason}`}
                <span className="mono code about">{id}</span>
              </>
            }
          />
        ))}
        <Sum name={w.left} minor={leftOf(timeline)} currency={currency} isFinal />
      </dl>
    </Part>
  );
}

/** Ids and words under which others know the payment. */
export function References({ timeline }: Props) {
  const w = useWords(words);
  const { payment_intent: intent, charges } = timeline;
  const rows: readonly Fact[] = [
    ...charges.map(({ id }): Fact => [w.charge, inCode(id)]),
    [w.order, intent.description],
    [w.group, intent.transfer_group],
    [w.descriptor, intent.statement_descriptor],
    [w.mail, intent.receipt_email],
    ...Object.entries(intent.metadata),
  ];
  return (
    <Part title={w.references}>
      <Facts rows={rows} isNarrow />
    </Part>
  );
}
