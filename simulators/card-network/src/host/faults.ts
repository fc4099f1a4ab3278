import { maskPan } from '@tpmall/connector-iso8583';

/** What goes wrong on the way to the host or back, or in its decision. */
export type Fault =
  /** The request never reaches the host. */
  | { readonly kind: 'lose_request' }
  /** The host books it, and its answer is lost. */
  | { readonly kind: 'lose_answer' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The answer comes twice. */
  | { readonly kind: 'duplicate' }
  /** Bytes that are no message come instead of the answer. */
  | { readonly kind: 'malformed' }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** The connection breaks before the answer. */
  | { readonly kind: 'drop_connection' }
  /** The answer's authentication code is wrong. */
  | { readonly kind: 'wrong_mac' }
  /** The answer carries another trace number. */
  | { readonly kind: 'other_stan' }
  /** The host answers this response code, whatever it would have said. */
  | { readonly kind: 'decline'; readonly code: string };

/** A fault that was ordered through the control API. */
export interface Rule {
  readonly id: number;
  readonly fault: Fault;
  /** The acquirer whose host it strikes; null for all. */
  readonly acquirer: string | null;
  /** Masked number of the card whose messages it applies to; null for all. */
  readonly card: string | null;
  /** Message type it applies to, for example `0100`; null for all but network management. */
  readonly mti: string | null;
  /** How many messages it still applies to; null for ever. */
  left: number | null;
}

/** A fault as it is ordered; `card` is a whole number. */
export type OrderedFault = Omit<Rule, 'id' | 'left'> & { readonly times: number | null };

/** The faults in force. */
export interface Rules {
  add(rule: OrderedFault): Rule;
  list(): readonly Rule[];
  /** Ends one; false where there is none of that id. */
  remove(id: number): boolean;
  clear(): void;
  /** The fault for this message at an acquirer's host, and one use of its rule. */
  take(acquirer: string, mti: string, maskedCard: string | undefined): Fault | undefined;
}

/** No faults to begin with. */
export function createRules(): Rules {
  let rules: Rule[] = [];
  let lastId = 0;
  return {
    add({ fault, acquirer, card, mti, times }) {
      lastId += 1;
      const rule: Rule = { id: lastId, fault, acquirer, card: card && maskPan(card), mti, left: times };
      rules.push(rule);
      return rule;
    },
    list: () => rules,
    remove(id) {
      const before = rules.length;
      rules = rules.filter((rule) => rule.id !== id);
      return rules.length < before;
    },
    clear() {
      rules = [];
    },
    take(acquirer, mti, maskedCard) {
      const rule = rules.find(
        (each) =>
          (each.acquirer === null || each.acquirer === acquirer) &&
          (each.mti === null ? !mti.startsWith('08') : each.mti === mti) &&
          (each.card === null || each.card === maskedCard),
      );
      if (!rule) return undefined;
      if (rule.left !== null) {
        rule.left -= 1;
        if (rule.left <= 0) rules = rules.filter((each) => each !== rule);
      }
      return rule.fault;
    },
  };
}
