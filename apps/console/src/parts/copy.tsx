import { useClipboard } from '@mantine/hooks';
import { useWords } from '../language.tsx';
import { words } from './words.ts';

/** Copies a text; the button says that it did. */
export function Copy({
  text,
  label,
  isInSheet = false,
}: {
  readonly text: string;
  readonly label?: string;
  /** No letter presses it there. */
  readonly isInSheet?: boolean;
}) {
  const w = useWords(words);
  const { copied, copy } = useClipboard();
  return (
    <button type="button" className="btn two s" data-copy onClick={() => copy(text)}>
      <span aria-live="polite">{copied ? w.copied : (label ?? w.copy)}</span>
      {!isInSheet && (
        <>
          {' '}
          <kbd aria-hidden="true">c</kbd>
        </>
      )}
    </button>
  );
}
