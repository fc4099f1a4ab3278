import type { Socket } from 'node:net';

/**
 * Writes bytes; those of one turn of the event loop leave in one packet. A write that many payments share
 * ends for all of them at once, and each then has a message to send: one by one they would cost a call each.
 */
export function writeGathered(socket: Socket, bytes: Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    setImmediate(() => socket.uncork());
  }
  socket.write(bytes);
}
