import { createHash } from 'node:crypto';
import { type Random, type Redacted, redacted } from '@tpmall/kernel';
import { open, seal } from '@tpmall/platform/sealing';
import { z } from 'zod';
import type { OutgoingMail } from '../contract/index.ts';
import type { WrittenMail } from '../templates/write-mail.ts';

/** What seals mails while they wait. */
export interface Sealer {
  readonly random: Random;
  readonly sealingKey: Redacted<Buffer>;
}

const written = z.object({ subject: z.string(), text: z.string(), html: z.string() });

/** The key of an instance's sealing secret. */
export function sealingKeyOf(secret: Redacted<string>): Redacted<Buffer> {
  return redacted(createHash('sha256').update('tpmall.mail\n').update(secret.reveal()).digest());
}

/** Seals what a mail says; it opens as that mail alone. */
export function sealMail({ sealingKey, random }: Sealer, id: string, mail: WrittenMail): Buffer {
  return seal(sealingKey.reveal(), Buffer.from(JSON.stringify(mail)), ['mail', id], random);
}

/** Opens what a mail says; undefined where the instance has another secret by now. */
export function openMail(
  { sealingKey }: Pick<Sealer, 'sealingKey'>,
  id: string,
  sealed: Uint8Array,
): Pick<OutgoingMail, 'subject' | 'text' | 'html'> | undefined {
  const clear = open(sealingKey.reveal(), sealed, ['mail', id]);
  if (!clear) return undefined;
  const { subject, text, html } = written.parse(JSON.parse(clear.toString('utf8')));
  return { subject, text: redacted(text), html: redacted(html) };
}
