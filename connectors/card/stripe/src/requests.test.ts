import type { AuthoriseMessage } from '@tpmall/acquiring/contract';
import { Redacted } from '@tpmall/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { confirmIntent, createIntent, createMethod } from './requests.ts';
import { stripeSettings } from './settings.ts';

const origins = { apiUrl: 'http://localhost:1', vaultUrl: 'http://localhost:2' };
// Not a card number: its check digit is wrong.
const PAN = '4242424242424241';
const message: AuthoriseMessage = {
  trace: { id: 'au_1', stan: 1, transmittedAt: 0 },
  card: { pan: new Redacted(PAN), expiry: new Redacted('3107'), cvv: new Redacted('987') },
  amount: 12_50n,
  currency: 'eur',
  descriptor: 'TPMALL 2611-4807',
  authentication: { eci: '05', value: new Redacted('AAAB'), directoryServerId: 'ds-1' },
};

test('proof of an authentication goes with the confirmation, its value wrapped', () => {
  const { parameters, idempotencyKey, url } = confirmIntent(origins, 'pi_1', 'pm_1', message);
  expect({ url, idempotencyKey }).toEqual({
    url: 'http://localhost:1/v1/payment_intents/pi_1/confirm',
    idempotencyKey: 'au_1.confirm',
  });
  const proof = 'payment_method_options[card][three_d_secure]';
  expect(parameters).toMatchObject({
    payment_method: 'pm_1',
    [`${proof}[version]`]: '2.2.0',
    [`${proof}[electronic_commerce_indicator]`]: '05',
    [`${proof}[transaction_id]`]: 'ds-1',
  });
  expect(JSON.stringify(parameters)).not.toContain('AAAB');
  const plain = confirmIntent(origins, 'pi_1', 'pm_1', { ...message, authentication: null });
  expect(Object.keys(plain.parameters).filter((name) => name.startsWith(proof))).toEqual([]);
});

test('a card goes to the vault, wrapped, its expiry taken apart', () => {
  const { parameters, url } = createMethod(origins, message);
  expect(url).toBe('http://localhost:2/v1/payment_methods');
  const revealed = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      value instanceof Redacted ? value.reveal() : value,
    ]),
  );
  expect(revealed).toEqual({
    type: 'card',
    'card[number]': PAN,
    'card[exp_month]': '07',
    'card[exp_year]': '2031',
    'card[cvc]': '987',
  });
  expect(JSON.stringify(parameters)).not.toMatch(/4242|07|2031|987/);
});

test('the same authorisation asks for the same intent, card or not', () => {
  const stored = { id: 'au_1', amount: 12_50n, currency: 'eur', descriptor: message.descriptor };
  expect(createIntent(origins, { ...message, id: 'au_1' })).toEqual(createIntent(origins, stored));
});

test('a statement text is one that the API takes, or is left out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (descriptor) => {
      const { parameters } = createIntent(origins, { id: 'au_1', amount: 1n, currency: 'eur', descriptor });
      const text = parameters['statement_descriptor_suffix'];
      if (text !== undefined) expect(text).toMatch(/^(?=.*[A-Za-z])[\x20-\x7e]{1,22}$/);
      expect(String(text)).not.toMatch(/[<>\\'"*]/);
    }),
  );
});

test('an origin in clear must be on this machine', () => {
  const settings = z.strictObject({ apiUrl: stripeSettings.apiUrl });
  for (const url of ['https://api.example', 'http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1'])
    expect(settings.safeParse({ apiUrl: url }).success, url).toBe(true);
  for (const url of [
    'http://api.example',
    'http://localhost.example',
    'http://10.0.0.1',
    'ftp://localhost',
    'x',
  ])
    expect(settings.safeParse({ apiUrl: url }).success, url).toBe(false);
});
