import { Link, useParams } from '@tanstack/react-router';
import { useObject } from '../api/queries.ts';
import { Decided } from '../decisions/decided.tsx';
import { Decision } from '../decisions/decision.tsx';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Figure, inCode } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Heading, ObjectPage } from '../parts/object-page.tsx';
import type { ClearingCase, Movement } from './objects.ts';
import { ProposeClearing } from './propose-form.tsx';
import { words } from './words.ts';

/** One exception: what the file says, what our books say, and what people say. */
export function ExceptionPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/clearing/$id' });
  const found = useObject<ClearingCase>(`/v1/operations/clearing/exceptions/${encodeURIComponent(id)}`, {
    follow: true,
  });
  return (
    <ObjectPage list={['/clearing', w.title]} kind={w.one} name={id} of={found}>
      {(exception) => <Case found={exception} />}
    </ObjectPage>
  );
}

function Case({ found }: { readonly found: ClearingCase }) {
  const w = useWords(words);
  const { kind, type, connector } = found;
  const proposed = found.resolutions.find(({ state }) => state === 'proposed');
  return (
    <>
      <div className="stack s">
        <Heading title={kind === null ? w.resolved : w.kinds[kind]}>
          <Copy text={found.id} />
        </Heading>
        <p className="cap">
          {w.types[type]} · {connector} · {w.since} <Instant at={found.created_at} />
        </p>
      </div>
      <Figures found={found} />
      <Sides found={found} />
      {proposed && (
        <Decision
          proposal={proposed}
          path="/v1/operations/clearing/resolutions"
          name={w.verdicts[proposed.verdict][0]}
          means={w.verdicts[proposed.verdict][1]}
          effect={w.effects[proposed.verdict]}
          facts={[[w.movement, inCode(proposed.movement)]]}
        />
      )}
      {kind !== null && !proposed && <ProposeClearing found={found} />}
      <Decided
        said={found.resolutions.filter(({ state }) => state !== 'proposed')}
        nameOf={({ verdict }) => w.verdicts[verdict][0]}
      />
    </>
  );
}

/** Ours that the record is about, or most likely is: what it has cleared, or else the first. */
function partnerOf({ clears, movements }: ClearingCase): Movement | undefined {
  return movements.find(({ id }) => id === clears) ?? movements[0];
}

function Figures({ found }: { readonly found: ClearingCase }) {
  const w = useWords(words);
  const { amount, currency, file } = found;
  const partner = partnerOf(found);
  const isSameCurrency = partner?.currency === currency;
  return (
    <dl className="figs">
      <Figure name={w.fileSays} isLarge note={file === null && w.noRecord}>
        {file === null ? '–' : <Money minor={amount} currency={currency} />}
      </Figure>
      <Figure name={w.booksSay} isLarge note={!partner && w.noPartner}>
        {partner ? <Money minor={partner.amount} currency={partner.currency} /> : '–'}
      </Figure>
      <Figure name={w.difference} isLarge>
        {partner && isSameCurrency && file !== null ? (
          <span className="left">
            <Money minor={BigInt(amount) - BigInt(partner.amount)} currency={currency} />
          </span>
        ) : (
          '–'
        )}
      </Figure>
    </dl>
  );
}

/** The record on the left, each of ours that may be meant on the right, and between them how they differ. */
function Sides({ found }: { readonly found: ClearingCase }) {
  const w = useWords(words);
  const { movements } = found;
  return (
    <section className="sides">
      <div className="pairhead">
        <h2>{w.inFile}</h2>
        <span />
        <h2>{w.inBooks}</h2>
      </div>
      <ol>
        {movements.map((movement, place) => (
          <li key={movement.id} className="pair">
            {place === 0 ? <InFile found={found} /> : <div className="ent" />}
            <div className="mid">
              <Between found={found} movement={movement} />
            </div>
            <InBooks movement={movement} />
          </li>
        ))}
        {movements.length === 0 && (
          <li className="pair">
            <InFile found={found} />
            <div className="mid" />
            <p className="ent dim">{w.notInBooks}</p>
          </li>
        )}
      </ol>
    </section>
  );
}

function InFile({ found }: { readonly found: ClearingCase }) {
  const w = useWords(words);
  const { file, line, reference, approval_code: approval, fee, amount, currency, booked_at: at } = found;
  if (file === null) return <p className="ent dim">{w.notInFile}</p>;
  return (
    <div className="ent">
      <span>{w.types[found.type]}</span>
      <span className="end">
        <Money minor={amount} currency={currency} />
      </span>
      <span className="cap-s">
        {line !== null && `${w.line(line)} · `}
        {w.reference} <span className="mono">{reference}</span> · {w.approval}{' '}
        <span className="mono">{approval}</span>
        {fee !== null && fee !== '0' && (
          <>
            {' '}
            · {w.fee} <Money minor={fee} currency={currency} />
          </>
        )}{' '}
        · {w.booked} <Instant at={at} />
      </span>
    </div>
  );
}

function Between(props: { readonly found: ClearingCase; readonly movement: Movement }) {
  const w = useWords(words);
  const { found, movement } = props;
  if (found.file === null) return null;
  if (found.currency !== movement.currency) return <span>{w.other}</span>;
  const more = BigInt(found.amount) - BigInt(movement.amount);
  if (more === 0n) return <span>{w.same}</span>;
  return (
    <>
      <span className="strong">
        <Money minor={more < 0n ? -more : more} currency={found.currency} />
      </span>
      <span className="cap-s">{more < 0n ? w.lower : w.higher}</span>
    </>
  );
}

function InBooks({ movement }: { readonly movement: Movement }) {
  const w = useWords(words);
  const { id, kind, amount, currency, reference, cleared, payment_intent: intent } = movement;
  return (
    <div className="ent">
      <span>
        {intent === null ? (
          w.types[kind]
        ) : (
          <Link to="/payments/$id" params={{ id: intent }}>
            {w.types[kind]}
          </Link>
        )}
      </span>
      <span className="end">
        <Money minor={amount} currency={currency} />
      </span>
      <span className="cap-s">
        <span className="mono">{id}</span> · {w.reference} <span className="mono">{reference}</span>
        {cleared.length > 0 && ` · ${w.isCleared}`}
      </span>
    </div>
  );
}
