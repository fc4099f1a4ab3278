import type { Clock, IdSource, Random } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { FastifyRequest } from 'fastify';

/** How long a request may wait for another module. */
const CALL_TIMEOUT_US = 5_000_000;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The context of the calls that a request from outside causes, before it is known who sends it. */
export function outsideContext(
  request: FastifyRequest,
  ports: { clock: Clock; random: Random; ids: IdSource },
): OutgoingContext {
  const given = request.headers.traceparent;
  const hex = (length: number): string => Buffer.from(ports.random.bytes(length)).toString('hex');
  return {
    actor: 'system',
    tenant: '',
    commandId: ports.ids.next('cmd'),
    deadlineAt: ports.clock.now() + CALL_TIMEOUT_US,
    traceparent: typeof given === 'string' && TRACEPARENT.test(given) ? given : `00-${hex(16)}-${hex(8)}-01`,
  };
}
