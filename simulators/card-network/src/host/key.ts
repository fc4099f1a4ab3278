import type { IsoMessage, OriginalData } from '@tpmall/connector-iso8583';

/**
 * What identifies a message for ever: its class (the first two digits of the type), DE 7, 11, 32 and 41. A
 * repeat has the same key as what it repeats.
 */
export function messageKey(message: IsoMessage): string {
  const { fields } = message;
  return key(message.mti, fields[7], fields[11], fields[32], fields[41]);
}

/**
 * The key of the message that a DE 90 refers to; the terminal is that of the message which carries the DE 90.
 */
export function originalKey(original: OriginalData, terminal: string | undefined): string {
  return key(original.mti, original.transmission, original.stan, original.acquirer, terminal);
}

function key(mti: string, ...rest: readonly (string | undefined)[]): string {
  return [mti.slice(0, 2), ...rest.map((part) => part ?? '')].join('|');
}
