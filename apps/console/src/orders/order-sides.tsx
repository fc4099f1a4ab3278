import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage, useWords } from '../language.tsx';
import { type Fact, Facts, Sum } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Part } from '../parts/object-page.tsx';
import { ReturnStatus } from '../returns/return-status.tsx';
import type { Order, Parcel } from './objects.ts';
import { words } from './words.ts';

interface Props {
  readonly order: Order;
}

/** Where the parcel goes, as it stands on its label. */
export function SendTo({ order }: Props) {
  const w = useWords(words);
  const { language, tag } = useLanguage();
  const { name, phone, address } = order.shipping;
  const { line1, line2, city, state, postal_code: postalCode, country } = address;
  const town = [postalCode, city].filter(Boolean).join(' ');
  const land = country === null ? null : new Intl.DisplayNames(tag, { type: 'region' }).of(country);
  // From the person to the country, and in Chinese from the country to the person (UPU S42).
  const lines =
    language === 'zh'
      ? [land, [state, city].filter(Boolean).join(' '), line1, line2, postalCode, name, phone]
      : [name, line1, line2, town, state, land, phone];
  return (
    <Part title={w.address}>
      <address className="plain-address">
        {lines.filter(Boolean).map((line, place) => (
          <span key={`${line} ${place}`}>{line}</span>
        ))}
      </address>
    </Part>
  );
}

/** What the merchant has said of the parcel. */
export function ParcelFacts({ parcel }: { readonly parcel: Parcel }) {
  const w = useWords(words);
  if (parcel.packed_at === null && parcel.shipped_at === null) return null;
  const instant = (at: number | null): ReactNode => at !== null && <Instant at={at} />;
  const said = (text: string | null): ReactNode => parcel.shipped_at !== null && (text ?? w.notSaid);
  const rows: readonly Fact[] = [
    [w.packedAt, instant(parcel.packed_at)],
    [w.shippedAt, instant(parcel.shipped_at)],
    [w.carrier, said(parcel.carrier)],
    [w.tracking, said(parcel.tracking_number)],
    [w.deliveredAt, instant(parcel.delivered_at)],
  ];
  return (
    <Part title={w.parcel}>
      <Facts rows={rows} isNarrow />
    </Part>
  );
}

/** What the merchant's part comes to, and what of it went back. */
export function YourPart({ order }: Props) {
  const w = useWords(words);
  const { currency } = order;
  const back = BigInt(order.amount_refunded);
  const total = BigInt(order.amount_total);
  return (
    <Part title={w.money} beside={<span className="cap">{currency.toUpperCase()}</span>}>
      <dl className="sum">
        <Sum name={w.goods} minor={order.amount_goods} currency={currency} />
        <Sum name={w.delivery} minor={order.amount_delivery} currency={currency} />
        <Sum
          name={w.total}
          minor={total}
          currency={currency}
          note={
            <>
              {w.taxIncluded} <Money minor={order.amount_tax} currency={currency} bare />
            </>
          }
          isFinal={back === 0n}
        />
        {back > 0n && <Sum name={w.refunded} minor={-back} currency={currency} />}
        {back > 0n && <Sum name={w.left} minor={total - back} currency={currency} isFinal />}
      </dl>
      <p className="cap">
        {w.commission} <Link to="/statement">{w.statement}</Link>
      </p>
    </Part>
  );
}

/** What the shopper wants to give back of it, if anything. */
export function OrderReturns({ order }: Props) {
  const w = useWords(words);
  if (order.returns.length === 0) return null;
  return (
    <Part title={w.returns}>
      <dl className="sum">
        {order.returns.map(({ id, status, amount, currency, created }) => (
          <Sum
            key={id}
            name={<ReturnStatus state={status} />}
            minor={amount}
            currency={currency}
            note={
              <Link to="/returns/$id" params={{ id }} data-row>
                <Instant at={created} />
              </Link>
            }
            isAlone
          />
        ))}
      </dl>
    </Part>
  );
}
