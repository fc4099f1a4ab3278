import { useWords } from '../language.tsx';
import { Copy } from './copy.tsx';
import { Sheet } from './sheet.tsx';
import { words } from './words.ts';

/** A secret that is shown once: the page forgets it when the sheet is closed. */
export function SecretSheet(props: {
  readonly title: string;
  readonly secret: string | null;
  readonly onClose: () => void;
}) {
  const w = useWords(words);
  return (
    <Sheet title={props.title} opened={props.secret !== null} onClose={props.onClose}>
      <div className="stack">
        <p className="note ochre">{w.secretLead}</p>
        <p className="secret mono" data-secret>
          {props.secret}
        </p>
        <div className="row">
          <Copy text={props.secret ?? ''} isInSheet />
          <button type="button" className="btn s" onClick={props.onClose}>
            {w.secretDone}
          </button>
        </div>
      </div>
    </Sheet>
  );
}
