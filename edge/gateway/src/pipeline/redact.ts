/** What stands for a value that nobody may read later. */
export const REDACTED = '[redacted]';
/**
 * Fields of requests and answers that nobody may read later. A key is shown once, a client secret to its
 * browser alone, the id of a listen session opens its socket; whose a card is, the vault keeps sealed.
 */
const SECRET_NAMES = [
  String.raw`(?:secret|password|passphrase)\w*|cv[cv]\d?`,
  String.raw`\b(?:key|websocket_id|billing_details|address_(?:city|country|line\d|state|zip))`,
].join('|');
const IS_SECRET = new RegExp(`(?:${SECRET_NAMES})$`, 'i');
const CLIENT_SECRET = /"client_secret":"(?:[^"\\]|\\.)*"/g;
const MAY_TELL = new RegExp(`(?:${SECRET_NAMES})":(?!null|"\\[redacted\\]")|"object":"card"`);

/**
 * An answer's JSON without what is secret. In most there is nothing but a client secret, which is taken out
 * without reading them: reading the three answers of a payment would take 150 µs.
 */
export function redactText(json: string): string {
  const text = json.replace(CLIENT_SECRET, `"client_secret":"${REDACTED}"`);
  return MAY_TELL.test(text) ? JSON.stringify(redact(JSON.parse(text))) : text;
}

/**
 * A request's parameters or an answer without what is secret.
 *
 * @param ofCard whether the value says of a card what it is, in the older shape: its `name` is its holder's
 */
export function redact(value: unknown, ofCard = false): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => redact(one, ofCard));
  // An event has what its object was before beside the object.
  const isCard = ofCard || isCardShape(value) || ('object' in value && isCardShape(value.object));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const isSecret = IS_SECRET.test(name) || (isCard && name === 'name');
      if (isSecret) return [name, inner === null ? null : REDACTED];
      return [name, redact(inner, isCard || name === 'card')];
    }),
  );
}

function isCardShape(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'object' in value && value.object === 'card';
}
