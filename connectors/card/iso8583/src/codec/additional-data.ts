import { err, ok, type Result } from '@tpmall/kernel';

/**
 * Sub-elements of DE 48, each two digits of number, two digits of length, value. The numbers follow the
 * widespread use of DE 48 in electronic commerce.
 */
export interface AdditionalData {
  /** 11: a working key, wrapped, in an exchange of keys. */
  readonly keyBlock?: string;
  /** 42: electronic commerce indicator of a 3-D Secure authentication, two digits. */
  readonly eci?: string;
  /** 43: authentication value (CAVV, AAV), base64 of 20 bytes. */
  readonly authenticationValue?: string;
  /** 61: `1` where an advice is the last capture of its authorisation. */
  readonly finalCapture?: '0' | '1';
  /** 66: the directory server's transaction id, a UUID. */
  readonly directoryServerId?: string;
  /** 92: card verification value. Only ever in an authorisation request; never stored, never logged. */
  readonly cvv?: string;
}

const NUMBERS = {
  keyBlock: '11',
  eci: '42',
  authenticationValue: '43',
  finalCapture: '61',
  directoryServerId: '66',
  cvv: '92',
} as const;
const HIDDEN: ReadonlySet<string> = new Set([NUMBERS.keyBlock, NUMBERS.authenticationValue, NUMBERS.cvv]);

/** DE 48 of these sub-elements, in ascending order; undefined where there is none. */
export function packAdditionalData(data: AdditionalData): string | undefined {
  let text = '';
  for (const [name, number] of Object.entries(NUMBERS)) {
    const value = data[name as keyof AdditionalData];
    if (value !== undefined) text += `${number}${String(value.length).padStart(2, '0')}${value}`;
  }
  return text === '' ? undefined : text;
}

/** The sub-elements of a DE 48. Unknown ones are passed over, as the field demands. */
export function unpackAdditionalData(text: string): Result<AdditionalData, 'bad_additional_data'> {
  const found = split(text);
  if (!found) return err('bad_additional_data', 'DE 48 does not consist of whole sub-elements');
  const byNumber = new Map(found);
  const data: Record<string, string> = {};
  for (const [name, number] of Object.entries(NUMBERS)) {
    const value = byNumber.get(number);
    if (value !== undefined) data[name] = value;
  }
  return ok(data);
}

/** DE 48 as a log may show it: verification and authentication values hidden. */
export function maskAdditionalData(text: string): string {
  const found = split(text);
  if (!found) return '•••';
  return found.map(([number, value]) => `${number}=${HIDDEN.has(number) ? '•••' : value}`).join(' ');
}

function split(text: string): [string, string][] | undefined {
  const found: [string, string][] = [];
  let at = 0;
  while (at < text.length) {
    const head = /^(\d\d)(\d\d)$/.exec(text.slice(at, at + 4));
    const length = Number(head?.[2] ?? 0);
    const value = text.slice(at + 4, at + 4 + length);
    if (!head?.[1] || value.length < length) return undefined;
    found.push([head[1], value]);
    at += 4 + length;
  }
  return found;
}
