import type { OsqueryPlatform } from "#lib/osquery/tables.ts";

export interface Person {
  fullName: string;
  username: string;
  uid: number;
  homeDirectory: string;
}

export interface Hardware {
  vendor: string;
  model: string;
  version: string;
  /** What people call it; becomes part of the computer name. */
  marketingName: string;
  cpuBrand: string;
  cpuType: string;
  arch: string;
  physicalCores: number;
  logicalCores: number;
  memoryBytes: number;
  diskBytes: number;
  diskFreeBytes: number;
  battery: boolean;
  /** Carried about and closed at times, unlike a desktop or a server. */
  portable: boolean;
}

export interface OperatingSystem {
  name: string;
  version: string;
  major: number;
  minor: number;
  patch: number;
  build: string;
  platform: string;
  platformLike: string;
  codename: string;
  /** Windows: "24H2"; elsewhere empty. */
  displayVersion: string;
  kernelVersion: string;
}

/** What the sample policies ask about. True is always the good state. */
export interface Posture {
  diskEncrypted: boolean;
  firewallOn: boolean;
  updatesAutomatic: boolean;
  screenLocks: boolean;
  /** macOS Gatekeeper, Windows antivirus, Linux without root log-in over SSH. */
  hardened: boolean;
  sshKeysEncrypted: boolean;
  systemSupported: boolean;
}

/** A laptop that sleeps: online for a while, then away, over and over. Seconds. */
export interface Naps {
  firstAfterSeconds: number;
  everySeconds: number;
  forSeconds: number;
}

export interface HostProfile {
  index: number;
  seed: string;
  platform: OsqueryPlatform;
  hostname: string;
  computerName: string;
  uuid: string;
  instanceId: string;
  serial: string;
  person: Person;
  hardware: Hardware;
  system: OperatingSystem;
  posture: Posture;
  osqueryVersion: string;
  ipAddress: string;
  macAddress: string;
  uptimeAtStartSeconds: number;
  naps: Naps | undefined;
}
