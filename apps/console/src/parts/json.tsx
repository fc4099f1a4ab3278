/** A body as it was logged: laid out where it is JSON, as it is where it was cut. */
export function Json({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre className="wire body" tabIndex={0} role="region" aria-label={label}>
      {laidOut(text)}
    </pre>
  );
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    // What was too long for the log ends in the middle.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
