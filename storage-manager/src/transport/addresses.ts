import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { TransportFault } from './fault.ts';

/**
 * Where no name may lead: this machine, this link, nowhere and everywhere (IANA special-purpose registries, RFC 6890). Private
 * networks are left out: a daemon in the next container has such an address. Cloud metadata, that give out credentials, live
 * at 169.254.169.254, and where clouds say at an address that is private otherwise.
 */
const FORBIDDEN = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32], // Alibaba
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  FORBIDDEN.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fd00:ec2::', 32], // Amazon
  ['fd20:ce::254', 128], // Google
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  FORBIDDEN.addSubnet(network, prefix, 'ipv6');

/** IPv4 within IPv6: mapped, translated, compatible, by NAT64 and by 6to4 (RFC 4291, 2765, 6052, 3056). */
const DISGUISES = new BlockList();
for (const [network, prefix] of [
  ['::ffff:0:0', 96],
  ['::ffff:0:0:0', 96],
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
] as const)
  DISGUISES.addSubnet(network, prefix, 'ipv6');

/** An address or `localhost` is what somebody wrote and meant; any other name is only what a resolver makes of it. */
export function isWrittenAddress(host: string): boolean {
  return isIP(host) !== 0 || host === 'localhost';
}

/** True of an address that a name must not lead to. */
export function isForbidden(address: string): boolean {
  return isIP(address) === 4
    ? FORBIDDEN.check(address, 'ipv4')
    : FORBIDDEN.check(address, 'ipv6') || DISGUISES.check(address, 'ipv6');
}

/** What resolves names; tests have their own. */
export type Resolver = LookupFunction;

/**
 * Resolves a name and hands over only what it may lead to. The socket connects to just these addresses: nobody asks again in
 * between, so that a resolver can't answer otherwise the second time (DNS rebinding).
 */
export function guarded(resolve: Resolver = dns.lookup): LookupFunction {
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const allowed = addresses.filter(({ address }) => !isForbidden(address));
      if (allowed.length === 0) return done(misleading(addresses[0]?.address), []);
      const [first] = allowed;
      if (options.all) done(null, allowed);
      else done(null, first!.address, first!.family);
    });
  };
}

function misleading(address = 'no address'): NodeJS.ErrnoException {
  return new TransportFault(
    `its name leads to ${address}, where no name may lead; where that is meant, write the address instead of the name`,
  );
}
