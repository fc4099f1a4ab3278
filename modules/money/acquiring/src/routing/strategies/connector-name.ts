import { connectorBasics } from '../../contract/index.ts';

/** A connector as a rule refers to it. */
export const connectorName = connectorBasics.shape.name;
