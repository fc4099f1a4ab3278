import { describe, expect, it } from 'vitest';
import { samples } from '../routes/samples.ts';
import { redact, redactText } from './redact.ts';

const source = { ...samples.source, name: 'Ada Lovelace', address_line1: '12 St James', address_zip: 'SW1Y' };
const person = /Lovelace|St James|SW1Y/;

describe('what the log keeps of requests and answers', () => {
  it('has no text that is a right of whoever holds it', () => {
    const answer = {
      id: 'we_1',
      secret: 'whsec_abc',
      key: 'sk_test_abc',
      websocket_id: 'AbC',
      list: [{ client_secret: 'pi_1_secret_abc' }, { client_secret: null }],
      cvc_check: 'pass',
    };
    expect(redact(answer)).toEqual({
      id: 'we_1',
      secret: '[redacted]',
      key: '[redacted]',
      websocket_id: '[redacted]',
      list: [{ client_secret: '[redacted]' }, { client_secret: null }],
      cvc_check: 'pass',
    });
    // A client secret in a field of another name would be a new way out.
    expect(JSON.stringify(redact(samples))).not.toMatch(/_secret_|whsec_|[rs]k_test_/);
  });

  it('does not say whose a card is, in the older shape of cards as little as in the newer', () => {
    const expanded = { ...source, customer: { object: 'customer', sources: { data: [source] } } };
    const before = { name: 'Ada Lovelace', address_zip: 'SW1Y' };
    for (const answer of [
      source,
      expanded,
      { object: 'list', data: [source] },
      { object: 'token', card: source },
      { object: 'charge', source },
      { type: 'customer.source.updated', data: { object: samples.source, previous_attributes: before } },
      { payment_method_data: { billing_details: { name: 'Ada Lovelace' } } },
      { card: { name: 'Ada Lovelace' } },
    ]) {
      expect(JSON.stringify(answer)).toMatch(person);
      expect(JSON.stringify(redact(answer))).not.toMatch(person);
    }
    expect(redact({ name: 'Ada', exp_month: '1' }, true)).toEqual({ name: '[redacted]', exp_month: '1' });
    expect(redact(source)).toMatchObject({ id: source.id, last4: source.last4, address_line2: null });
    // Customers and products have their names in the open.
    expect(redact({ object: 'customer', name: 'Ada' })).toEqual({ object: 'customer', name: 'Ada' });
  });

  it('keeps the same of an answer whether it is read or not', () => {
    for (const sample of Object.values(samples)) {
      expect(JSON.parse(redactText(JSON.stringify(sample)))).toEqual(redact(sample));
    }
    const more = { cvc: '123', new_password: 'x', key: null, list: [{ secret: 's"\\' }], name: 'key' };
    expect(JSON.parse(redactText(JSON.stringify(more)))).toEqual(redact(more));
  });
});
