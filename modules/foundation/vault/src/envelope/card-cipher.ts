import { type Random, Redacted } from '@tpmall/kernel';
import { open, seal } from '@tpmall/platform/sealing';
import type { CardBilling, ConfirmationTerms } from '../contract/index.ts';

/** A sealed column that does not open: its row was altered or moved, and nobody can read it any more. */
export class AlteredRow extends Error {
  override readonly name = 'AlteredRow';
}

/** Which row and key a sealed column belongs to. */
export interface ColumnPlace {
  readonly tenant: string;
  readonly id: string;
  readonly keyVersion: number;
}

/** What is personal about a card, kept sealed as a whole. */
export interface CardDetails {
  readonly billing: CardBilling;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which token and key sealed terms belong to. */
export interface TermsPlace {
  readonly tenant: string;
  readonly token: string;
  readonly keyVersion: number;
}

/** Seals what a shopper agreed to besides the card. */
export function sealTerms(
  key: Redacted<Buffer>,
  place: TermsPlace,
  terms: ConfirmationTerms,
  random: Random,
): Buffer {
  return seal(key.reveal(), Buffer.from(JSON.stringify(terms), 'utf8'), termsBinding(place), random);
}

/** Opens them; throws when they were altered or moved. */
export function openTerms(key: Redacted<Buffer>, place: TermsPlace, sealed: Buffer): ConfirmationTerms {
  const clear = open(key.reveal(), sealed, termsBinding(place));
  if (!clear) throw new Error(`the terms of token ${place.token} do not open: the row was altered`);
  return JSON.parse(clear.toString('utf8')) as ConfirmationTerms;
}

function termsBinding({ tenant, token, keyVersion }: TermsPlace): readonly string[] {
  return ['token', tenant, token, String(keyVersion), 'terms'];
}

/** Seals a card number. */
export function sealPan(
  key: Redacted<Buffer>,
  place: ColumnPlace,
  pan: Redacted<string>,
  random: Random,
): Buffer {
  return seal(key.reveal(), Buffer.from(pan.reveal(), 'utf8'), binding(place, 'pan'), random);
}

/** Opens a card number; throws when it was altered or moved. */
export function openPan(key: Redacted<Buffer>, place: ColumnPlace, sealed: Buffer): Redacted<string> {
  return new Redacted(openColumn(key, place, 'pan', sealed));
}

/** Seals the cardholder's details. */
export function sealDetails(
  key: Redacted<Buffer>,
  place: ColumnPlace,
  details: CardDetails,
  random: Random,
): Buffer {
  return seal(key.reveal(), Buffer.from(JSON.stringify(details), 'utf8'), binding(place, 'details'), random);
}

/** Opens the cardholder's details; throws when they were altered or moved. */
export function openDetails(key: Redacted<Buffer>, place: ColumnPlace, sealed: Buffer): CardDetails {
  return JSON.parse(openColumn(key, place, 'details', sealed)) as CardDetails;
}

function openColumn(key: Redacted<Buffer>, place: ColumnPlace, column: string, sealed: Buffer): string {
  const clear = open(key.reveal(), sealed, binding(place, column));
  if (!clear) throw new AlteredRow(`${column} of card ${place.id} does not open: the row was altered`);
  return clear.toString('utf8');
}

function binding(place: ColumnPlace, column: string): readonly string[] {
  return ['card', place.tenant, place.id, String(place.keyVersion), column];
}
