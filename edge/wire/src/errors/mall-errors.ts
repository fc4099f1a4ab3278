import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of the mall's orders. */
export const mallErrors = {
  parcel_unexpected_state: {
    id: 'TPM_MALL_PARCEL_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation: `The parcel’s status does not allow this. ${nothingChanged}`,
    remedy: 'Read the order and act on the status of the merchant’s parcel.',
  },
  return_unexpected_state: {
    id: 'TPM_MALL_RETURN_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation: `The return’s status does not allow this. ${nothingChanged}`,
    remedy: 'Read the return and act on its status.',
  },
} as const satisfies Record<string, CatalogueEntry>;
