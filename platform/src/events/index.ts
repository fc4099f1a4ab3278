export { AUDIT_EVENT, type AuditEntry, type NewEvent, type StoredEvent } from './types.ts';
