import { currencyByNumber, isoInstant, type Micros } from '@tpmall/kernel';
import type { Book } from './book.ts';

/** Columns of a clearing record. */
const CLEARING_HEADER =
  'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at';

/**
 * The clearing file of what was captured and refunded since the last one: CSV, one `D` record for each
 * capture and refund in order of booking, then one `T` record for each currency with the number of records
 * and the net amount (captures less refunds). Amounts are minor units; the type is `capture`, `refund` or
 * `refund_return` (a refund that the issuer has sent back).
 */
export function clearingFile(book: Book): string {
  const lines = [CLEARING_HEADER];
  const totals = new Map<string, { count: number; net: bigint }>();
  const movements = book.uncleared().sort((a, b) => a.movement.at - b.movement.at);
  const records = [
    ...movements.map((moved) => ({ ...moved, type: moved.movement.kind, at: moved.movement.at })),
    ...book.unclearedReturns().map((moved) => ({
      ...moved,
      type: 'refund_return' as const,
      at: moved.movement.returned?.at ?? moved.movement.at,
    })),
  ];
  for (const { authorisation, movement, type, at } of records) {
    const currency = currencyByNumber(Number(authorisation.currency))?.code ?? authorisation.currency;
    const total = totals.get(currency) ?? { count: 0, net: 0n };
    total.count += 1;
    total.net += type === 'refund' ? -movement.amount : movement.amount;
    totals.set(currency, total);
    lines.push(
      [
        'D',
        type,
        authorisation.reference,
        authorisation.approvalCode,
        authorisation.card.replaceAll('•', '*'),
        movement.amount,
        currency,
        authorisation.merchant,
        authorisation.terminal,
        isoInstant(at),
      ].join(','),
    );
  }
  for (const [currency, total] of totals) lines.push(`T,total,,,${total.count},${total.net},${currency},,,`);
  return `${lines.join('\n')}\n`;
}

/** The name of a clearing file: its day and its number, which never repeats. */
export function clearingFileName(at: Micros, number: number): string {
  return `clearing-${isoInstant(at).slice(0, 10)}-${String(number).padStart(4, '0')}.csv`;
}
