import type { WatchedConnector } from '../health/watched-connector.ts';

/**
 * The first of these connectors that takes a payment now: signed on, and its circuit lets it through.
 *
 * @param orConnecting where none is signed on, one whose link is being made may do: a message waits for it a
 *   moment
 */
export function chooseConnector(
  candidates: readonly WatchedConnector[],
  orConnecting: boolean,
): WatchedConnector | undefined {
  const signedOn = candidates.find((each) => each.status().state === 'signed_on' && each.circuit.admit());
  if (signedOn || !orConnecting) return signedOn;
  return candidates.find((each) => each.status().state === 'connecting' && each.circuit.admit());
}
