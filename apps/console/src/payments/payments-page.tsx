import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Charge, PaymentIntent } from '../api/objects.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Money } from '../parts/money.tsx';
import { Search } from '../parts/narrow.tsx';
import { words as partWords } from '../parts/words.ts';
import { type Asked, readFind, sourceOf } from './asked.ts';
import { Method, PaymentState, Shopper } from './payment-state.tsx';
import { words } from './words.ts';

interface Row {
  readonly intent: PaymentIntent;
  readonly charge: Charge | null;
}

/** The payments of the platform, newest first; all, or those that were looked for. */
export function PaymentsPage() {
  const w = useWords(words);
  const asked = useSearch({ from: '/payments' });
  const { path, parameters, isOfCharges } = sourceOf(asked);
  const found = useRows<PaymentIntent | Charge>(path, parameters);
  const rows = found.rows.flatMap((one) => rowOf(one, isOfCharges));
  return (
    <ListPage
      title={w.title}
      filter={<Filter key={JSON.stringify(asked)} asked={asked} />}
      of={found}
      count={rows.length}
      fold="fold-payments"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[{ time: w.created }, w.customer, w.method, w.state, { number: w.amount }]}
    >
      {rows.map(({ intent, charge }) => (
        <PaymentRow key={charge?.id ?? intent.id} intent={intent} charge={charge} />
      ))}
    </ListPage>
  );
}

function PaymentRow({ intent, charge }: Row) {
  return (
    <tr>
      <th scope="row" className="at">
        <Link to="/payments/$id" params={{ id: intent.id }} data-row>
          <Instant at={intent.created} />
        </Link>
      </th>
      <td className="who">
        <Shopper customer={intent.customer} mail={intent.receipt_email} />
        {intent.description !== null && <span className="cap-s about">{intent.description}</span>}
      </td>
      <td className="how">
        <Method charge={charge} />
      </td>
      <td className="state">
        <PaymentState intent={intent} charge={charge} />
      </td>
      <td className="n">
        <Money minor={intent.amount} currency={intent.currency} />
      </td>
    </tr>
  );
}

/** A charge is shown as the payment that it is of. */
function rowOf(one: PaymentIntent | Charge, isOfCharges: boolean): readonly Row[] {
  if (isOfCharges) {
    const charge = one as Charge;
    return typeof charge.payment_intent === 'object' ? [{ intent: charge.payment_intent, charge }] : [];
  }
  const intent = one as PaymentIntent;
  return [{ intent, charge: typeof intent.latest_charge === 'object' ? intent.latest_charge : null }];
}

function Filter({ asked }: { readonly asked: Asked }) {
  const w = useWords(words);
  const { any } = useWords(partWords);
  const navigate = useNavigate();
  const [find, setFind] = useState(asked.query ?? asked.card ?? asked.amount ?? asked.customer ?? '');
  const [isWrong, setWrong] = useState(false);
  const go = (search: Asked): void => void navigate({ to: '/payments', search });
  const search = (): void => {
    const text = find.trim();
    if (/^(?:pi|ch|re)_\w+$/.test(text)) {
      void navigate({ to: '/payments/$id', params: { id: text } });
      return;
    }
    const wanted = text === '' ? {} : readFind(text);
    setWrong(!wanted);
    if (wanted)
      go({
        ...(asked.status !== undefined && !wanted.card && !wanted.query && { status: asked.status }),
        ...wanted,
      });
  };
  const statuses = Object.entries(w.statuses) as readonly (readonly [string, string])[];
  return (
    <Search onSearch={search}>
      <Choice
        label={w.state}
        value={asked.status ?? ''}
        options={[['', any], ...statuses]}
        onChange={({ target }) =>
          go({
            ...(asked.customer !== undefined && { customer: asked.customer }),
            ...(target.value !== '' && { status: target.value }),
          })
        }
      />
      <Field
        label={w.find}
        type="search"
        maxLength={500}
        value={find}
        placeholder={w.findHint}
        error={isWrong ? w.notFindable : undefined}
        onChange={(event) => setFind(event.target.value)}
      />
    </Search>
  );
}
