import type { Micros } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type {
  AuthorisationOutcome,
  CaptureTerms,
  DeclineCode,
  OriginalAuthorisation,
} from '../contract/index.ts';

/** An authorisation as it is stored. */
export interface Authorisation extends OriginalAuthorisation {
  readonly id: string;
  readonly tenant: string;
  readonly connector: string;
  readonly paymentMethod: string;
  readonly authenticationId: string | null;
  readonly currency: string;
  /** With its increments. */
  readonly amount: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly closed: boolean;
  readonly terms: CaptureTerms;
  /** How far the advice about an approval on our own risk has come; null: an acquirer was asked. */
  readonly standIn: 'queued' | 'acknowledged' | 'refused' | null;
  readonly descriptor: string;
  readonly outcome: AuthorisationOutcome;
}

interface Row {
  id: string;
  tenant: string;
  connector: string;
  payment_method: string;
  authentication_id: string | null;
  stand_in: Authorisation['standIn'];
  currency: string;
  amount: bigint;
  captured: bigint;
  refunded: bigint;
  closed: boolean;
  incremented: bigint;
  multicapture: boolean;
  incremental: boolean;
  overcapture_percent: number;
  descriptor: string;
  stan: number;
  transmitted_at: Micros;
  state: 'sent' | 'approved' | 'declined' | 'pending' | 'reversed';
  approval_code: string | null;
  network_code: string | null;
  decline_code: DeclineCode | null;
  reference: string | null;
}

const byCommand = sql(
  'acquiring.authorisation-by-command',
  'SELECT * FROM acquiring.authorisation WHERE tenant = $1 AND command_id = $2',
);
const byId = sql(
  'acquiring.authorisation-by-id',
  // An index that begins with the tenant must not be taken for one that finds a single row.
  'SELECT * FROM acquiring.authorisation WHERE (tenant = $1) IS TRUE AND id = $2',
);

/** The authorisation that a command made, or undefined. */
export async function findAuthorisationByCommand(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<Authorisation | undefined> {
  const { rows } = await db.run<Row>(byCommand, [tenant, commandId]);
  return rows[0] && fromRow(rows[0]);
}

/** An authorisation of a tenant, or undefined. */
export async function findAuthorisation(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<Authorisation | undefined> {
  const { rows } = await db.run<Row>(byId, [tenant, id]);
  return rows[0] && fromRow(rows[0]);
}

const byIdAlone = sql(
  'acquiring.authorisation-by-id-alone',
  'SELECT * FROM acquiring.authorisation WHERE id = $1',
);

/** An authorisation that this module found by itself: whoever asks for one must know its tenant. */
export async function findAuthorisationById(db: Queryable, id: string): Promise<Authorisation | undefined> {
  const { rows } = await db.run<Row>(byIdAlone, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** What an authorisation may be used for; the table's own check holds the same cap. */
export function termsOf(
  authorised: bigint,
  offer: {
    readonly multicapture: boolean;
    readonly incremental: boolean;
    readonly overcapturePercent: number;
  },
): CaptureTerms {
  return {
    multicapture: offer.multicapture,
    incrementalAuthorisation: offer.incremental,
    maximumCapturable: authorised + (authorised * BigInt(offer.overcapturePercent)) / 100n,
  };
}

function fromRow(row: Row): Authorisation {
  return {
    id: row.id,
    tenant: row.tenant,
    connector: row.connector,
    paymentMethod: row.payment_method,
    authenticationId: row.authentication_id,
    standIn: row.stand_in,
    currency: row.currency,
    amount: row.amount + row.incremented,
    captured: row.captured,
    refunded: row.refunded,
    closed: row.closed,
    terms: termsOfRow(row),
    descriptor: row.descriptor,
    approvalCode: row.approval_code,
    reference: row.reference,
    trace: { id: row.id, stan: row.stan, transmittedAt: row.transmitted_at },
    outcome: outcomeOf(row),
  };
}

function termsOfRow({
  amount,
  incremented,
  overcapture_percent: overcapturePercent,
  ...row
}: Row): CaptureTerms {
  return termsOf(amount + incremented, { ...row, overcapturePercent });
}

function outcomeOf(row: Row): AuthorisationOutcome {
  const authorisationId = row.id;
  switch (row.state) {
    case 'approved':
      return {
        state: 'approved',
        authorisationId,
        approvalCode: row.approval_code ?? '',
        networkCode: row.network_code ?? '',
        reference: row.reference ?? '',
        terms: termsOfRow(row),
        standIn: row.stand_in !== null,
        refused: row.stand_in === 'refused',
      };
    case 'declined':
      return {
        state: 'declined',
        authorisationId,
        declineCode: row.decline_code ?? 'generic_decline',
        networkCode: row.network_code ?? '',
      };
    case 'reversed':
      return { state: 'reversed', authorisationId };
    // A message that is still on its way is as unknown as one whose answer was lost.
    case 'sent':
    case 'pending':
      return { state: 'pending', authorisationId };
  }
}
