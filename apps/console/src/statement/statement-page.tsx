import { Link, useSearch } from '@tanstack/react-router';
import { useObject, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Figure } from '../parts/facts.tsx';
import { LogTime } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Money } from '../parts/money.tsx';
import { words as partWords } from '../parts/words.ts';
import { words } from './words.ts';

const PATH = '/v1/console/statement';

interface Statement {
  readonly balances: readonly { readonly currency: string; readonly owed: string }[];
  /** The currency of the entries; null where there are none. */
  readonly currency: string | null;
}

interface Entry {
  readonly id: string;
  readonly at: string;
  /** Digits of minor units, with a minus for what went. */
  readonly amount: string;
  readonly reason: string;
  readonly effect: string;
}

/** What the mall owes a merchant in each currency, and the entries behind it. */
export function StatementPage() {
  const w = useWords(words);
  const marks = useWords(partWords);
  const asked = useSearch({ from: '/statement' });
  const statement = useObject<Statement>(PATH);
  const balances = statement.data?.balances ?? [];
  const currency = asked.currency ?? balances[0]?.currency ?? '';
  const found = useRows<Entry>(PATH, { currency }, { isWhole: true, pageName: 'before' });
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      filter={balances.length > 0 && <Balances balances={balances} shown={currency} />}
      // Which currency the rows are of is known with the balances.
      of={statement.data ? found : statement}
      count={found.rows.length}
      fold="fold-statement"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      heads={[{ time: w.time }, w.what, { number: marks.inCurrency(w.amount, currency) }]}
    >
      {found.rows.map(({ id, at, amount, reason, effect }) => (
        <tr key={id}>
          <th scope="row" className="at">
            <LogTime at={at} />
          </th>
          <td className="what">
            {reason === 'refund' && BigInt(amount) > 0n ? w.refundBack : (w.reasons[reason] ?? reason)}{' '}
            <span className="cap-s">{w.effects[effect]}</span>
          </td>
          <td className="n">
            <Money minor={amount} currency={currency} bare />
          </td>
        </tr>
      ))}
    </ListPage>
  );
}

function Balances(props: { readonly balances: Statement['balances']; readonly shown: string }) {
  const w = useWords(words);
  const marks = useWords(partWords);
  return (
    <dl className="figs">
      {props.balances.map(({ currency, owed }) => (
        <Figure
          key={currency}
          name={
            <Link
              to="/statement"
              search={{ currency }}
              aria-current={currency === props.shown ? 'true' : undefined}
            >
              {marks.inCurrency(w.owed, currency)}
            </Link>
          }
          isLarge
        >
          <Money minor={owed} currency={currency} bare />
        </Figure>
      ))}
    </dl>
  );
}
