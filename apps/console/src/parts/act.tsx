/** A button of a page that a letter presses as well. */
export function Act(props: {
  readonly letter: string;
  readonly label: string;
  /** It is what most people do next; there is one on a page. */
  readonly isFirst?: boolean;
  readonly isPending?: boolean;
  readonly onAct: () => void;
}) {
  const { letter, label, isFirst = false, isPending = false, onAct } = props;
  return (
    <button
      type="button"
      className={isFirst ? 'btn s' : 'btn two s'}
      data-key={letter}
      aria-disabled={isPending}
      onClick={() => isPending || onAct()}
    >
      {label} <kbd aria-hidden="true">{letter}</kbd>
    </button>
  );
}
