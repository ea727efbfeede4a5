import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import { pickHardware } from "./hardware.ts";
import { personAt } from "./people.ts";
import { postureOf } from "./posture.ts";
import type { Hardware, HostProfile, Naps, Person, Posture } from "./profile.ts";
import { createRandom, type Random } from "./random.ts";
import { type LinuxDistribution, pickSystem } from "./systems.ts";

/** Twenty hosts in this order, then again: any prefix of a fleet already has all platforms. */
const platformCycle: readonly OsqueryPlatform[] = [
  "darwin",
  "windows",
  "linux",
  "darwin",
  "windows",
  "darwin",
  "darwin",
  "windows",
  "linux",
  "darwin",
  "windows",
  "darwin",
  "windows",
  "linux",
  "darwin",
  "windows",
  "darwin",
  "linux",
  "windows",
  "darwin",
];

const distributionCycle: readonly LinuxDistribution[] = [
  "ubuntu",
  "debian",
  "rocky",
  "fedora",
  "ubuntu",
  "rhel",
  "ubuntu",
  "debian",
];

interface Place {
  platform: OsqueryPlatform;
  /** How many hosts of the same platform come before this one. */
  ordinal: number;
}

function placeOf(index: number): Place {
  const at = index % platformCycle.length;
  const platform = platformCycle[at] ?? "darwin";
  const count = (to: number) => platformCycle.slice(0, to).filter((p) => p === platform).length;
  const rounds = Math.floor(index / platformCycle.length);
  return { platform, ordinal: rounds * count(platformCycle.length) + count(at) };
}

function namesOf(index: number, platform: OsqueryPlatform, person: Person, hardware: Hardware) {
  if (platform === "darwin") {
    const kind = hardware.marketingName.toLowerCase().replaceAll(" ", "-");
    return {
      hostname: `${person.username.replace(".", "-")}-${kind}.local`,
      computerName: `${person.fullName}’s ${hardware.marketingName}`,
    };
  }
  const number = String(index).padStart(4, "0");
  if (platform === "windows") {
    const name = `${hardware.portable ? "LAPTOP" : "DESKTOP"}-${number}`;
    return { hostname: name, computerName: name };
  }
  const name = hardware.portable ? `${person.username.replace(".", "-")}-ws` : `srv-${number}`;
  return { hostname: name, computerName: name };
}

/** One laptop in nine comes and goes; the first hosts stay, so that a demo can count on them. */
function napsOf(index: number, hardware: Hardware, random: Random): Naps | undefined {
  if (index < 10 || !hardware.portable || random.next() > 1 / 9) return undefined;
  return {
    firstAfterSeconds: random.integer(120, 600),
    everySeconds: random.integer(1200, 2400),
    forSeconds: random.integer(240, 900),
  };
}

function serialOf(platform: OsqueryPlatform, vendor: string, random: Random): string {
  const characters = (count: number) =>
    Array.from({ length: count }, () => "0123456789BCDFGHJKLMNPQRTVWXYZ"[random.integer(0, 29)]);
  if (platform === "darwin") return ["C02", ...characters(9)].join("");
  if (vendor === "QEMU") return "";
  return characters(vendor === "Dell Inc." ? 7 : 10).join("");
}

const osqueryVersions: [string, ...string[]] = ["5.23.1", "5.23.1", "5.22.1", "5.21.0"];

/** Some 16.7 million addresses of 10.0.0.0/8; .0 and .255 endings are left out. */
function ipAddressOf(index: number): string {
  const last = 1 + (index % 254);
  const third = Math.floor(index / 254) % 256;
  return `10.${20 + (Math.floor(index / (254 * 256)) % 200)}.${third}.${last}`;
}

/**
 * The host at a place in a seed's fleet. Two calls with the same arguments agree, and a longer fleet
 * begins with the hosts of a shorter one. `posture` overrides single traits.
 */
export function makeProfile(
  seed: string,
  index: number,
  posture: Partial<Posture> = {},
  at: OsqueryPlatform = placeOf(index).platform,
): HostProfile {
  const { ordinal } = placeOf(index);
  const random = createRandom(`${seed}/${index}`);
  const person = personAt(index, at);
  const hardware = pickHardware(at, random);
  const state = { ...postureOf(at, ordinal, seed), ...posture };
  const distribution = distributionCycle[ordinal % distributionCycle.length] ?? "ubuntu";
  return {
    index,
    seed,
    platform: at,
    ...namesOf(index, at, person, hardware),
    uuid: random.uuid().toUpperCase(),
    instanceId: random.uuid(),
    serial: serialOf(at, hardware.vendor, random),
    person,
    hardware,
    system: pickSystem(at, distribution, state.systemSupported, random),
    posture: state,
    osqueryVersion: random.pick(osqueryVersions),
    ipAddress: ipAddressOf(index),
    macAddress: `${at === "darwin" ? "3c:22:fb" : "00:21:cc"}:${random.hex(6).replace(/(..)(..)/, "$1:$2:")}`,
    uptimeAtStartSeconds: random.integer(1800, 30 * 86_400),
    naps: napsOf(index, hardware, random),
  };
}

/** The first `hostCount` hosts of a seed's fleet. */
export function makeFleet(seed: string, hostCount: number): HostProfile[] {
  return Array.from({ length: hostCount }, (_, index) => makeProfile(seed, index));
}
