/** The AReq of a 3DS server (EMV 3DS 2.2, browser flow), as far as the simulator reads it. */
export interface AuthenticationRequest {
  readonly messageType: 'AReq';
  readonly messageVersion: string;
  readonly threeDSServerTransID: string;
  /** Where the RReq goes after a challenge. */
  readonly threeDSServerURL: string;
  /** Where the browser takes the CRes. */
  readonly notificationURL: string;
  readonly acctNumber: string;
  readonly purchaseAmount: string;
  /** ISO 4217 number. */
  readonly purchaseCurrency: string;
  readonly purchaseExponent: string;
  readonly merchantName: string;
}

/** Whether the transaction was authenticated: yes, attempted, no, unavailable, challenge, rejected. */
export type TransStatus = 'Y' | 'A' | 'N' | 'U' | 'C' | 'R';

/** Reads an AReq; the name of the first field at fault where it is not one. */
export function readAuthenticationRequest(body: unknown): AuthenticationRequest | { field: string } {
  const given: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const patterns: Record<keyof AuthenticationRequest, RegExp> = {
    messageType: /^AReq$/,
    messageVersion: /^2\.\d\.\d$/,
    threeDSServerTransID: /^[0-9a-f-]{36}$/,
    threeDSServerURL: /^https?:\/\/\S{1,2048}$/,
    notificationURL: /^https?:\/\/\S{1,256}$/,
    acctNumber: /^\d{13,19}$/,
    purchaseAmount: /^\d{1,48}$/,
    purchaseCurrency: /^\d{3}$/,
    purchaseExponent: /^\d$/,
    merchantName: /^[^\n]{1,40}$/,
  };
  for (const [field, pattern] of Object.entries(patterns)) {
    const value = given[field];
    if (typeof value !== 'string' || !pattern.test(value)) return { field };
  }
  return given as unknown as AuthenticationRequest;
}

/** Reads a CReq as the browser posts it: base64url of JSON. */
export function readChallengeRequest(
  creq: string,
): { threeDSServerTransID: string; acsTransID: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(creq, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { messageType, threeDSServerTransID, acsTransID } = value as Record<string, unknown>;
  if (messageType !== 'CReq') return undefined;
  if (typeof threeDSServerTransID !== 'string' || typeof acsTransID !== 'string') return undefined;
  return { threeDSServerTransID, acsTransID };
}

/** JSON as EMV 3DS puts it into a browser's form: base64url without padding. */
export function base64urlJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
