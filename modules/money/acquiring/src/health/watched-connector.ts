import type { Clock } from '@tpmall/kernel';
import type { Metrics } from '@tpmall/platform/telemetry';
import type { CardConnector, ConnectorHealth, DecisionAnswer } from '../contract/index.ts';
import { type Circuit, type CircuitSettings, createCircuit } from './circuit.ts';
import { createRecent } from './recent.ts';

/** A connector whose authorisations are watched. */
export interface WatchedConnector extends CardConnector {
  readonly answerTimeoutMs: number;
  readonly circuit: Circuit;
  health(): ConnectorHealth;
}

/**
 * Watches a connector's authorisations: they drive its circuit, its figures and its metrics. Advices and
 * refunds do not, because they must go to this connector in any case.
 */
export function watchConnector(
  connector: CardConnector,
  settings: { readonly protocol: string; readonly answerTimeoutMs: number },
  environment: { circuit: CircuitSettings; clock: Clock; metrics: Metrics },
): WatchedConnector {
  const { clock, metrics } = environment;
  const { name } = connector;
  const circuit = createCircuit(environment.circuit, clock);
  const recent = createRecent(clock);
  const outcomes = metrics.counter(
    'tpmall_acquiring_authorisations_total',
    'Authorisation messages by connector and how they ended',
    ['connector', 'state'],
  );
  const seconds = metrics.histogram(
    'tpmall_acquiring_answer_seconds',
    'Time until an acquirer answered an authorisation',
    ['connector'],
  );
  return {
    ...connector,
    answerTimeoutMs: settings.answerTimeoutMs,
    circuit,
    async authorise(message) {
      const from = clock.now();
      const answer = await connector.authorise(message);
      const took = clock.now() - from;
      const answered = isAnswered(answer);
      circuit.record(answered);
      recent.record({ answered, took });
      outcomes.add({ connector: name, state: answer.state });
      if (answered) seconds.observe(took / 1_000_000, { connector: name });
      return answer;
    },
    health: () => ({
      name,
      protocol: settings.protocol,
      ...connector.status(),
      circuit: { state: circuit.state, since: circuit.since },
      recent: recent.figures(),
    }),
  };
}

/**
 * An issuer's word is an answer, and so is that the issuer cannot be reached: another acquirer's link to it
 * may be no better. That the acquirer itself failed is none.
 */
function isAnswered(answer: DecisionAnswer): boolean {
  if (answer.state === 'declined') return !(answer.elsewhere && answer.declineCode === 'processing_error');
  return answer.state === 'approved';
}
