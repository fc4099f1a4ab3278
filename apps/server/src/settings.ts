import { join } from 'node:path';
import { redacted } from '@tpmall/kernel';
import { UPKEEP } from '@tpmall/platform/upkeep';
import { cohortCardNumber, namedTestCards, testCards } from '@tpmall/simulator-card-network';
import type { Instance } from './instance.ts';
import { MODULE_NAMES, type ServerOptions } from './options.ts';
import { publicHost } from './origins.ts';
import type { Ports } from './port-block.ts';

/** Settings by module, laid over those that the options give. */
export type SettingsOverrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The settings of every module, not parsed yet. */
export interface Settings {
  readonly byModule: Readonly<Record<string, unknown>>;
  /** Whether the acquirer is the simulator that ships with the project. */
  readonly usesSimulator: boolean;
  /** Whether mails go to the mailbox that ships with the project. */
  readonly usesMailbox: boolean;
}

/** Modules that tell nothing: the ledger's log is its own record, the others write what modules told them. */
const WITHOUT_OUTBOX: readonly string[] = ['audit', 'ledger', 'mail', 'web', 'gateway'];

/** The simulated acquirers, the preferred first, and who we are to each. */
const SIMULATED_ACQUIRERS = [
  { name: 'acquirer-a', acquirerId: '12345', terminalId: 'TPMALL01', merchantId: 'TPMALL' },
  { name: 'acquirer-b', acquirerId: '67890', terminalId: 'TPMALL01', merchantId: 'TPMALL' },
] as const;

/** What the simulated acquirer allows. */
const SIMULATED_TERMS = [
  {
    brands: ['visa', 'mastercard', 'amex', 'discover'],
    multicapture: true,
    incrementalAuthorisation: true,
    overcapturePercent: 15,
  },
  { brands: ['jcb', 'unionpay'], multicapture: true },
];
/** How fast cards may be stored where none of them is real. */
const SANDBOX_RATE = { perSecond: 10_000, burst: 100_000 };
/** This machine, as both versions of IP write it. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** How soon after its end of day the simulated acquirer's clearing file is imported. */
const CLEARING_LOOK_MS = 5_000;

/** Named cards never run out, and nobody checks their code. */
const NAMED_CARD = { expMonth: 12, expYear: 2034, cvc: redacted('314') };

/**
 * The settings that an instance gives its modules, with the overrides laid over them. An acquirer among the
 * overrides takes the simulator's place, and test cards go with it.
 */
export function settingsFor(options: {
  server: ServerOptions;
  instance: Pick<Instance, 'secretFor'>;
  ports: Ports;
  overrides: SettingsOverrides;
}): Settings {
  const { server, instance, ports, overrides } = options;
  const usesSimulator = overrides['acquiring']?.['connectors'] === undefined;
  const usesMailbox = overrides['mail']?.['host'] === undefined;
  const host = publicHost(server.host);
  const urls = server.publicAccess?.urls;
  // What makes trying things out easy is for this machine: whoever comes through a proxy is a stranger.
  const isOwnMachine = urls === undefined;
  const apiUrl = urls?.api ?? `http://${host}:${ports.api}`;
  const vaultUrl = urls?.vault ?? `http://${host}:${ports.vault}`;
  const webUrl = urls?.web ?? `http://${host}:${ports.web}`;
  const given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    mail: {
      sealingSecret: instance.secretFor('mail'),
      from: { name: 'TPMall', address: 'no-reply@tpmall.example' },
      timeZone: server.timeZone,
      ...(usesMailbox && { host: { host: '127.0.0.1', port: ports.mailbox.smtp, tls: 'none' } }),
    },
    identity: {
      replaySecret: instance.secretFor('identity replay'),
      signInSecret: instance.secretFor('sign-in'),
      // Tests and demonstrations come from one address; what limits an address of mail holds here too.
      ...(usesMailbox && isOwnMachine && { signIn: { perIp: SANDBOX_RATE, guestsPerIp: SANDBOX_RATE } }),
    },
    // The platform has an outbox of its own: of what operators do to its queue.
    audit: { modules: ['platform', ...MODULE_NAMES.filter((name) => !WITHOUT_OUTBOX.includes(name))] },
    vault: {
      dataFolder: vaultFolder(server.dataDir),
      apiUrl,
      docsUrl: `${apiUrl}/docs/errors`,
      testCards: usesSimulator ? namedCards() : [],
      // Tests and demonstrations store many cards from one address; nothing is to be found out by it here.
      ...(usesSimulator && isOwnMachine && { rateLimit: { perKey: SANDBOX_RATE, perIp: SANDBOX_RATE } }),
    },
    acquiring: { vaultUrl, ...(usesSimulator && simulatedAcquirers(server, ports)) },
    // Everybody pays with the same test cards, and a replayed day takes minutes: how often says nothing.
    risk: usesSimulator ? { velocityExemptBins: testCardBins() } : {},
    payments: { fallbackReturnUrl: apiUrl },
    webhooks: {
      apiUrl,
      webUrl,
      secret: instance.secretFor('webhooks'),
      // Whoever tries a sandbox receives on their own machine.
      allowedNetworks: usesSimulator && isOwnMachine ? LOOPBACK : [],
    },
    mall: { webUrl, linkSecret: instance.secretFor('mall links') },
    web: { webUrl, vaultUrl, instance: String(ports.web), timeZone: server.timeZone },
    gateway: {
      ...{ apiUrl, vaultUrl, webUrl, instance: String(ports.api) },
      secret: instance.secretFor('gateway'),
    },
  };
  const byModule = Object.fromEntries(
    [...MODULE_NAMES, UPKEEP].map((name) => [name, { ...given[name], ...overrides[name] }]),
  );
  return { byModule, usesSimulator, usesMailbox };
}

/** Where the vault keeps its keys, unless the settings name another folder. */
export function vaultFolder(dataDir: string): string {
  return join(dataDir, 'vault');
}

/** The simulator's acquirers, each with its own port and folder of clearing files. */
function simulatedAcquirers(server: ServerOptions, ports: Ports): Readonly<Record<string, unknown>> {
  return {
    connectors: SIMULATED_ACQUIRERS.map((acquirer, index) => ({
      ...{ protocol: 'iso8583', host: '127.0.0.1', port: ports.acquirers[index] },
      ...acquirer,
      answerTimeoutMs: server.answerTimeoutMs,
    })),
    captureTerms: SIMULATED_TERMS,
    clearing: {
      folders: SIMULATED_ACQUIRERS.map(({ name }, index) => ({
        connector: name,
        // The first has the simulator's folder, each other one a folder in it.
        folder: join(server.dataDir, 'card-network', index === 0 ? '' : name, 'clearing'),
      })),
      lookEveryMs: CLEARING_LOOK_MS,
    },
    directoryServer: {
      url: `http://localhost:${ports.simulator}/3ds/areq`,
      // A process of this machine: it need know no proxy, nor trust the proxy's certificate.
      resultsUrl: `http://localhost:${ports.vault}`,
    },
  };
}

function testCardBins(): string[] {
  const numbers = [...testCards.map(({ number }) => number), cohortCardNumber(0)];
  return [...new Set(numbers.map((number) => number.slice(0, 6)))];
}

function namedCards(): object[] {
  return namedTestCards.map(({ id, number }) => ({ id, number: redacted(number), ...NAMED_CARD }));
}
