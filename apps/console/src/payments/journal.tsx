import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../language.tsx';
import { Clock, Day, duration, zoneName } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
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
    <section className="stack" aria-labelledby="journal">
      <div className="head">
        <h2 id="journal">{w.what}</h2>
        <span className="cap">
          <Day at={timeline.payment_intent.created} /> · {zoneName()} · {w.newestLast}
        </span>
      </div>
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
        {shown.map((entry, place) => (
          <li key={`${entry.at} ${place}`}>
            <Clock at={entry.at} />
            <Entry entry={entry} timeline={timeline} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry, timeline }: { readonly entry: TimelineEntry; readonly timeline: Timeline }) {
  switch (entry.kind) {
    case 'request':
      return <RequestEntry {...entry} />;
    case 'message':
      return <MessageEntry {...entry} steps={timeline.acquirer_steps} />;
    case 'transfer':
      return <TransferEntry {...entry} timeline={timeline} />;
    case 'event':
      return <EventEntry {...entry} />;
  }
}

function RequestEntry({ request }: Of<'request'>) {
  const { id, operation, method, path, status, duration_us: took, error_code: code } = request;
  return (
    <div className={status >= 400 ? 'e no' : 'e'}>
      <p>
        <span className="strong">{operation.replaceAll(/([A-Z])/g, ' $1').toLowerCase()}</span>{' '}
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
      <details>
        <summary>{w.theMessage}</summary>
        <WireFields fields={message.fields} label={`${w.theMessage} ${message.type}`} />
      </details>
    </div>
  );
}

function TransferEntry({ transfer, timeline }: Of<'transfer'> & { readonly timeline: Timeline }) {
  const w = useWords(words);
  const nameOf = (id: string): string => accountName(timeline, id, w);
  return (
    <div className={transfer.effect === 'posted' ? 'e done' : 'e wait'}>
      <p>
        <span className="strong">{w.effects[transfer.effect]}</span>{' '}
        <Money minor={transfer.amount} currency={transfer.currency} />{' '}
        <span className="cap">{w.reasons[transfer.reason] ?? transfer.reason}</span>
      </p>
      <p className="cap">
        {w.from} {nameOf(transfer.debit_account)} · {w.to} {nameOf(transfer.credit_account)}
      </p>
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
          {delivery.webhook_endpoint} · {w.deliveries[delivery.state]} · {w.tries(delivery.attempts)}
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
