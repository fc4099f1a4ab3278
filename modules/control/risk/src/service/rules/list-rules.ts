import type { ListEntry, RiskReason, RiskSubject } from '../../contract/index.ts';
import type { Features } from './features.ts';

/** A list value in the form in which it is stored and compared. */
export function listValue(kind: ListEntry['kind'], value: string): string {
  const trimmed = value.trim();
  if (kind === 'country') return trimmed.toUpperCase();
  return kind === 'email' || kind === 'ip' ? trimmed.toLowerCase() : trimmed;
}

/** What of a payment can stand on a list. */
export function listKeys(subject: RiskSubject): { kind: ListEntry['kind']; value: string }[] {
  const candidates: [ListEntry['kind'], string | undefined][] = [
    ['card', subject.cardFingerprint],
    ['customer', subject.customer],
    ['email', subject.email],
    ['ip', subject.ip],
    ['bin', subject.cardBin],
    ['country', subject.cardCountry],
  ];
  return candidates.flatMap(([kind, value]) =>
    value === undefined || value === '' ? [] : [{ kind, value: listValue(kind, value) }],
  );
}

/** Refuses what stands on a block list. */
export function blockReasons(features: Features): RiskReason[] {
  return features.entries
    .filter((entry) => entry.list === 'block')
    .map((entry) => ({
      code: `list.block.${entry.kind}`,
      message: `The ${entry.kind} is on the block list: ${entry.reason}`,
      action: 'refuse',
      score: 100,
    }));
}

/** Says what stands on an allow list; by itself it decides nothing. */
export function allowReasons(features: Features): RiskReason[] {
  return features.entries
    .filter((entry) => entry.list === 'allow')
    .map((entry) => ({
      code: `list.allow.${entry.kind}`,
      message: `The ${entry.kind} is on the allow list: ${entry.reason}`,
      action: 'allow',
      score: 0,
    }));
}
