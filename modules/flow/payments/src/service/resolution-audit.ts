import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { ResolutionRecord } from '../store/resolutions.ts';
import type { Told } from '../store/save-payments.ts';

/** What the audit log keeps of a step of a resolution: who, what about which payment, and why. */
export function resolutionAudit(
  record: ResolutionRecord,
  done: 'proposed' | 'confirmed' | 'rejected' | 'applied' | 'overtaken',
  actor: string,
): Told {
  const entry: AuditEntry = {
    actor,
    action: `resolution.${done}`,
    subject: record.subject,
    reason: (done === 'proposed' ? record.evidence : record.decisionReason) ?? record.evidence,
    detail: {
      resolution: record.id,
      kind: record.kind,
      verdict: record.verdict,
      advice: record.advice,
      proposedBy: record.proposedBy,
      decidedBy: record.decidedBy,
    },
  };
  return { type: AUDIT_EVENT, aggregateId: record.id, payload: entry };
}
