import { z } from 'zod';
import { connectorName } from './connector-name.ts';

/** The named connectors, the preferred first. */
export const inOrder = z.strictObject({
  strategy: z.literal('order'),
  connectors: z.array(connectorName).min(1).max(20),
});

/** The connectors as the setting names them. */
export function goInOrder(setting: z.output<typeof inOrder>): readonly string[] {
  return setting.connectors;
}
