import type { NewProduct } from '@tpmall/catalogue/contract';
import { z } from 'zod';
import {
  flag,
  list,
  measure,
  metadata,
  objectId,
  parameter,
  text,
  unsupported,
  webAddress,
} from './parameters.ts';

/** What a product may be called by its maker. */
const chosenId = parameter(
  { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  (value): { value: string } | { code: 'parameter_invalid_string'; message: string } =>
    typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
      ? { value }
      : { code: 'parameter_invalid_string', message: 'must be 1 to 64 letters, digits, - and _' },
);

/** The parameters that describe a product, each without being optional. */
export const productFields = {
  active: flag(),
  description: text(5000),
  images: list(webAddress(), 8),
  marketing_features: list(z.strictObject({ name: text(80) }), 15),
  merchant: objectId(),
  name: text(250),
  package_dimensions: z.strictObject({
    height: measure(),
    length: measure(),
    weight: measure(),
    width: measure(),
  }),
  shippable: flag(),
  statement_descriptor: text(22),
  tax_code: text(64),
  unit_label: text(12),
  url: webAddress(),
};

/** A product that is described with a price. `merchant` is this system's extension. */
export const inlineProductParameters = z.strictObject({
  active: productFields.active.optional(),
  description: productFields.description.optional(),
  id: chosenId.optional(),
  images: productFields.images.optional(),
  merchant: productFields.merchant.optional(),
  metadata: metadata().optional(),
  name: productFields.name,
  statement_descriptor: productFields.statement_descriptor.optional(),
  tax_code: productFields.tax_code.optional(),
  unit_label: productFields.unit_label.optional(),
  ...unsupported('tax_details'),
});

/** See {@link chosenId}. */
export const productIdParameter = chosenId;

/** A product that is described with a price, in the words of the catalogue. */
export function inlineProductFromWire({
  statement_descriptor: statementDescriptor,
  tax_code: taxCode,
  unit_label: unitLabel,
  tax_details: _taxDetails,
  ...rest
}: z.infer<typeof inlineProductParameters>): NewProduct {
  return { ...rest, statementDescriptor, taxCode, unitLabel };
}
