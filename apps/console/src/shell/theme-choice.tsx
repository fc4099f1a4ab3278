import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useWords } from '../language.tsx';
import { words } from './words.ts';

const SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const w = useWords(words);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <select
      className="plain"
      aria-label={w.theme}
      value={colorScheme}
      onChange={(event) => setColorScheme(event.target.value as MantineColorScheme)}
    >
      {SCHEMES.map((scheme) => (
        <option key={scheme} value={scheme}>
          {w.themes[scheme]}
        </option>
      ))}
    </select>
  );
}
