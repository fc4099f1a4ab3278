import { maskAdditionalData } from './additional-data.ts';
import { FIELDS } from './fields.ts';
import type { IsoMessage } from './message.ts';

/** A card number as PCI DSS 3.4.1 lets it be shown: first six and last four digits (`424242••••••4242`). */
export function maskPan(pan: string): string {
  if (pan.length < 13) return '•'.repeat(pan.length);
  return `${pan.slice(0, 6)}${'•'.repeat(pan.length - 10)}${pan.slice(-4)}`;
}

/**
 * The data elements of a message as a log may keep them: nothing in it is card data that must be protected.
 */
export function maskedFields(message: IsoMessage): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const [de, value] of Object.entries(message.fields)) {
    const mask = FIELDS[Number(de)]?.mask;
    if (mask === 'pan') masked[de] = maskPan(value);
    else if (mask === 'hidden') masked[de] = '•'.repeat(value.length);
    else if (mask === 'additional') masked[de] = maskAdditionalData(value);
    else masked[de] = value;
  }
  return masked;
}
