import type { Delivery } from '../api/objects.ts';
import { useChange, useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Act } from '../parts/act.tsx';
import { Clock, Instant } from '../parts/instant.tsx';
import { ChangeProblem } from '../parts/problem.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import { words as partWords } from '../parts/words.ts';
import { words } from './words.ts';

interface Attempted extends Delivery {
  readonly attempt_log: readonly {
    readonly number: number;
    readonly at: number;
    readonly duration_ms: number;
    readonly status: number | null;
    readonly error: string | null;
    readonly url: string;
    readonly response_body: string | null;
  }[];
}

/** How a delivery stands. */
export const DELIVERY_SHAPES: Readonly<Record<Delivery['state'], Shape>> = {
  pending: 'wait',
  delivered: 'done',
  given_up: 'no',
};

/** What became of an event at an endpoint: its attempts, and a button that sends it again. */
export function DeliveryView(props: {
  /** Of the API, where this desk reads deliveries. */
  readonly path: string;
  readonly delivery: Delivery;
  /** The first of its page is the one that the letter sends again. */
  readonly isFirst?: boolean;
}) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { delivery, isFirst = true } = props;
  const path = `${props.path}/${delivery.id}`;
  const found = useObject<Attempted>(path);
  const resend = useChange<Delivery>('POST', `${path}/resend`);
  return (
    <div className="stack s delivery">
      <div className="row sp heading">
        <p>
          <Status shape={DELIVERY_SHAPES[delivery.state]}>{w.states[delivery.state]}</Status>{' '}
          <span className="mono code">{delivery.webhook_endpoint}</span>{' '}
          <span className="cap">
            {w.tries(delivery.attempts)}
            {delivery.next_attempt_at !== null && (
              <>
                {marks.comma}
                {w.next} <Instant at={delivery.next_attempt_at} />
              </>
            )}
          </span>
        </p>
        <Act
          letter={isFirst ? 's' : undefined}
          label={w.resend}
          isPending={resend.isPending}
          onAct={() => resend.mutate({})}
        />
      </div>
      <p className="cap" role="status">
        {resend.isSuccess && w.resent}
      </p>
      <ChangeProblem of={resend} />
      {found.data && found.data.attempt_log.length > 0 && <Attempts log={found.data.attempt_log} />}
    </div>
  );
}

function Attempts({ log }: { readonly log: Attempted['attempt_log'] }) {
  const w = useWords(words);
  return (
    <table className="tbl fold fold-attempts">
      <caption className="sr">{w.attempts}</caption>
      <thead>
        <tr>
          <th scope="col">{w.attempt}</th>
          <th scope="col">{w.answer}</th>
          <th scope="col">{w.body}</th>
          <th scope="col">{w.address}</th>
          <th scope="col" className="n">
            {w.took}
          </th>
        </tr>
      </thead>
      <tbody>
        {log.map((attempt) => (
          <tr key={attempt.number}>
            <th scope="row" className="nowrap">
              {attempt.number}{' '}
              <span className="cap-s">
                <Clock at={attempt.at} />
              </span>
            </th>
            <td className="state">
              <Status shape={attempt.error === null ? 'done' : 'no'}>
                {attempt.status ?? attempt.error}
              </Status>
            </td>
            <td className="id mono code">{attempt.response_body || '–'}</td>
            <td className="id mono code">{attempt.url}</td>
            <td className="n mono">{attempt.duration_ms} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
