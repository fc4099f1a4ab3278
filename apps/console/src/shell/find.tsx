import { Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage, useWords } from '../language.tsx';
import { type Asked, readFind } from '../payments/asked.ts';
import { PLACES } from '../places.ts';
import { type Section, sectionsOf } from '../sections.ts';
import { useVisitor } from './visitor.tsx';
import { words } from './words.ts';

type Words = (typeof words)['en'];

interface Hit {
  readonly label: string;
  readonly open: () => void;
}

/** Goes to anything by its id, by an amount, by the end of a card, or by the name of a page. */
export function Find() {
  const w = useWords(words);
  const [query, setQuery] = useState('');
  const hits = useHits(query.trim());
  const isMerchant = useVisitor().desk === 'merchant';
  const find = isMerchant ? w.findAtMerchant : w.find;
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      lockScroll={false}
      radius={3}
      overlayProps={{ backgroundOpacity: 0, className: 'scrim' }}
      title={w.findShort}
    >
      <Spotlight.Search placeholder={find} aria-label={find} />
      <Spotlight.ActionsList>
        {hits.map(({ label, open }) => (
          <Spotlight.Action key={label} label={label} onClick={open} />
        ))}
        {hits.length === 0 && (
          <Spotlight.Empty>{isMerchant ? w.nothingFoundAtMerchant : w.nothingFound}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useHits(query: string): readonly Hit[] {
  const w = useWords(words);
  const { language } = useLanguage();
  const { desk } = useVisitor();
  const navigate = useNavigate();
  const places = sectionsOf(desk);
  const has = (path: Section['path']): boolean => places.some((place) => place.path === path);
  const hits: Hit[] = [];
  for (const [pattern, place, to] of PLACES) {
    if (has(place) && pattern.test(query))
      hits.push({ label: w.openId(query), open: () => void navigate({ to, params: { id: query } }) });
  }
  const asked = has('/payments') ? readFind(query) : undefined;
  const label = asked && labelOf(asked, w);
  if (label !== undefined)
    hits.push({ label, open: () => void navigate({ to: '/payments', search: asked ?? {} }) });
  const isNamed = ({ name }: Section): boolean =>
    Object.values(name).some((text) => text.toLowerCase().includes(query.toLowerCase()));
  for (const section of places.filter(isNamed)) {
    hits.push({ label: w.goTo(section.name[language]), open: () => void navigate({ to: section.path }) });
  }
  return hits;
}

/** A query in the search's own language is for the page of payments, which says what is wrong with it. */
function labelOf({ customer, card, amount }: Asked, w: Words): string | undefined {
  if (customer !== undefined) return w.ofCustomer(customer);
  if (card !== undefined) return w.cardEnding(card);
  return amount === undefined ? undefined : w.paymentsOf(amount);
}
