import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { withoutEmpty } from '../address.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Facts } from '../parts/facts.tsx';
import { Field } from '../parts/field.tsx';
import { LogTime } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Search } from '../parts/narrow.tsx';
import { ShortId } from '../parts/short-id.tsx';
import { type Asked, NAMES } from './asked.ts';
import { Verify } from './verify.tsx';
import { words } from './words.ts';

interface Entry {
  readonly position: string;
  readonly at: string;
  readonly module: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * The first second of a day of the browser's time zone, some days later; nothing where it is no day. Counted
 * in days, which are not all of the same length.
 */
function secondOf(day: string | undefined, later = 0): number | undefined {
  const date = day === undefined ? new Date(Number.NaN) : new Date(`${day}T00:00`);
  const at = date.setDate(date.getDate() + later);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

/** What was done in the house, by whom and why, the newest first. */
export function AuditPage() {
  const w = useWords(words);
  const asked = useSearch({ from: '/audit' });
  const found = useRows<Entry>(
    '/v1/audit/entries/search',
    {
      ...{ action: asked.action, actor: asked.actor, subject: asked.subject },
      ...{ from: secondOf(asked.from), to: secondOf(asked.to, 1) },
    },
    { pageName: 'before' },
  );
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      filter={
        <>
          <Verify />
          <Filter key={JSON.stringify(asked)} asked={asked} />
        </>
      }
      of={found}
      count={found.rows.length}
      fold="fold-audit"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[{ time: w.time }, w.action, w.subject, w.actor, w.reason]}
    >
      {found.rows.map((entry) => (
        <tr key={entry.position}>
          <th scope="row" className="at nowrap">
            <LogTime at={entry.at} />
          </th>
          <td className="what mono code">
            {entry.action}
            <Detail entry={entry} />
          </td>
          <td className="id mono code">
            <Link to="/audit" search={{ subject: entry.subject }} data-row>
              {entry.subject}
            </Link>
          </td>
          <td className="who mono code">
            <Link to="/audit" search={{ actor: entry.actor }}>
              <ShortId id={entry.actor} />
            </Link>
          </td>
          <td className="how">{entry.reason}</td>
        </tr>
      ))}
    </ListPage>
  );
}

function Detail({ entry }: { readonly entry: Entry }) {
  const w = useWords(words);
  const pairs = Object.entries(entry.detail).filter(([, value]) => value !== null);
  if (pairs.length === 0) return null;
  return (
    <details>
      <summary className="cap-s">{w.more}</summary>
      <Facts rows={pairs.map(([name, value]) => [name, String(value)])} isNarrow />
    </details>
  );
}

function Filter({ asked }: { readonly asked: Asked }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [wanted, setWanted] = useState<Asked>(asked);
  const go = (): void => {
    const search = Object.fromEntries(NAMES.map((name) => [name, wanted[name]?.trim()]));
    void navigate({ to: '/audit', search: withoutEmpty(search) });
  };
  const hints = { action: w.actionHint, actor: w.actorHint, subject: w.subjectHint };
  return (
    <Search onSearch={go}>
      {NAMES.map((name) => (
        <Field
          key={name}
          label={w[name]}
          {...(name === 'from' || name === 'to'
            ? { type: 'date' }
            : { type: 'search', placeholder: hints[name] })}
          maxLength={200}
          value={wanted[name] ?? ''}
          onChange={({ target }) => setWanted({ ...wanted, [name]: target.value })}
        />
      ))}
    </Search>
  );
}
