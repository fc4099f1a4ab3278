import { assert, type Clock } from '@tpmall/kernel';
import type { Metrics } from '@tpmall/platform/telemetry';
import type { AcquiringConfig } from './config.ts';
import type { ConnectorDriver, ConnectorEnvironment } from './contract/index.ts';
import { type WatchedConnector, watchConnector } from './health/watched-connector.ts';

/** The connectors of the configuration. */
export interface Connectors {
  readonly all: readonly WatchedConnector[];
  /** The connector that a stored message went to; undefined where the configuration has it no more. */
  find(name: string): WatchedConnector | undefined;
}

/** Makes the configured connectors; they connect once they are started. */
export function openConnectors(
  drivers: readonly ConnectorDriver[],
  config: AcquiringConfig,
  environment: ConnectorEnvironment & { readonly clock: Clock; readonly metrics: Metrics },
): Connectors {
  const all = config.connectors.map((settings) => {
    const driver = drivers.find(({ protocol }) => protocol === settings.protocol);
    assert(driver, 'the configuration was parsed by the schemas of these drivers');
    const { clock, metrics } = environment;
    const { circuit } = config;
    return watchConnector(driver.connect(settings, environment), settings, { circuit, clock, metrics });
  });
  const byName = new Map(all.map((connector) => [connector.name, connector]));
  const { metrics } = environment;
  metrics.gauge(
    'tpmall_acquiring_links_signed_on',
    'Connectors that are signed on to their acquirer',
    () => all.filter((each) => each.status().state === 'signed_on').length,
  );
  metrics.gauge(
    'tpmall_acquiring_circuits_not_closed',
    'Connectors that get no new payments, or only a few to try',
    () => all.filter((each) => each.circuit.state !== 'closed').length,
  );
  return { all, find: (name) => byName.get(name) };
}
