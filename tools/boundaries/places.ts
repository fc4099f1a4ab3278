/**
 * Something that must enter through a port (law 5), and the places that stand at the edge and may touch it.
 */
export interface Power {
  readonly name: string;
  /** Modules of Node that give it; the form with and without `node:`, and subpaths, count. */
  readonly modules: readonly string[];
  /** Expressions that give it, as the code writes them: `Date.now`, `new Date()`, `console`. */
  readonly expressions: readonly string[];
  /** Said to whoever reaches for it elsewhere. */
  readonly instead: string;
  /** Beginnings of paths. Every one has its reason. Tests, bench and tools may do all but `unseeded`. */
  readonly places: readonly { readonly path: string; readonly why: string }[];
}

/** The list. Adding a place is a decision: give the reason, and let a reviewer see it. */
export const POWERS: readonly Power[] = [
  {
    name: 'files',
    modules: ['fs'],
    expressions: [],
    instead: 'take the content or a reading function as a parameter',
    places: [
      { path: 'apps/', why: 'composition roots read the data folder' },
      {
        path: 'platform/src/postgres/',
        why: 'the launcher owns the database folder',
      },
      { path: 'platform/src/files/', why: 'writes secrets and keys whole, for those who may have files' },
      { path: 'platform/src/migrations/', why: 'migrations are files' },
      { path: 'platform/src/pages/assets.ts', why: 'style sheets and scripts of pages are files' },
      { path: 'modules/foundation/vault/src/keystore/', why: 'the keystore is an encrypted file' },
      {
        path: 'connectors/card/iso8583/src/client/dial.ts',
        why: 'certificates are files, read anew at each connection so that they can be replaced',
      },
      {
        path: 'modules/money/acquiring/src/clearing/pick-up-files.ts',
        why: 'acquirers lay their clearing files into a folder',
      },
      { path: 'simulators/', why: 'processes of their own, outside the product' },
    ],
  },
  {
    name: 'network',
    modules: ['net', 'tls', 'http', 'http2', 'https', 'dgram', 'dns'],
    expressions: ['fetch'],
    instead: 'call a port; sockets belong to connectors and to the platform',
    places: [
      { path: 'apps/', why: 'composition roots listen' },
      {
        path: 'modules/money/acquiring/src/service/directory-server.ts',
        why: "the 3-D Secure server speaks to the scheme's directory server",
      },
      { path: 'edge/web/src/checkout/checkout.js', why: 'runs in the shopper’s browser' },
      { path: 'modules/foundation/vault/src/http/card-form.js', why: 'runs in the shopper’s browser' },
      { path: 'modules/foundation/vault/src/http/confirm.js', why: 'runs in the shopper’s browser' },
      { path: 'connectors/', why: 'speaking to the outside is what a connector is for' },
      { path: 'edge/webhooks/src/delivery/', why: 'posts events to endpoints, and judges their addresses' },
      { path: 'edge/webhooks/src/listen/socket.ts', why: 'the socket of command-line clients' },
      { path: 'edge/webhooks/src/service/check-url.ts', why: 'judges the address of an endpoint' },
      { path: 'platform/src/contract/', why: 'remote calls between modules' },
      { path: 'platform/src/http/', why: 'the servers of the three origins' },
      { path: 'platform/src/postgres/', why: 'the launcher looks for a free port and a living server' },
      { path: 'simulators/', why: 'processes of their own, outside the product' },
    ],
  },
  {
    name: 'processes',
    modules: ['child_process', 'cluster'],
    expressions: [],
    instead: 'let an app start it',
    places: [
      { path: 'apps/', why: 'the server starts the simulator, the command line starts servers' },
      { path: 'platform/src/postgres/', why: 'starts Postgres' },
      { path: 'simulators/card-network/src/process.ts', why: 'starts itself for an app or a test' },
      { path: 'simulators/mailbox/src/process.ts', why: 'starts itself for an app or a test' },
    ],
  },
  {
    name: 'time',
    modules: [],
    expressions: ['Date.now', 'new Date()', 'performance.now', 'process.hrtime'],
    instead: 'take a Clock',
    places: [
      { path: 'kernel/src/clock.ts', why: 'the clock port itself' },
      { path: 'modules/foundation/vault/src/http/card-form.js', why: 'runs in the shopper’s browser' },
      { path: 'apps/', why: 'progress lines show elapsed time' },
    ],
  },
  {
    name: 'randomness',
    modules: [],
    expressions: [
      'randomBytes',
      'randomUUID',
      'randomInt',
      'randomFillSync',
      'randomFill',
      'getRandomValues',
      'crypto.randomUUID',
      'crypto.randomBytes',
      'crypto.getRandomValues',
    ],
    instead: 'take a Random or an IdSource',
    places: [
      { path: 'kernel/src/random.ts', why: 'the randomness port itself' },
      { path: 'apps/', why: 'secrets of a new data folder' },
    ],
  },
  {
    name: 'unseeded',
    modules: [],
    expressions: ['Math.random'],
    instead: 'take a Random; in tests a seeded one, whose seed is printed',
    places: [],
  },
  {
    name: 'environment',
    modules: [],
    expressions: ['process.env', 'process.argv'],
    instead: 'take configuration as a parameter',
    places: [
      { path: 'apps/', why: 'composition roots read it once' },
      { path: 'platform/src/config/', why: 'parses it' },
      { path: 'platform/src/postgres/', why: 'children of the launcher inherit a cleaned environment' },
      { path: 'simulators/', why: 'processes of their own' },
    ],
  },
  {
    name: 'console',
    modules: [],
    expressions: ['console', 'process.stdout', 'process.stderr'],
    instead: 'take a Log',
    places: [
      { path: 'apps/', why: 'they talk to a person' },
      { path: 'platform/src/telemetry/', why: 'the log port itself' },
      { path: 'simulators/', why: 'processes of their own' },
    ],
  },
];
