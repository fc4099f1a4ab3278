/** Columns of the bar. */
const WIDTH = 32;
/** How often a line is written where nobody watches: a log does not need every step. */
const QUIET_STEP = 0.1;

/** A bar that fills. */
export interface Progress {
  /** Shows how far it has come, with a word on how it goes. */
  show(done: number, note: string): void;
  end(): void;
}

/** A progress bar on a terminal; a line for each tenth elsewhere. */
export function createProgress(out: NodeJS.WriteStream, total: number): Progress {
  let shown = 0;
  return {
    show(done, note) {
      const share = total === 0 ? 1 : done / total;
      const bar = '█'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '░');
      const text = `${bar} ${String(done).padStart(String(total).length)} of ${total}  ${note}`;
      if (out.isTTY) out.write(`\r${text}\u001b[K`);
      else if (share >= shown + QUIET_STEP || done === total) {
        shown = share;
        out.write(`${text}\n`);
      }
    },
    end: () => {
      if (out.isTTY) out.write('\n');
    },
  };
}
