import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../language.tsx';
import { dataElements } from '../parts/data-elements.ts';
import { Clock, Day, duration, zoneName } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Part } from '../parts/object-page.tsx';
import { ShortId } from '../parts/short-id.tsx';
import { WireFields } from '../parts/wire-fields.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { accountName } from './account-name.ts';
import type { Timeline, TimelineEntry } from './timeline-objects.ts';
import { words } from './words.ts';

type Kind = TimelineEntry['kind'];
type Of<K extends Kind> = Extract<TimelineEntry, { readonly kind: K }>;

const KINDS: readonly Kind[] = ['request', 'message', 'transfer', 'event'];

/** All that happened to a payment, in one order: a journal with its red rule. */
export function Journal({ timeline }: { readonly timeline: Timeline }) {
  const w = useWords(words);
  const [hidden, setHidden] = useState<ReadonlySet<Kind>>(new Set());
  const toggle = (kind: Kind): void => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  const shown = timeline.entries.filter(({ kind }) => !hidden.has(kind));
  return (
    <Part
      title={w.what}
      beside={
        <span className="cap">
          <Day at={timeline.payment_intent.created} /> · {zoneName()} · {w.newestLast}
        </span>
      }
      gap="wide"
    >
      <fieldset className="kinds">
        <legend className="sr">{w.showing}</legend>
        {KINDS.map((kind) => (
          <label key={kind} className="check">
            <input type="checkbox" checked={!hidden.has(kind)} onChange={() => toggle(kind)} />
            <span>{w.kinds[kind]}</span>
          </label>
        ))}
      </fieldset>
      {timeline.is_cut && <p className="note ochre">{w.cut}</p>}
      {shown.length === 0 && <p className="dim">{w.quiet}</p>}
      <ol className="jour">
        {together(shown).map((entries) => (
          <li key={`${entries[0].at} ${entries[0].kind} ${shown.indexOf(entries[0])}`}>
            <Clock at={entries[0].at} />
            <Entry entries={entries} timeline={timeline} />
          </li>
        ))}
      </ol>
    </Part>
  );
}

type Group = readonly [TimelineEntry, ...TimelineEntry[]];

/** What the ledger did at once stands together: one chain, which is posted whole or not at all. */
function together(entries: readonly TimelineEntry[]): readonly Group[] {
  const groups: [TimelineEntry, ...TimelineEntry[]][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last && isAtOnce(last[0], entry)) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** Of one effect, and within a millisecond: the ledger stamps each transfer of a chain a little later. */
function isAtOnce(one: TimelineEntry, other: TimelineEntry): boolean {
  if (one.kind !== 'transfer' || other.kind !== 'transfer') return false;
  const apartMs = new Date(other.at).getTime() - new Date(one.at).getTime();
  return one.transfer.effect === other.transfer.effect && apartMs <= 1;
}

function Entry({ entries, timeline }: { readonly entries: Group; readonly timeline: Timeline }) {
  const [entry] = entries;
  switch (entry.kind) {
    case 'request':
      return <RequestEntry {...entry} />;
    case 'message':
      return <MessageEntry {...entry} steps={timeline.acquirer_steps} />;
    case 'transfer':
      return <TransferEntry entries={entries as readonly Of<'transfer'>[]} timeline={timeline} />;
    case 'event':
      return <EventEntry {...entry} />;
  }
}

function RequestEntry({ request }: Of<'request'>) {
  const w = useWords(words);
  const { id, operation, method, path, status, duration_us: took, error_code: code } = request;
  return (
    <div className={status >= 400 ? 'e no' : 'e'}>
      <p>
        <span className="strong">{w.call}</span> <span className="mono">{operation}</span>{' '}
        {code !== null && <span className="cap">{code}</span>}
      </p>
      <p className="cap mono code">
        {method} {path} · {status} · {duration(took)} ·{' '}
        <Link to="/requests/$id" params={{ id }}>
          {id}
        </Link>
      </p>
    </div>
  );
}

function MessageEntry({ message, steps }: Of<'message'> & { readonly steps: Timeline['acquirer_steps'] }) {
  const w = useWords(words);
  const step = steps.find(({ id }) => id === message.step);
  const { direction } = message;
  const connector = step?.connector ?? '';
  return (
    <div className={direction === 'out' ? 'e wait' : 'e'}>
      <p>
        <span className="strong">{direction === 'out' ? w.sent(connector) : w.came(connector)}</span>{' '}
        <span className="cap">
          {step && (w.steps[step.kind] ?? step.kind)} <span className="mono">{message.type}</span>
        </span>
      </p>
      {direction === 'in' && <Told fields={message.fields} />}
      <details>
        <summary>{w.theMessage}</summary>
        <WireFields fields={message.fields} label={`${w.theMessage} ${message.type}`} />
      </details>
    </div>
  );
}

/** Of an answer of ISO 8583: what was decided (DE 39), and the code of an approval (DE 38). */
function Told({ fields }: { readonly fields: Readonly<Record<string, string>> }) {
  const elements = useWords(dataElements);
  const said = ['39', '38'].filter((element) => fields[element] !== undefined);
  if (said.length === 0) return null;
  return (
    <p className="cap">
      {said.map((element, place) => (
        <span key={element}>
          {place > 0 && ' · '}
          {elements[element]} <span className="mono">{fields[element]}</span>
        </span>
      ))}
    </p>
  );
}

function TransferEntry(props: { readonly entries: readonly Of<'transfer'>[]; readonly timeline: Timeline }) {
  const w = useWords(words);
  const { entries, timeline } = props;
  const effect = entries[0]?.transfer.effect ?? 'posted';
  return (
    <div className={effect === 'posted' ? 'e done' : 'e wait'}>
      <p>
        <span className="strong">{w.effects[effect]}</span>{' '}
        {entries.length > 1 && <span className="cap">{w.postings(entries.length)}</span>}
      </p>
      <ul className="moves">
        {entries.map(({ transfer }) => (
          <li key={transfer.id}>
            <span>
              {w.reasons[transfer.reason] ?? transfer.reason}
              <span className="cap-s about">
                {w.from} {accountName(timeline, transfer.debit_account, w)} · {w.to}{' '}
                {accountName(timeline, transfer.credit_account, w)}
              </span>
            </span>
            <Money minor={transfer.amount} currency={transfer.currency} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function EventEntry({ event }: Of<'event'>) {
  const w = useWords(words);
  const { desk } = useVisitor();
  const { id, type, deliveries } = event;
  return (
    <div className="e">
      <p>
        <span className="strong">{w.told}</span> <span className="mono">{type}</span>
      </p>
      {deliveries.length === 0 && <p className="cap">{w.nobodyWanted}</p>}
      {deliveries.map((delivery) => (
        <p key={delivery.id} className="cap mono code">
          {desk === 'operator' ? (
            <Link to="/deliveries/$id" params={{ id: delivery.id }}>
              <ShortId id={delivery.webhook_endpoint} />
            </Link>
          ) : (
            <ShortId id={delivery.webhook_endpoint} />
          )}{' '}
          · {w.deliveries[delivery.state]} · {w.tries(delivery.attempts)}
          {delivery.last_status !== null && ` · ${delivery.last_status}`}
        </p>
      ))}
      <p className="cap mono code">
        {desk === 'developer' ? (
          <Link to="/events/$id" params={{ id }}>
            {id}
          </Link>
        ) : (
          id
        )}
      </p>
    </div>
  );
}
