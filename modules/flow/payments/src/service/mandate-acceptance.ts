import type { MandateAcceptance } from '../contract/index.ts';

/** How a shopper has agreed, as it is said with a confirmation. */
export interface SaidAcceptance {
  readonly type: MandateAcceptance['type'];
  readonly acceptedAt?: number | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** How a shopper has agreed, as it is kept: when and from where it was confirmed, unless it was said. */
export function acceptanceOf(
  { type, acceptedAt, ip, userAgent }: SaidAcceptance,
  confirmed: { readonly at: number; readonly ip?: string | undefined },
): MandateAcceptance {
  return {
    type,
    acceptedAt: acceptedAt ?? confirmed.at,
    ip: ip ?? (type === 'online' ? (confirmed.ip ?? null) : null),
    userAgent: userAgent ?? null,
  };
}
