import { useState } from 'react';
import { ProposeForm } from '../decisions/propose-form.tsx';
import { useLanguage, useWords } from '../language.tsx';
import { Choice } from '../parts/field.tsx';
import { moneyText } from '../parts/money.tsx';
import type { ClearingCase, ClearingVerdict, Movement } from './objects.ts';
import { words } from './words.ts';

/** Says what an exception is, and of several of ours which one is meant. */
export function ProposeClearing({ found }: { readonly found: ClearingCase }) {
  const w = useWords(words);
  const { language } = useLanguage();
  const [named, setNamed] = useState<string>();
  const possible = (verdict: ClearingVerdict): readonly Movement[] =>
    found.movements.filter(({ verdicts }) => verdicts.includes(verdict));
  const movementOf = (verdict: ClearingVerdict): Movement | undefined =>
    possible(verdict).find(({ id }) => id === named) ?? possible(verdict)[0];
  const verdicts = (['match', 'accept_difference', 'dispute'] as const).filter(
    (one) => one === 'dispute' || possible(one).length > 0,
  );
  const nameOf = ({ kind, amount, currency, id }: Movement): string => {
    const sum = moneyText(amount, currency, language);
    return `${w.types[kind]} ${sum} · …${id.slice(-6)}`;
  };
  return (
    <ProposeForm
      title={w.propose}
      lead={w.proposeLead}
      legend={w.verdict}
      path="/v1/operations/clearing/resolutions"
      of={found.id}
      verdicts={verdicts.map((one) => [one, ...w.verdicts[one]])}
      parametersOf={(verdict) => {
        const movement = movementOf(verdict);
        return { exception: found.id, ...(movement && { movement: movement.id }) };
      }}
    >
      {(verdict) =>
        possible(verdict).length > 1 && (
          <Choice
            label={w.movement}
            value={movementOf(verdict)?.id}
            options={possible(verdict).map((one) => [one.id, nameOf(one)])}
            onChange={({ target }) => setNamed(target.value)}
          />
        )
      }
    </ProposeForm>
  );
}
