import { BlockList, isIP } from 'node:net';
import { UsageError } from './usage-error.ts';

/** How people reach an instance through a proxy that speaks https for it. */
export interface PublicAccess {
  /** The origins as browsers and clients write them. */
  readonly urls: { readonly api: string; readonly vault: string; readonly web: string };
  /** Addresses and networks whose `x-forwarded-for` is believed, and nobody else's. */
  readonly proxies: readonly string[];
}

const VARIABLES = {
  api: 'TPMALL_PUBLIC_API_URL',
  vault: 'TPMALL_PUBLIC_VAULT_URL',
  web: 'TPMALL_PUBLIC_WEB_URL',
} as const;
const PROXIES = 'TPMALL_TRUSTED_PROXIES';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the three public origins and the proxies in front of them: all or none. Without the proxies every
 * shopper would have the proxy's address, and share its limits; without the origins cookies would not be
 * `Secure`, and links would lead to loopback.
 *
 * @throws UsageError where some are missing, or one cannot be
 */
export function readPublicAccess(env: Environment): PublicAccess | undefined {
  const names = [...Object.values(VARIABLES), PROXIES];
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) {
    throw new UsageError(
      `behind a proxy all of ${names.join(', ')} are needed; missing: ${missing.join(', ')}`,
    );
  }
  const urls = {
    api: readOrigin(env, VARIABLES.api),
    vault: readOrigin(env, VARIABLES.vault),
    web: readOrigin(env, VARIABLES.web),
  };
  if (new Set(Object.values(urls)).size < Object.keys(VARIABLES).length) {
    throw new UsageError(
      `${Object.values(VARIABLES).join(', ')} want three origins: cards have one of their own`,
    );
  }
  return { urls, proxies: readProxies(env[PROXIES] ?? '') };
}

function readOrigin(env: Environment, name: string): string {
  const text = (env[name] ?? '').replace(/\/$/, '');
  if (!URL.canParse(text) || new URL(text).origin !== text || !text.startsWith('https:')) {
    throw new UsageError(
      `${name} wants an https origin such as https://pay.example and no path, not ${env[name]}`,
    );
  }
  return text;
}

function readProxies(text: string): readonly string[] {
  return text.split(',').map((part) => {
    const network = part.trim();
    if (!isNetwork(network)) {
      throw new UsageError(
        `${PROXIES} wants addresses and networks such as 127.0.0.1,10.0.0.0/24, not ${network || 'nothing'}`,
      );
    }
    return network;
  });
}

/** An address, or a network that does not hold everybody. */
function isNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (length === undefined) return true;
  const bits = Number(length);
  if (!/^\d{1,3}$/.test(length) || bits < 1 || bits > (family === 4 ? 32 : 128)) return false;
  new BlockList().addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return true;
}
