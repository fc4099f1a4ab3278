/** Columns of the bar. */
const WIDTH = 32;
/** How often a line is written where nobody watches: a log does not need every step. */
const QUIET_STEP = 0.1;

/** A bar that fills. */
export interface Progress {
  /** Shows how far it has come, with a word on how it goes. */
  show(done: number, note: string): void;
  /** Says why it stands still; where nobody watches, once. */
  wait(done: number, note: string): void;
  end(): void;
}

/** A progress bar on a terminal; a line for each tenth elsewhere. */
export function createProgress(out: NodeJS.WriteStream, total: number): Progress {
  let shown = 0;
  let stands = false;
  const shareOf = (done: number): number => (total === 0 ? 1 : done / total);
  const write = (done: number, note: string): void => {
    const bar = '█'.repeat(Math.floor(shareOf(done) * WIDTH)).padEnd(WIDTH, '░');
    const text = `${bar} ${String(done).padStart(String(total).length)} of ${total}  ${note}`;
    out.write(out.isTTY ? `\r${text}\u001b[K` : `${text}\n`);
  };
  return {
    show(done, note) {
      const isStep = shareOf(done) >= shown + QUIET_STEP || done === total;
      if (isStep) shown = shareOf(done);
      if (out.isTTY || isStep || stands) write(done, note);
      stands = false;
    },
    wait(done, note) {
      if (out.isTTY || !stands) write(done, note);
      stands = true;
    },
    end: () => {
      if (out.isTTY) out.write('\n');
    },
  };
}
