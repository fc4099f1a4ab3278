import { type FormEvent, useState } from 'react';
import type { PaymentIntent, Refund } from '../api/objects.ts';
import { useChange } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { Money, minorOf, partsOf } from '../parts/money.tsx';
import { Problem } from '../parts/problem.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { words } from './words.ts';

/** Gives money back: all that is left, or a part of it. */
export function RefundSheet(props: {
  readonly intent: PaymentIntent;
  /** Minor units that can be given back. */
  readonly left: bigint;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const w = useWords(words);
  return (
    <Sheet title={w.refundTitle} opened={props.opened} onClose={props.onClose}>
      <RefundForm {...props} />
    </Sheet>
  );
}

function RefundForm({ intent, left, onClose }: Parameters<typeof RefundSheet>[0]) {
  const w = useWords(words);
  const { currency } = intent;
  const all = partsOf(left, currency);
  const [amount, setAmount] = useState(all.whole.replaceAll(',', '') + all.minor);
  const [reason, setReason] = useState('');
  const [isWrong, setWrong] = useState(false);
  const refund = useChange<Refund>('POST', '/v1/refunds', onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const minor = minorOf(amount, currency);
    const isGood = minor !== undefined && minor > 0n && minor <= left;
    setWrong(!isGood);
    if (!isGood) return;
    refund.mutate({
      payment_intent: intent.id,
      // Digits: what the wire takes for an integer, exact at any size.
      amount: minor.toString(),
      ...(reason !== '' && { reason }),
    });
  };
  return (
    <form className="stack" noValidate onSubmit={submit}>
      <p className="dim">{w.refundLead}</p>
      <p>
        {w.refundable}: <Money minor={left} currency={currency} />
      </p>
      {refund.error && <Problem error={refund.error} wasChange />}
      <Field
        label={`${w.amount}, ${currency.toUpperCase()}`}
        inputMode="decimal"
        maxLength={20}
        value={amount}
        error={isWrong ? w.badAmount(currency.toUpperCase()) : undefined}
        onChange={(event) => setAmount(event.target.value)}
      />
      <Choice
        label={w.reason}
        value={reason}
        options={Object.entries(w.refundReasons)}
        onChange={(event) => setReason(event.target.value)}
      />
      <p>
        <button type="submit" className="btn" aria-disabled={refund.isPending}>
          {w.giveBack}
        </button>
      </p>
    </form>
  );
}
