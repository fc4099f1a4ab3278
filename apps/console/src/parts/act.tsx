/** A button of a page that a letter presses as well. */
export function Act(props: {
  /** None where another button of the page has it. */
  readonly letter: string | undefined;
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
      {label}
      {letter !== undefined && (
        <>
          {' '}
          <kbd aria-hidden="true">{letter}</kbd>
        </>
      )}
    </button>
  );
}
