import type { CaptureRequests, CaptureTerms } from '../contract/index.ts';

/** Of what the acquirer offers for an authorised amount, what was asked for. */
export function agreeTerms(asked: CaptureRequests, offered: CaptureTerms, authorised: bigint): CaptureTerms {
  return {
    multicapture: asked.multicapture && offered.multicapture,
    incrementalAuthorisation: asked.incrementalAuthorisation && offered.incrementalAuthorisation,
    maximumCapturable: asked.overcapture ? offered.maximumCapturable : authorised,
  };
}

/** Requests as they are changed: what is not said stays. */
export function changeRequests(
  before: CaptureRequests,
  change: { readonly [K in keyof CaptureRequests]?: boolean | undefined } | undefined,
): CaptureRequests {
  return {
    multicapture: change?.multicapture ?? before.multicapture,
    overcapture: change?.overcapture ?? before.overcapture,
    incrementalAuthorisation: change?.incrementalAuthorisation ?? before.incrementalAuthorisation,
  };
}

/** What an intent asks for where nothing was said. */
export const NO_REQUESTS: CaptureRequests = {
  multicapture: false,
  overcapture: false,
  incrementalAuthorisation: false,
};
