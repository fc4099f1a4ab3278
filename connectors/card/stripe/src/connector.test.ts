import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CardConnector, OriginalMessage } from '@tpmall/acquiring/contract';
import { Redacted, systemClock } from '@tpmall/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stripe } from './connector.ts';

/** How the far side takes a request: it breaks the connection, or answers. */
type Answer = 'break' | { readonly status: number; readonly body: object };

const trace = { id: 'id_1', stan: 1, transmittedAt: 0 };
const original: OriginalMessage = {
  kind: 'authorisation',
  trace,
  approvalCode: '',
  reference: 'pi_1',
  first: null,
};
const card = { pan: new Redacted('4242424242424241'), expiry: new Redacted('3107'), cvv: null };
const sum = { trace, amount: 1000n, currency: 'eur' };

let answers: Record<string, Answer[]>;
let server: Server;
let connector: CardConnector;

beforeEach(async () => {
  answers = {};
  server = createServer((incoming, outgoing) => {
    const path = incoming.url?.replace('/v1/', '') ?? '';
    const answer = answers[`${incoming.method} ${path}`]?.shift() ?? refusal(404);
    incoming.resume().on('end', () => {
      if (answer === 'break') incoming.socket.destroy();
      else outgoing.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = stripe.settings.parse({
    ...{ protocol: 'stripe', name: 'upstream', answerTimeoutMs: 5_000 },
    ...{ apiUrl: url, vaultUrl: url, secretKey: 'sk_test_1' },
  });
  connector = stripe.connect(settings, {
    ...{
      clock: systemClock,
      log: { info: () => undefined, warn: () => undefined },
      onStrayAnswer: () => undefined,
    },
    onReturnedRefund: async () => 'unknown',
  });
  connector.start();
});
afterEach(async () => {
  await connector.stop();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  expect(Object.values(answers).flat()).toEqual([]);
});

const intent = (status: string): Answer => ({
  status: 200,
  body: { id: 'pi_1', object: 'payment_intent', status, created: 0 },
});
const refusal = (status: number, code?: string): Answer => ({
  status,
  body: { error: { type: 'invalid_request_error', code } },
});

const CONFIRM = 'POST payment_intents/pi_1/confirm';
const CANCEL = 'POST payment_intents/pi_1/cancel';
const CAPTURE = 'POST payment_intents/pi_1/capture';
const RETRIEVE = 'GET payment_intents/pi_1?expand%5B0%5D=latest_charge';
const REFUND = 'POST refunds';

const ways: Record<string, { path: string; run(): Promise<{ state: string }> }> = {
  'a refund': { path: REFUND, run: () => connector.refund({ ...sum, card, original }) },
  'a capture': {
    path: CAPTURE,
    run: () => connector.capture({ ...sum, original, final: true, repeat: false }),
  },
  'a release': {
    path: CANCEL,
    run: () => connector.reverse({ ...sum, original, remaining: 0n, repeat: false }),
  },
  'an authorisation': {
    path: CONFIRM,
    run: () => {
      answers['POST payment_intents'] = [intent('requires_payment_method')];
      answers['POST payment_methods'] = [{ status: 200, body: { id: 'pm_1' } }];
      return connector.authorise({ ...sum, card, descriptor: 'KILN', authentication: null });
    },
  },
};
/** The far side turns a request away before it looks at its key. */
const unheard: [number, string | undefined][] = [
  [401, undefined],
  [403, undefined],
  [429, 'rate_limit'],
  [429, 'lock_timeout'],
];

describe.each(Object.entries(ways))('%s', (_name, { path, run }) => {
  test.each(unheard)('whose repetition is turned away (%i) is as unknown as before', async (status, code) => {
    answers[path] = ['break', refusal(status, code)];
    expect(await run()).toMatchObject({ state: 'lost' });
  });
});

describe.each(Object.entries(ways).filter(([, { path }]) => path !== CONFIRM))(
  '%s',
  (_name, { path, run }) => {
    test.each(unheard)('that is turned away (%i) has not been decided', async (status, code) => {
      answers[path] = [refusal(status, code)];
      expect(await run()).toMatchObject({ state: 'lost' });
    });
  },
);

test('an authorisation that is turned away at once may be made elsewhere', async () => {
  answers[CONFIRM] = [refusal(429)];
  expect(await ways['an authorisation']?.run()).toMatchObject({ state: 'declined', elsewhere: true });
});

describe('a release that is refused', () => {
  test.each([
    ['canceled', 'acknowledged'],
    ['succeeded', 'refused'],
  ])('of an intent that is %s is %s', async (status, state) => {
    answers[CANCEL] = [refusal(400, 'payment_intent_unexpected_state')];
    answers[RETRIEVE] = [intent(status)];
    expect(await ways['a release']?.run()).toMatchObject({
      ...{ state, networkCode: 'payment_intent_unexpected_state' },
    });
  });

  test('has not been decided where nobody says what the intent is', async () => {
    answers[CANCEL] = [refusal(400, 'payment_intent_unexpected_state')];
    answers[RETRIEVE] = [refusal(429)];
    expect(await ways['a release']?.run()).toMatchObject({ state: 'lost' });
  });
});
