import { BlockList, isIP } from 'node:net';

/**
 * Networks that no endpoint of a stranger may be in: everything that IANA's special-purpose registries (RFC
 * 6890 and its successors) do not call globally reachable, multicast, and the networks through which IPv4
 * addresses can be written as IPv6. Cloud metadata services are in the link-local ones.
 */
const REFUSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

/** Of IPv6 only global unicast is reachable at all; these are the parts of it that are not. */
const REFUSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] as const;
const GLOBAL_V6 = '2000::/3';
const MAPPED_V4 = '::ffff:0:0/96';

/** Says whether an address may be connected to. */
export type MayConnect = (address: string) => boolean;

/** Whether a text is a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const parsed = parseNetwork(text);
  return parsed !== undefined && parsed.bits >= 0 && parsed.bits <= (parsed.family === 'ipv4' ? 32 : 128);
}

/**
 * Makes the rule of which addresses may be connected to: public ones, and those of the allowed networks.
 */
export function createAddressRule(allowedNetworks: readonly string[]): MayConnect {
  const allowed = listOf(allowedNetworks);
  const refused = listOf([...REFUSED_V4, ...REFUSED_V6]);
  const global = listOf([GLOBAL_V6]);
  const mapped = listOf([MAPPED_V4]);
  return (address) => {
    const version = isIP(address);
    if (version === 0) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    // A mapped address is judged as what it maps: the list does so by itself for its IPv4 rules.
    if (allowed.check(address, family)) return true;
    if (refused.check(address, family)) return false;
    return family === 'ipv4' || mapped.check(address, family) || global.check(address, family);
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (!network) throw new Error(`not a network: ${text}`);
    list.addSubnet(network.address, network.bits, network.family);
  }
  return list;
}

function parseNetwork(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', length = '', ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || !/^\d{1,3}$/.test(length) || more.length > 0) return undefined;
  return { address, bits: Number(length), family: version === 4 ? 'ipv4' : 'ipv6' };
}
