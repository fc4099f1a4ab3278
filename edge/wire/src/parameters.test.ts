import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseForm } from './bracket-form.ts';
import { readExpansion } from './expand.ts';
import { pageParameters } from './list.ts';
import {
  capturePaymentIntentParameters,
  createPaymentIntentParameters,
  updatePaymentIntentParameters,
} from './payment-intent-parameters.ts';
import { findRawCard, withoutCardNumbers } from './raw-card.ts';
import { readParameters } from './read-parameters.ts';

function tree(text: string) {
  const read = parseForm(text);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}
const create = (text: string) => readParameters(createPaymentIntentParameters, tree(text));
const refusal = (text: string) => {
  const read = create(text);
  return read.ok ? undefined : [read.error.code, read.error.field];
};
const good = 'amount=100&currency=EUR';

describe('parameters of a payment intent', () => {
  it('read text of a form and values of JSON alike', () => {
    const form = create(
      `${good}&confirm=true&metadata[a]=1&payment_method_types[]=card&expand[0]=customer` +
        '&split[0][destination]=acct_1&split[0][amount]=60',
    );
    const json = readParameters(createPaymentIntentParameters, {
      amount: 100,
      currency: 'eur',
      confirm: true,
      metadata: { a: '1' },
      payment_method_types: ['card'],
      expand: ['customer'],
      split: [{ destination: 'acct_1', amount: '60' }],
    });
    expect(form).toEqual(json);
    expect(form).toMatchObject({
      ok: true,
      value: { amount: 100n, currency: 'eur', confirm: true, split: [{ amount: 60n }] },
    });
  });

  it.each([
    ['currency=eur', 'parameter_missing', 'amount'],
    ['amount=1.5&currency=eur', 'parameter_invalid_integer', 'amount'],
    ['amount=0&currency=eur', 'parameter_invalid_integer', 'amount'],
    ['amount=-5&currency=eur', 'parameter_invalid_integer', 'amount'],
    ['amount=9007199254740992&currency=eur', 'amount_too_large', 'amount'],
    ['amount=1&currency=xxx', 'parameter_invalid_enum', 'currency'],
    [`${good}&colour=red`, 'parameter_unknown', 'colour'],
    ['colour=red', 'parameter_unknown', 'colour'],
    [`${good}&transfer_data[destinations]=x`, 'parameter_unknown', 'transfer_data[destinations]'],
    [`${good}&transfer_data[amount]=5`, 'parameter_missing', 'transfer_data[destination]'],
    [`${good}&transfer_data=x`, 'parameter_invalid_object', 'transfer_data'],
    [`${good}&split=x`, 'parameter_invalid_array', 'split'],
    [`${good}&split[0][destination]=a&split[0][amount]=b`, 'parameter_invalid_integer', 'split[0][amount]'],
    [`${good}&payment_method_types[0]=sepa_debit`, 'parameter_invalid_enum', 'payment_method_types[0]'],
    [`${good}&customer=`, 'parameter_invalid_empty', 'customer'],
    [`${good}&confirm=yes`, 'parameter_invalid_boolean', 'confirm'],
    [`${good}&receipt_email=nobody`, 'email_invalid', 'receipt_email'],
    [`${good}&return_url=javascript:alert(1)`, 'url_invalid', 'return_url'],
    [`${good}&description=%00`, 'parameter_invalid_string', 'description'],
    [`${good}&shipping[name]=x`, 'parameter_missing', 'shipping[address]'],
    [
      `${good}&shipping[name]=x&shipping[address][country]=Nowhere`,
      'parameter_invalid_string',
      'shipping[address][country]',
    ],
    [
      `${good}&payment_method_options[card][request_multicapture]=always`,
      'parameter_invalid_enum',
      'payment_method_options[card][request_multicapture]',
    ],
    [`${good}&mandate=mandate_1`, 'parameter_unsupported', 'mandate'],
    [
      `${good}&payment_method_types[]=card&payment_method_types[]=klarna`,
      'parameter_invalid_enum',
      'payment_method_types[1]',
    ],
    [
      `${good}&payment_method_options[klarna][preferred_locale]=de-DE`,
      'parameter_unsupported',
      'payment_method_options[klarna]',
    ],
    [
      `${good}&payment_method_options[card][installments][enabled]=true`,
      'parameter_unsupported',
      'payment_method_options[card][installments][enabled]',
    ],
    [
      `${good}&payment_method_options[card][moto]=true`,
      'parameter_unsupported',
      'payment_method_options[card][moto]',
    ],
    [`${good}&error_on_requires_action=perhaps`, 'parameter_invalid_boolean', 'error_on_requires_action'],
    [`${good}&metadata[${'k'.repeat(41)}]=x`, 'parameter_invalid_object', 'metadata'],
  ])('refuse %s as %s of %s', (text, code, field) => {
    expect(refusal(text)).toEqual([code, field]);
  });

  it('are unset by an empty string where that means something', () => {
    const read = readParameters(updatePaymentIntentParameters, tree('description=&customer=&metadata='));
    expect(read).toMatchObject({ ok: true, value: { description: null, customer: null, metadata: null } });
  });

  it('of a capture may say that more captures follow, and who gets what of the last', () => {
    const read = readParameters(
      capturePaymentIntentParameters,
      tree('amount_to_capture=0&final_capture=false&transfer_data[amount]=5'),
    );
    expect(read).toEqual({
      ok: true,
      value: { amount_to_capture: 0n, final_capture: false, transfer_data: { amount: 5n } },
    });
    expect(
      readParameters(capturePaymentIntentParameters, tree('transfer_data[destination]=acct_one')),
    ).toMatchObject({ ok: false });
  });
});

