import { domainToASCII } from 'node:url';

/** RFC 5321 §4.5.3.1: the longest local part, and the longest address that fits into a path. */
const LOCAL_MAX = 64;
const ADDRESS_MAX = 254;
/** RFC 5322 §3.2.3: a dot-atom. Quoted local parts exist on paper only, and their escapes invite mischief. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * The normal form of an e-mail address, or undefined where it is none: lower case throughout, because no
 * mail host in use tells two people apart by case; the domain as it stands in the DNS (RFC 5891). Addresses
 * whose local part is not ASCII (RFC 6531) are not taken. What it answers is one line without spaces, commas,
 * quotes and angle brackets, so it is safe in a header and in a command of SMTP.
 */
export function parseEmail(text: string): string | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > 2 * ADDRESS_MAX) return undefined;
  const local = trimmed.slice(0, at).toLowerCase();
  const domain = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  if (local.length > LOCAL_MAX || !LOCAL.test(local) || !DOMAIN.test(domain)) return undefined;
  const address = `${local}@${domain}`;
  return address.length <= ADDRESS_MAX ? address : undefined;
}
