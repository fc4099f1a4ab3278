export { type Cause, readCause, withCause } from './cause.ts';
export { appendEvent, type Consumer, createRelay, type Relay } from './relay.ts';
export { AUDIT_EVENT, type AuditEntry, type NewEvent, type StoredEvent } from './types.ts';
