/**
 * A merchant's server, as a process of its own so that its work is not the sender's: `/dead` is never
 * answered, all else at once. Tells how many posts it has answered when it is asked.
 */
import { createServer } from 'node:http';

let answered = 0;
const server = createServer((request, response) => {
  request.resume();
  if (request.url === '/dead') return;
  request.on('end', () => {
    answered += 1;
    response.end('ok');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', () => process.send?.({ answered }));
process.on('disconnect', () => process.exit(0));
