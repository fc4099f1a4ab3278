import { currencyOf, formatAmount, parseAmount } from '@tpmall/kernel/money';
import { type FormEvent, useState } from 'react';
import type { PaymentIntent, Refund } from '../api/objects.ts';
import { useChange } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { Money } from '../parts/money.tsx';
import { ChangeProblem } from '../parts/problem.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { words as partWords } from '../parts/words.ts';
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
  const marks = useWords(partWords);
  const { currency } = intent;
  const code = currency.toUpperCase();
  const all = formatAmount(left, currencyOf(currency));
  const [amount, setAmount] = useState(all);
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<string>();
  const refund = useChange<Refund>('POST', '/v1/refunds', { of: intent.id, done: onClose });
  const sent = refund.unanswered?.parameters;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (refund.isPending) return;
    // What was sent before is what goes out again.
    if (sent) return refund.mutate(sent);
    // A comma stands for thousands here and for decimals there: it is not guessed at.
    const minor = parseAmount(amount.trim(), currencyOf(currency));
    if (minor === undefined) return setWrong(w.unreadable(code, all));
    if (minor === 0n || minor > left) return setWrong(w.badAmount(code, all));
    setWrong(undefined);
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
        {w.refundable}
        {marks.colon}
        <Money minor={left} currency={currency} />
      </p>
      <ChangeProblem of={refund} />
      {sent ? (
        <p>
          {w.amount}
          {marks.colon}
          <Money minor={String(sent['amount'])} currency={currency} />
        </p>
      ) : (
        <>
          <Field
            label={marks.inCurrency(w.amount, code)}
            inputMode="decimal"
            maxLength={20}
            value={amount}
            error={wrong}
            onChange={(event) => setAmount(event.target.value)}
          />
          <Choice
            label={w.reason}
            value={reason}
            options={Object.entries(w.refundReasons)}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      )}
      <p>
        <button type="submit" className="btn" aria-disabled={refund.isPending}>
          {sent ? marks.sendAgain : w.giveBack}
        </button>
      </p>
    </form>
  );
}
