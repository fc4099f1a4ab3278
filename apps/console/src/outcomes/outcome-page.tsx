import { Link, useParams } from '@tanstack/react-router';
import { useObject } from '../api/queries.ts';
import { Decided } from '../decisions/decided.tsx';
import { Decision } from '../decisions/decision.tsx';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Figure, inCode } from '../parts/facts.tsx';
import { Clock, Instant, zoneName } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Heading, ObjectPage, Part } from '../parts/object-page.tsx';
import { WireFields } from '../parts/wire-fields.tsx';
import type { Resolution, Trail, UnknownOutcome } from './objects.ts';
import { useOutcomes } from './outcomes-page.tsx';
import { ProposeOutcome } from './propose-form.tsx';
import { words } from './words.ts';

/** One payment or refund: what is not known of it, what was tried, and what people say. */
export function OutcomePage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/outcomes/$id' });
  const { outcomes, resolutions } = useOutcomes();
  const trail = useObject<Trail>(`/v1/operations/outcomes/${encodeURIComponent(id)}`);
  const mine = outcomes.rows.filter((outcome) => outcome.id === id);
  const said = resolutions.rows.filter(({ subject }) => subject === id);
  const all = [trail, outcomes, resolutions];
  const page = {
    data: outcomes.data,
    error: all.find(({ error }) => error !== null)?.error ?? null,
    isPending: all.some(({ isPending }) => isPending),
    refetch: () => Promise.all(all.map(({ refetch }) => refetch())),
  };
  return (
    <ObjectPage list={['/outcomes', w.title]} kind={w.one} name={id} of={page}>
      {() => (
        <>
          {mine.length === 0 && !trail.error && <Heading title={w.known} lead={w.knownLead} />}
          {mine.map((outcome) => (
            <OutcomeView key={outcome.advice ?? 'missing'} outcome={outcome} said={said} />
          ))}
          {trail.data && <Tried trail={trail.data} />}
          <Decided
            said={said.filter(({ state }) => state !== 'proposed')}
            nameOf={({ verdict }) => w.verdicts[verdict][0]}
          />
        </>
      )}
    </ObjectPage>
  );
}

function OutcomeView({
  outcome,
  said,
}: {
  readonly outcome: UnknownOutcome;
  readonly said: readonly Resolution[];
}) {
  const w = useWords(words);
  const {
    kind,
    amount,
    currency,
    since,
    attempts,
    next_attempt_at: next,
    reason,
    payment_intent: intent,
  } = outcome;
  const proposed = said.find(({ advice, state }) => advice === outcome.advice && state === 'proposed');
  return (
    <>
      <Heading
        title={amount === null ? w.notKept : <Money minor={amount} currency={currency} />}
        look="amount"
      >
        <Copy text={outcome.id} />
      </Heading>
      <dl className="figs">
        <Figure name={w.kind}>{w.kinds[kind]}</Figure>
        <Figure name={w.since}>
          <Instant at={since} />
        </Figure>
        <Figure name={reason === null ? w.next : w.refused}>
          {reason !== null && <span className="mono code">{reason}</span>}
          {reason === null && (next === null ? w.byPeople : <Instant at={next} />)}{' '}
          {attempts > 0 && <span className="cap-s">{w.asked(attempts)}</span>}
        </Figure>
        <Figure name={w.payment}>
          <Link to="/payments/$id" params={{ id: intent }}>
            {w.toPayment}
          </Link>
        </Figure>
      </dl>
      {proposed ? (
        <Proposed resolution={proposed} />
      ) : outcome.verdicts.length === 0 ? (
        <p className="note blue">{w.byItself}</p>
      ) : (
        <ProposeOutcome outcome={outcome} />
      )}
    </>
  );
}

/** What was sent for it, the oldest first, each message masked. */
function Tried({ trail }: { readonly trail: Trail }) {
  const w = useWords(words);
  return (
    <Part
      title={w.tried}
      beside={
        <span className="cap">
          {zoneName()} · {w.masked}
        </span>
      }
      gap="wide"
    >
      {trail.steps.length === 0 && <p className="dim">{w.nothingTried}</p>}
      <ol className="jour">
        {trail.steps.map((step) => {
          const messages = trail.messages.filter((message) => message.step === step.id);
          return (
            <li key={step.id}>
              <Clock at={step.created_at} />
              <div className={['pending', 'sent', 'queued', 'waiting'].includes(step.state) ? 'e wait' : 'e'}>
                <p>
                  <span className="strong">{w.steps[step.kind] ?? step.kind}</span>{' '}
                  <Money minor={step.amount} currency={step.currency} />{' '}
                  <span className="cap">
                    {step.connector} · {w.stepStates[step.state] ?? step.state}
                    {step.network_code !== null && ` · ${step.network_code}`} · {w.asked(step.attempts)}
                  </span>
                </p>
                {step.next_at !== null && (
                  <p className="cap">
                    {w.again} <Instant at={step.next_at} />
                  </p>
                )}
                {messages.length > 0 && (
                  <details>
                    <summary>{w.messages(messages.length)}</summary>
                    {messages.map((message, place) => (
                      <div key={`${message.at} ${place}`} className="stack s">
                        <p className="cap">
                          <Clock at={message.at} /> <span className="mono">{message.type}</span>{' '}
                          {message.direction === 'out' ? w.out : w.in}
                        </p>
                        <WireFields fields={message.fields} label={message.type} />
                      </div>
                    ))}
                  </details>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </Part>
  );
}

function Proposed({ resolution }: { readonly resolution: Resolution }) {
  const w = useWords(words);
  const { verdict, approval_code: approval, reference } = resolution;
  const [name, means] = w.verdicts[verdict];
  return (
    <Decision
      proposal={resolution}
      path="/v1/operations/resolutions"
      name={name}
      means={means}
      effect={w.confirmLead}
      facts={[
        [w.approval, inCode(approval)],
        [w.reference, inCode(reference)],
      ]}
    />
  );
}