/** Made of its digits here, so that no card number stands in the source. */
const cardNumber = ['4', '2'].join('').repeat(8);

describe('card data in clear', () => {
  it.each([
    [`payment_method_data[card][number]=${cardNumber}`, 'payment_method_data[card]'],
    ['card[cvc]=123', 'card'],
    [`source[number]=${cardNumber}`, 'source'],
    [`payment_method=${cardNumber}`, 'payment_method'],
    [`source=${cardNumber.replaceAll(/(.{4})/g, '$1%20').trim()}`, 'source'],
    [`metadata[${cardNumber}]=1`, 'metadata'],
  ])('is found wherever a client may put it (%#)', (text, where) => {
    const found = findRawCard(tree(text));
    expect(found).toBe(where);
    expect(found).not.toContain(cardNumber);
  });

  it('is not seen where there is none', () => {
    expect(findRawCard(tree('payment_method=pm_1&source=tok_visa&description=4242'))).toBeUndefined();
  });

  it('is taken out of text, whatever stands before and after it', () => {
    const grouped = (gap: string) => cardNumber.match(/.{4}/g)?.join(gap) ?? '';
    for (const [text, clean] of [
      [`card ${cardNumber}.`, 'card [redacted].'],
      [`${grouped(' ')} 12/34`, '[redacted] 12/34'],
      [`${cardNumber} 123`, '[redacted] 123'],
      [`"no 7 ${grouped('-')}"`, '"no 7 [redacted]"'],
      [`1 ${grouped('\u00a0')}`, '1 [redacted]'],
      [`${cardNumber}123`, '[redacted]'],
      [`${cardNumber} ${cardNumber}`, '[redacted] [redacted]'],
    ] as const) {
      expect(withoutCardNumbers(text), clean).toBe(clean);
    }
    for (const text of ['2026-11-28 11:20', '4242 4242', '{"amount":999999999999}', `x${'1 '.repeat(90)}`]) {
      expect(withoutCardNumbers(text)).toBe(text);
    }
  });
});

it('a page begins after one object or ends before another, and not both', () => {
  const page = z.strictObject(pageParameters);
  expect(readParameters(page, tree('limit=3&starting_after=pi_1')).ok).toBe(true);
  expect(readParameters(page, tree('starting_after=pi_1&ending_before=pi_2'))).toMatchObject({
    error: { code: 'parameters_exclusive', field: 'ending_before' },
  });
});

describe('expand', () => {
  it('goes four deep and begins with data in lists', () => {
    const four = 'latest_charge.payment_intent.latest_charge.customer';
    expect(readExpansion([four], 'payment_intent', false).ok).toBe(true);
    expect(readExpansion([`${four}.x`], 'payment_intent', false).ok).toBe(false);
    expect(readExpansion([`data.${four}`], 'payment_intent', true).ok).toBe(true);
    expect(readExpansion(['customer'], 'payment_intent', true).ok).toBe(false);
  });

  it('merges paths and refuses what cannot be expanded', () => {
    expect(readExpansion(['charge', 'charge.customer', 'payment_intent'], 'refund', false)).toEqual({
      ok: true,
      value: { charge: { customer: {} }, payment_intent: {} },
    });
    expect(readExpansion(['charge', 'toString'], 'refund', false)).toMatchObject({
      error: { code: 'expand_invalid', field: 'expand[1]' },
    });
    // What stands there anyway leads on, and is nothing to expand itself.
    expect(readExpansion(['transfer_data.destination'], 'charge', false).ok).toBe(true);
    expect(readExpansion(['transfer_data'], 'charge', false)).toMatchObject({
      error: { code: 'expand_invalid', message: expect.stringContaining('transfer_data') },
    });
  });
});
