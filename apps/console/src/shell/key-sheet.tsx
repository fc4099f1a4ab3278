import { useLanguage, useWords } from '../language.tsx';
import { Check } from '../parts/field.tsx';
import { Sheet } from '../parts/sheet.tsx';
import type { Section } from '../sections.ts';
import { words } from './words.ts';

/** All keys, and the switch that turns single ones off. */
export function KeySheet(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly places: readonly Section[];
  readonly isOn: boolean;
  readonly onSwitch: (on: boolean) => void;
}) {
  const w = useWords(words);
  const { language } = useLanguage();
  const { shortcuts } = w;
  const keys: readonly (readonly [key: string, does: string])[] = [
    ['Ctrl K', shortcuts.find],
    ['/', shortcuts.find],
    ['?', shortcuts.keys],
    ['j', shortcuts.down],
    ['k', shortcuts.up],
    ['Enter', shortcuts.open],
    ['Esc', shortcuts.back],
    ['c', shortcuts.copy],
    ...props.places.flatMap(({ acts = [] }) => acts.map(([key, does]) => [key, does[language]] as const)),
    ...props.places.map(({ key, name }) => [`g ${key}`, w.goTo(name[language])] as const),
  ];
  return (
    <Sheet title={w.keysTitle} opened={props.opened} onClose={props.onClose}>
      <div className="stack">
        <dl className="spec">
          {keys.map(([key, does]) => (
            <div key={key}>
              <dt>
                {key.split(' ').map((part) => (
                  <kbd key={part}>{part}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Check label={w.keysOn} hint={w.keysHint} isOn={props.isOn} onChange={props.onSwitch} />
      </div>
    </Sheet>
  );
}
