import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns";
import { BlockList, isIP, isIPv4, type LookupFunction } from "node:net";

/**
 * Where a webhook may go. Whoever edits one could otherwise have the server ask what only the server
 * can reach. The address is looked at when it is connected to, and not the name when it is saved:
 * a name may come to mean another address in between.
 */

type Range = readonly [address: string, prefix: number];

/** Cloud machines' credentials (169.254.169.254 and the like), and what is no one machine's. */
const NEVER: readonly Range[] = [
  ["0.0.0.0", 8],
  ["100.100.100.200", 32],
  ["169.254.0.0", 16],
  ["192.0.0.192", 32],
  ["224.0.0.0", 3],
  ["::", 128],
  ["fd00:ec2::", 32],
  ["fe80::", 10],
  ["ff00::", 8],
];

const PRIVATE: readonly Range[] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["::1", 128],
  ["fc00::", 7],
  ["fec0::", 10],
];

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) {
    list.addSubnet(address, prefix, isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list;
}

const never = listOf(NEVER);
const privately = listOf(PRIVATE);

/** IPv6 addresses that stand for an IPv4 one: mapped, translated (NAT64) and 6to4. */
const carriers = {
  mapped: listOf([["::ffff:0:0", 96]]),
  compatible: listOf([["::", 96]]),
  nat64: listOf([["64:ff9b::", 96]]),
  sixToFour: listOf([["2002::", 16]]),
};

/** The eight groups of an IPv6 address, by way of the one parser that knows all spellings. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const parts = (text: string) => (text === "" ? [] : text.split(":").map((g) => parseInt(g, 16)));
  if (tail === undefined) return parts(head);
  const [before, after] = [parts(head), parts(tail)];
  return [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
}

const dotted = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join(".");

/** The address that is reached in the end. */
function innermost(address: string): string {
  if (isIPv4(address)) return address;
  const plain = address.split("%", 1)[0] ?? address;
  const groups = groupsOf(plain);
  if (carriers.sixToFour.check(plain, "ipv6")) return dotted(groups[1], groups[2]);
  const isCarried =
    carriers.nat64.check(plain, "ipv6") ||
    carriers.mapped.check(plain, "ipv6") ||
    (carriers.compatible.check(plain, "ipv6") && (groups[6] ?? 0) !== 0);
  return isCarried ? dotted(groups[6], groups[7]) : plain;
}

/** Why an address may not be sent to; undefined: it may. */
export function addressProblem(address: string, allowsPrivate: boolean): string | undefined {
  const at = innermost(address);
  const family = isIPv4(at) ? "ipv4" : "ipv6";
  if (never.check(at, family)) {
    return `Webhooks never go to ${address}: it is a link-local, metadata or multicast address.`;
  }
  if (!allowsPrivate && privately.check(at, family)) {
    return `Webhooks do not go to ${address}, a private address, unless the server runs with --webhook-private-addresses (MUSTER_WEBHOOK_PRIVATE_ADDRESSES=true).`;
  }
  return undefined;
}

/** A refusal by this module, which no further attempt would change. */
export class AddressRefused extends Error {
  readonly kind = "address_refused";
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

/** The problem of a URL that has an address for a name; names are looked up when it is sent. */
export function literalProblem(url: URL, allowsPrivate: boolean): string | undefined {
  const host = hostOf(url);
  return isIP(host) ? addressProblem(host, allowsPrivate) : undefined;
}

/** Looks up a name for a connection, which fails when one of its addresses may not be sent to. */
export function guardedLookup(allowsPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const problem = addresses
        ?.map(({ address }) => addressProblem(address, allowsPrivate))
        .find((found) => found !== undefined);
      const refusal = error ?? (problem ? new AddressRefused(`${hostname}: ${problem}`) : null);
      if (refusal || options.all) return callback(refusal, addresses ?? []);
      const [first] = addresses;
      callback(null, first?.address ?? "", first?.family);
    });
  };
}
