import type { Micros, Redacted } from '@tpmall/kernel';
import type { z } from 'zod';

/** A mail as it is handed to a mail host. */
export interface OutgoingMail {
  /** The same on every try: a host or a reader that knows it drops the second. */
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly locale: 'en' | 'zh';
  readonly at: Micros;
  readonly subject: string;
  readonly text: Redacted<string>;
  readonly html: Redacted<string>;
}

/**
 * What became of a try. `accepted`: the host answers for it; `refused`: it never will take it; `deferred`:
 * not now, or nobody knows. `reason` has no content of the mail.
 */
export type Delivery =
  | { readonly state: 'accepted' }
  | { readonly state: 'refused' | 'deferred'; readonly reason: string };

/** A way to a mail host. */
export interface MailProvider {
  /** Never throws for what a host or a network does. */
  deliver(mail: OutgoingMail): Promise<Delivery>;
  close(): void;
}

/** A package that speaks a protocol to mail hosts, as the composition root passes it to the module. */
export interface MailDriver<Settings> {
  readonly settings: z.ZodType<Settings>;
  connect(settings: Settings): MailProvider;
}
