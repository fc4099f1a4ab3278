import { SECOND } from '@tpmall/kernel';
import type { NoticedRequest, RequestFilter } from '../contract/index.ts';

const CLASS = 100;

/** Whether a listener with this filter wants to hear of a request. */
export function isWanted(filter: RequestFilter, request: NoticedRequest): boolean {
  const { status } = request;
  const outcome = status >= 200 && status < 300 ? 'succeeded' : 'failed';
  return (
    admits(filter.accounts, 'self') &&
    admits(filter.sources, 'api') &&
    admits(filter.methods, request.method) &&
    admits(filter.paths, request.path) &&
    admits(filter.ips, request.ip) &&
    admits(filter.statuses, status) &&
    admits(filter.statusClasses, status - (status % CLASS)) &&
    admits(filter.outcomes, outcome)
  );
}

function admits<T>(wanted: readonly T[] | undefined, value: T): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

/** The message that the official command-line client prints as a line of its `logs tail`. */
export function requestMessage(request: NoticedRequest, livemode: boolean): string {
  const { id, at, method, path, status, error } = request;
  const payload = {
    created_at: Math.floor(at / SECOND),
    livemode,
    method,
    request_id: id,
    status,
    url: path,
    error: {
      type: error?.type ?? '',
      charge: error?.charge ?? '',
      code: error?.code ?? '',
      decline_code: error?.declineCode ?? '',
      message: error?.message ?? '',
      param: error?.param ?? '',
    },
  };
  return JSON.stringify({
    type: 'request_log_event',
    request_log_id: id,
    event_payload: JSON.stringify(payload),
  });
}
