import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { redacted, seededRandom } from '@tpmall/kernel';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { newSecret, signatureHeaders, signingKey } from './sign.ts';

const stripe = new Stripe('sk_test_of_nobody');
const now = Math.floor(Date.now() / 1000);

function signed(body: string, secrets: readonly string[], timestamp = now) {
  const message = { id: 'evt_1', timestamp, body };
  return signatureHeaders(
    message,
    secrets.map((secret) => signingKey(redacted(secret))),
  );
}

const secretOf = (seed: number): string => newSecret(seededRandom(seed)).reveal();
const body = JSON.stringify({ id: 'evt_1', object: 'event', data: { object: { name: 'Zoë 林' } } });

describe('signatures', () => {
  it('are those of the two specifications', () => {
    const secret = `whsec_${'MfKQ9r8GKYqrTwjU'}${'PD8ILPZIo2LaLaSw'}`;
    const headers = signatureHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
      [signingKey(redacted(secret))],
    );
    // The vector of the Standard Webhooks specification.
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    const v1 = createHmac('sha256', secret).update('1614265330.{"test": 2432232314}').digest('hex');
    expect(headers['stripe-signature']).toBe(`t=1614265330,v1=${v1}`);
  });

  it('are accepted by both libraries for any text, and for nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer(), (name, seed) => {
        const secret = secretOf(seed);
        const text = JSON.stringify({ object: 'event', name });
        const headers = signed(text, [secret]);
        expect(stripe.webhooks.constructEvent(text, headers['stripe-signature'] ?? '', secret)).toBeTruthy();
        expect(new Webhook(secret).verify(text, headers)).toEqual({ object: 'event', name });
        const other = secretOf(seed + 1);
        expect(() =>
          stripe.webhooks.constructEvent(text, headers['stripe-signature'] ?? '', other),
        ).toThrow();
        expect(() => new Webhook(other).verify(text, headers)).toThrow();
        expect(() => new Webhook(secret).verify(`${text} `, headers)).toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it('are two while a secret is being rotated, and a receiver may know either', () => {
    const secrets = [secretOf(1), secretOf(2)];
    const headers = signed(body, secrets);
    for (const secret of secrets) {
      expect(stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret).id).toBe(
        'evt_1',
      );
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({ id: 'evt_1' });
    }
  });

  it('say when they were made, so that an old or a future one is refused', () => {
    const secret = secretOf(3);
    for (const skew of [-3_600, 3_600]) {
      const headers = signed(body, [secret], now + skew);
      expect(() => new Webhook(secret).verify(body, headers)).toThrow(/timestamp/i);
      const check = () =>
        stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret, 300);
      // The payments API's library has no rule for a clock that is behind.
      if (skew < 0) expect(check).toThrow(/tolerance/);
    }
  });

  it('come with secrets that do not print', () => {
    expect(String(newSecret(seededRandom(4)))).toBe('[redacted]');
    const key = signingKey(newSecret(seededRandom(4)));
    expect(inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key)).not.toContain(
      secretOf(4).slice(6),
    );
    expect(secretOf(4)).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  });
});
