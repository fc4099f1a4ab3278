/** Prints a story: chapters, lines with the time since the start, and figures under them. */
export interface Narrator {
  chapter(title: string): void;
  line(text: string): void;
  /** A block of text under the last line. */
  block(lines: readonly string[]): void;
}

const ESCAPE = String.fromCharCode(27);

/** A narrator on a stream; colour only where a person watches. */
export function createNarrator(out: NodeJS.WriteStream): Narrator {
  const from = performance.now();
  const style = (code: string, text: string): string =>
    out.isTTY && !process.env['NO_COLOR'] ? `${ESCAPE}[${code}m${text}${ESCAPE}[0m` : text;
  const stamp = (): string => `${((performance.now() - from) / 1000).toFixed(2).padStart(7)} s`;
  return {
    chapter: (title) => out.write(`\n${style('1', title)}\n`),
    line: (text) => out.write(`${style('2', stamp())}  ${text}\n`),
    block: (lines) => out.write(`${lines.map((line) => `           ${line}`.trimEnd()).join('\n')}\n`),
  };
}
