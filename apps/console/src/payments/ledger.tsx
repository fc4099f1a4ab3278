import { useWords } from '../language.tsx';
import { Sum } from '../parts/facts.tsx';
import { Money } from '../parts/money.tsx';
import { Part } from '../parts/object-page.tsx';
import { words as partWords } from '../parts/words.ts';
import { accountName } from './account-name.ts';
import type { LedgerTransfer, Timeline } from './timeline-objects.ts';
import { words } from './words.ts';

interface Sides {
  readonly debit: bigint;
  readonly credit: bigint;
}

const NOTHING: Sides = { debit: 0n, credit: 0n };

/** What the payment has come to in the ledger: an account each, debits to the left. */
export function Ledger({ timeline }: { readonly timeline: Timeline }) {
  const w = useWords(words);
  const transfers = timeline.entries.flatMap((entry) => (entry.kind === 'transfer' ? [entry.transfer] : []));
  const currencies = [...new Set(transfers.map(({ currency }) => currency))];
  return (
    <Part
      title={w.ledger}
      beside={transfers.length > 0 && <span className="cap">{w.ledgerLead}</span>}
      gap="widest"
    >
      {transfers.length === 0 && <p className="dim">{w.noLedger}</p>}
      {currencies.map((currency) => (
        <Books
          key={currency}
          timeline={timeline}
          currency={currency}
          transfers={transfers.filter((one) => one.currency === currency)}
        />
      ))}
    </Part>
  );
}

function Books(props: {
  readonly timeline: Timeline;
  readonly currency: string;
  readonly transfers: readonly LedgerTransfer[];
}) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { timeline, currency, transfers } = props;
  const posted = sum(transfers.filter(({ effect }) => effect === 'posted'));
  const held = sum(openHolds(transfers));
  const ids = [...new Set(transfers.flatMap((one) => [one.debit_account, one.credit_account]))];
  const debits = total(posted, 'debit');
  const credits = total(posted, 'credit');
  return (
    <div className="stack">
      <h3>{currency.toUpperCase()}</h3>
      <div className="taccs">
        {ids.map((id) => (
          <div key={id} className="tacc">
            <p className="name">
              {accountName(timeline, id, w)}
              <span>{w.types[timeline.ledger_accounts.find((one) => one.id === id)?.type ?? ''] ?? ''}</span>
            </p>
            <div className="t">
              {(['debit', 'credit'] as const).map((side) => (
                <Side
                  key={side}
                  name={side === 'debit' ? w.from : w.to}
                  posted={(posted.get(id) ?? NOTHING)[side]}
                  held={(held.get(id) ?? NOTHING)[side]}
                  currency={currency}
                />
              ))}
            </div>
          </div>
        ))}
        <dl className="sum">
          <Sum name={w.debits} minor={debits} currency={currency} />
          <Sum name={w.credits} minor={credits} currency={currency} />
          <Sum
            name={marks.inCurrency(w.difference, currency)}
            minor={debits - credits}
            currency={currency}
            isFinal
          />
        </dl>
      </div>
    </div>
  );
}

/** A side of an account; empty where nothing stands on it. */
function Side(props: {
  readonly name: string;
  readonly posted: bigint;
  readonly held: bigint;
  readonly currency: string;
}) {
  const w = useWords(words);
  const { name, posted, held, currency } = props;
  if (posted === 0n && held === 0n) return <div />;
  return (
    <div>
      <small>{name}</small>
      <Money minor={posted} currency={currency} bare />
      {held > 0n && (
        <p className="cap-s">
          {w.onHold} <Money minor={held} currency={currency} bare />
        </p>
      )}
    </div>
  );
}

/** Holds that were neither posted nor let go. */
function openHolds(transfers: readonly LedgerTransfer[]): readonly LedgerTransfer[] {
  const taken = new Set(transfers.map(({ hold }) => hold));
  return transfers.filter(({ id, effect }) => effect === 'held' && !taken.has(id));
}

function sum(transfers: readonly LedgerTransfer[]): ReadonlyMap<string, Sides> {
  const sides = new Map<string, Sides>();
  const add = (id: string, side: keyof Sides, amount: bigint): void => {
    const now = sides.get(id) ?? NOTHING;
    sides.set(id, { ...now, [side]: now[side] + amount });
  };
  for (const { debit_account: debit, credit_account: credit, amount } of transfers) {
    add(debit, 'debit', BigInt(amount));
    add(credit, 'credit', BigInt(amount));
  }
  return sides;
}

function total(sides: ReadonlyMap<string, Sides>, side: keyof Sides): bigint {
  return [...sides.values()].reduce((all, one) => all + one[side], 0n);
}
