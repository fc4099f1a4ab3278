import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * The first line that a process prints; what comes after it is read and dropped.
 *
 * @throws Error where the process ends before it has printed one
 */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
    child.once('close', (code, signal) =>
      reject(new Error(`a process ended with ${code ?? signal} before it had printed a line`)),
    );
  });
}
