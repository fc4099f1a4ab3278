import { RETRY_AFTER_SECONDS } from '@tpmall/platform/http';
import { PAGE_TYPE } from '@tpmall/platform/pages';
import { type ErrorOccurrence, errorStatus, errorToProblem, errorToWire } from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { errorPage } from '../pages/error-page.ts';
import { PAGE_HEADERS } from '../pages/layout.ts';
import type { Answer } from './answer.ts';
import type { ErrorStyle } from './route.ts';

/** An answer as it goes over the network. */
export interface Rendered {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_HEADERS = {};

/** Writes an answer as text, errors in the style of the route. */
export function renderAnswer(
  answer: Answer,
  style: ErrorStyle,
  requestId: string,
  environment: Pick<GatewayEnvironment, 'view' | 'config'>,
): Rendered {
  switch (answer.kind) {
    case 'json':
      return {
        status: answer.status ?? 200,
        contentType: JSON_TYPE,
        body: JSON.stringify(answer.body),
        headers: answer.headers ?? NO_HEADERS,
      };
    case 'json-text':
      return { status: 200, contentType: JSON_TYPE, body: answer.body, headers: NO_HEADERS };
    case 'text':
      return {
        status: 200,
        contentType: answer.type,
        body: answer.body,
        headers: answer.headers ?? NO_HEADERS,
      };
    case 'error':
      return renderError(answer.error, style, requestId, environment);
  }
}

function renderError(
  given: ErrorOccurrence,
  style: ErrorStyle,
  requestId: string,
  { view, config }: Pick<GatewayEnvironment, 'view' | 'config'>,
): Rendered {
  const error = given.code === 'card_data_not_accepted' ? nameVault(given, config.vaultUrl) : given;
  const status = errorStatus(error);
  const headers: Record<string, string> = {};
  // What is away, or has not answered, is back within seconds.
  const retryAfter = error.retryAfterSeconds ?? (status > 500 ? RETRY_AFTER_SECONDS : undefined);
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  // A client library repeats only what says so; a wrong parameter stays wrong.
  if (status >= 500 || status === 409) headers['stripe-should-retry'] = 'true';
  switch (style) {
    case 'payments':
      return { status, headers, contentType: JSON_TYPE, body: JSON.stringify(errorToWire(error, view)) };
    case 'problem': {
      const contentType = 'application/problem+json; charset=utf-8';
      return { status, headers, contentType, body: JSON.stringify(errorToProblem(error, view, requestId)) };
    }
    case 'page': {
      if (status === 401)
        headers['www-authenticate'] = 'Basic realm="TPMall: an operator key", charset="UTF-8"';
      const body = errorPage(error, status, requestId);
      return { status, headers: { ...PAGE_HEADERS, ...headers }, contentType: PAGE_TYPE, body };
    }
  }
}

function nameVault(error: ErrorOccurrence, vaultUrl: string): ErrorOccurrence {
  return {
    ...error,
    message:
      `This origin never accepts card data. Send it to the vault at ${vaultUrl}, ` +
      'which answers with a payment method to use here.',
  };
}
