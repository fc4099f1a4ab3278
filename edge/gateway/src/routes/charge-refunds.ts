import { listToWire, pageFromWire, pageParameters } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import type { Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { refundsOfCharge } from './refunds-of-charge.ts';
import { samples } from './samples.ts';

/** The refunds of one charge, where the list in an expanded charge says that they are. */
export function chargeRefundRoutes({ ports }: GatewayEnvironment, { presentAll }: Present): Route[] {
  return [
    route({
      tag: 'Charges',
      errors: 'payments',
      access: 'secret',
      method: 'GET',
      path: '/v1/charges/:id/refunds',
      operationId: 'listChargeRefunds',
      summary: 'List the refunds of a charge, newest first',
      parameters: z.strictObject(pageParameters),
      sample: { name: 'RefundList', value: listToWire('/v1/refunds', [samples.refund], false) },
      examples: [{ title: 'All of them', path: { id: '{charge}' }, parameters: {} }],
      handle: async (call, parameters) => {
        const charge = pathId(call);
        if (charge === undefined) return missing(call, 'charge');
        const found = await ports.payments.findCharge(call.context, { id: charge });
        if (!found.ok) return refusal(paymentMeanings.findCharge, found.error);
        const listed = await ports.payments.listRefunds(call.context, {
          ...pageFromWire(parameters),
          charge,
        });
        if (!listed.ok) return refusal(paymentMeanings.listRefunds, listed.error);
        const page = refundsOfCharge(charge, listed.value);
        const all = await presentAll(call, page.data, 'refund', parameters.expand);
        return 'refused' in all ? all.refused : answer({ ...page, data: all.data });
      },
    }),
  ];
}
