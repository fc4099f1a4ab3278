import { type FormEvent, useState } from 'react';
import { useChange } from '../api/queries.ts';
import { useLanguage, useWords } from '../language.tsx';
import { Choice, Paragraph } from '../parts/field.tsx';
import { partsOf } from '../parts/money.tsx';
import { Options } from '../parts/options.tsx';
import { Problem } from '../parts/problem.tsx';
import type { ClearingCase, ClearingResolution, ClearingVerdict, Movement } from './objects.ts';
import { words } from './words.ts';

/** Says what an exception is; nothing moves until another person confirms. */
export function ProposeForm({ found }: { readonly found: ClearingCase }) {
  const w = useWords(words);
  const { language } = useLanguage();
  const [verdict, setVerdict] = useState<ClearingVerdict>();
  const [named, setNamed] = useState<string>();
  const [evidence, setEvidence] = useState('');
  const propose = useChange<ClearingResolution>('POST', '/v1/operations/clearing/resolutions');
  const possible = found.movements.filter(({ verdicts }) => verdict && verdicts.includes(verdict));
  const movement = possible.find(({ id }) => id === named) ?? possible[0];
  const verdicts = (['match', 'accept_difference'] as const).filter((one) =>
    found.movements.some((each) => each.verdicts.includes(one)),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!verdict || propose.isPending) return;
    propose.mutate({ exception: found.id, verdict, evidence, ...(movement && { movement: movement.id }) });
  };
  const nameOf = ({ kind, amount, currency, id }: Movement): string => {
    const { whole, minor } = partsOf(amount, currency);
    const code = currency.toUpperCase();
    const sum = language === 'zh' ? `${whole}${minor} ${code}` : `${code} ${whole}${minor}`;
    return `${w.types[kind]} ${sum}, …${id.slice(-6)}`;
  };
  return (
    <section className="stack" aria-labelledby="propose">
      <div className="head">
        <h2 id="propose">{w.propose}</h2>
      </div>
      <p className="dim">{w.proposeLead}</p>
      <form className="stack narrow-form" onSubmit={submit}>
        {propose.error && <Problem error={propose.error} wasChange />}
        <Options
          legend={w.verdict}
          name="verdict"
          options={[...verdicts, 'dispute' as const].map((one) => [one, ...w.verdicts[one]])}
          chosen={verdict}
          onChoose={setVerdict}
        />
        {possible.length > 1 && (
          <Choice
            label={w.movement}
            value={movement?.id ?? ''}
            options={possible.map((one) => [one.id, nameOf(one)])}
            onChange={({ target }) => setNamed(target.value)}
          />
        )}
        <Paragraph label={w.evidence} value={evidence} onChange={setEvidence} maxLength={1000} />
        <p>
          <button type="submit" className="btn" aria-disabled={propose.isPending}>
            {w.proposeNow}
          </button>
        </p>
      </form>
    </section>
  );
}
