import { expect, it } from 'vitest';
import { createAddressRule, isNetwork } from './addresses.ts';

const open = createAddressRule([]);

it.each([
  // Loopback, private, shared, link-local with the metadata services, benchmarking, documentation, multicast.
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.170',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  // The same of IPv6, and unique-local ones, of which fd00:ec2::254 is a metadata service.
  '::',
  '::1',
  'fe80::1',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '100::1',
  '2001:db8::1',
  '3fff::1',
  // IPv4 in IPv6: mapped, translated (NAT64), 6to4, Teredo, and the old compatible form.
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '::127.0.0.1',
])('refuses %s', (address) => {
  expect(open(address)).toBe(false);
});

it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
  'lets %s through',
  (address) => {
    expect(open(address)).toBe(true);
  },
);

it('refuses what is no address', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f.1', '1.2.3.4.5', 'fe80::1%25eth0']) {
    expect(open(text)).toBe(false);
  }
});

it('lets a network through that is allowed, also where it is written as IPv6, and no more than that', () => {
  const rule = createAddressRule(['127.0.0.0/8', '::1/128', '10.7.0.0/16']);
  for (const address of ['127.0.0.1', '::1', '10.7.1.2', '::ffff:127.0.0.1'])
    expect(rule(address)).toBe(true);
  for (const address of ['10.8.0.1', '169.254.169.254', '::2', '::ffff:10.8.0.1'])
    expect(rule(address)).toBe(false);
});

it('knows a network when it reads one', () => {
  for (const text of ['10.0.0.0/8', '::/0', '0.0.0.0/0', '::1/128']) expect(isNetwork(text)).toBe(true);
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', 'x/8', '10.0.0.0/8/8', '10.0.0.0/-1', '/8']) {
    expect(isNetwork(text)).toBe(false);
  }
});
