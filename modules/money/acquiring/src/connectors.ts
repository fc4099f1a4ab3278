import { assert } from '@tpmall/kernel';
import type { AcquiringConfig } from './config.ts';
import type { CardConnector, ConnectorEnvironment, ConnectorFactory } from './contract/index.ts';

/** The connectors of the configuration. */
export interface Connectors {
  readonly all: readonly CardConnector[];
  /** Where a new payment goes: the first that is signed on, else the first. */
  choose(): CardConnector;
  /** The connector that a stored message went to; undefined where the configuration has it no more. */
  find(name: string): CardConnector | undefined;
}

/** Makes the configured connectors; they connect once they are started. */
export function openConnectors(
  connect: ConnectorFactory,
  config: AcquiringConfig,
  environment: ConnectorEnvironment,
): Connectors {
  const all = config.connectors.map((settings) => connect(settings, environment));
  const byName = new Map(all.map((connector) => [connector.name, connector]));
  const first = all[0];
  assert(first, 'the configuration names at least one connector');
  return {
    all,
    choose: (): CardConnector => all.find((each) => each.status().state === 'signed_on') ?? first,
    find: (name) => byName.get(name),
  };
}
