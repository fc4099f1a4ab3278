import { UsageError } from '@tpmall/server/options';
import { expect, it } from 'vitest';
import { wantedEvents } from './wanted-events.ts';

it('takes events by their names, and all of them by an asterisk', () => {
  expect([...wantedEvents('charge.succeeded, customer.created')]).toEqual([
    'charge.succeeded',
    'customer.created',
  ]);
  expect([...wantedEvents('*')]).toEqual(['*']);
});

it.each([
  [
    'payment_intent.suceeded',
    'there is no event payment_intent.suceeded; did you mean payment_intent.succeeded?',
  ],
  ['charge.succeeded,custmer.created', 'no event custmer.created; did you mean customer.created?'],
  ['payment_intent.*', 'by its name: payment_intent.amount_capturable_updated, payment_intent.canceled, '],
  ['refund', 'say each by its name: refund.created, refund.failed, refund.updated, or * for all'],
  ['charge.succeeded,', 'there is no event (nothing)'],
])('refuses %s, and says what may have been meant', (list, says) => {
  expect(() => wantedEvents(list)).toThrow(UsageError);
  expect(() => wantedEvents(list)).toThrow(says);
});
