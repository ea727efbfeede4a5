import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import type { Posture } from "./profile.ts";
import { createRandom } from "./random.ts";

type Trait = keyof Posture;

/** Share of hosts in the good state. Chosen so that a demo shows work to do and little alarm. */
const goodShares: Record<OsqueryPlatform, Record<Trait, number>> = {
  darwin: {
    diskEncrypted: 0.82,
    firewallOn: 0.74,
    updatesAutomatic: 0.8,
    screenLocks: 0.86,
    hardened: 0.93,
    sshKeysEncrypted: 0.84,
    systemSupported: 0.88,
  },
  windows: {
    diskEncrypted: 0.78,
    firewallOn: 0.9,
    updatesAutomatic: 0.82,
    screenLocks: 0.8,
    hardened: 0.92,
    sshKeysEncrypted: 0.9,
    systemSupported: 0.8,
  },
  linux: {
    diskEncrypted: 0.7,
    firewallOn: 0.75,
    updatesAutomatic: 0.7,
    screenLocks: 0.8,
    hardened: 0.85,
    sshKeysEncrypted: 0.75,
    systemSupported: 0.8,
  },
};

/*
 * Independent dice would leave a small fleet with 40 % or 100 % now and then. Multiples of an
 * irrational number fill the range evenly instead, so any 20 hosts come close to the share; one
 * irrational per trait (square roots of primes) keeps the traits from failing together.
 */
const strides: Record<Trait, number> = {
  diskEncrypted: Math.sqrt(2),
  firewallOn: Math.sqrt(3),
  updatesAutomatic: Math.sqrt(5),
  screenLocks: Math.sqrt(7),
  hardened: Math.sqrt(11),
  sshKeysEncrypted: Math.sqrt(13),
  systemSupported: Math.sqrt(17),
};

/** The state of the nth host (from 0) of a platform. */
export function postureOf(platform: OsqueryPlatform, ordinal: number, seed: string): Posture {
  const good = (trait: Trait) => {
    const offset = createRandom(`${seed}/${platform}/${trait}`).next();
    return (offset + ordinal * strides[trait]) % 1 < goodShares[platform][trait];
  };
  return {
    diskEncrypted: good("diskEncrypted"),
    firewallOn: good("firewallOn"),
    updatesAutomatic: good("updatesAutomatic"),
    screenLocks: good("screenLocks"),
    hardened: good("hardened"),
    sshKeysEncrypted: good("sshKeysEncrypted"),
    systemSupported: good("systemSupported"),
  };
}
