import type { Clock, Micros } from '@tpmall/kernel';

/** Mails that are kept; the oldest leaves first. */
export const MAILS_MAX = 1_000;

/** A mail that has come. */
export interface ReceivedMail {
  /** Counted from 1, in the order of their coming. */
  readonly id: number;
  readonly at: Micros;
  /** Of the envelope: where it really went. */
  readonly recipients: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  /** The header, line by line, as it came. */
  readonly headers: readonly string[];
}

/** What the mailbox does wrong with the next mails. */
export type Fault = 'refuse' | 'defer' | 'drop';

/** The mails of this process, in memory, and the faults that were ordered. */
export interface Inbox {
  add(mail: Omit<ReceivedMail, 'id' | 'at'>): ReceivedMail;
  find(id: number): ReceivedMail | undefined;
  /** Newest first, of one recipient where that is given. */
  list(recipient?: string): readonly ReceivedMail[];
  clear(): void;
  /** Orders a fault for the next mails. */
  order(fault: Fault, times: number): void;
  /** The fault of the mail that is coming now. */
  nextFault(): Fault | undefined;
}

/** Opens an empty inbox. */
export function createInbox(clock: Clock): Inbox {
  const mails = new Map<number, ReceivedMail>();
  const faults: Fault[] = [];
  let last = 0;
  return {
    add(mail) {
      const received = { ...mail, id: (last += 1), at: clock.now() };
      mails.set(received.id, received);
      const oldest = mails.keys().next().value;
      if (mails.size > MAILS_MAX && oldest !== undefined) mails.delete(oldest);
      return received;
    },
    find: (id) => mails.get(id),
    list: (recipient) =>
      [...mails.values()]
        .filter(({ recipients }) => recipient === undefined || recipients.includes(recipient))
        .reverse(),
    clear: () => mails.clear(),
    order(fault, times) {
      for (let i = 0; i < times && faults.length < MAILS_MAX; i += 1) faults.push(fault);
    },
    nextFault: () => faults.shift(),
  };
}
