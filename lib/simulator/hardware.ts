import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import type { Hardware } from "./profile.ts";
import type { Random } from "./random.ts";

const gibibyte = 1024 ** 3;

interface Model {
  vendor: string;
  model: string;
  version: string;
  name: string;
  cpu: string;
  cores: [physical: number, logical: number];
  memoryGibibytes: [number, ...number[]];
  diskGigabytes: [number, ...number[]];
  kind: "laptop" | "desktop" | "server";
  arm?: boolean;
}

const apple = { vendor: "Apple Inc.", version: "1.0" } as const;

const macs: [Model, ...Model[]] = [
  {
    ...apple,
    model: "Mac15,3",
    name: "MacBook Pro",
    cpu: "Apple M3",
    cores: [8, 8],
    memoryGibibytes: [16, 24],
    diskGigabytes: [494, 994],
    kind: "laptop",
    arm: true,
  },
  {
    ...apple,
    model: "Mac14,2",
    name: "MacBook Air",
    cpu: "Apple M2",
    cores: [8, 8],
    memoryGibibytes: [8, 16],
    diskGigabytes: [245, 494],
    kind: "laptop",
    arm: true,
  },
  {
    ...apple,
    model: "Mac16,8",
    name: "MacBook Pro",
    cpu: "Apple M4 Pro",
    cores: [12, 12],
    memoryGibibytes: [24, 48],
    diskGigabytes: [494, 994],
    kind: "laptop",
    arm: true,
  },
  {
    ...apple,
    model: "MacBookPro18,3",
    name: "MacBook Pro",
    cpu: "Apple M1 Pro",
    cores: [8, 8],
    memoryGibibytes: [16, 32],
    diskGigabytes: [494],
    kind: "laptop",
    arm: true,
  },
  {
    ...apple,
    model: "MacBookPro16,1",
    name: "MacBook Pro",
    cpu: "Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz",
    cores: [6, 12],
    memoryGibibytes: [16],
    diskGigabytes: [500],
    kind: "laptop",
  },
  {
    ...apple,
    model: "Mac14,3",
    name: "Mac mini",
    cpu: "Apple M2",
    cores: [8, 8],
    memoryGibibytes: [8, 16],
    diskGigabytes: [245],
    kind: "desktop",
    arm: true,
  },
];

const windowsMachines: [Model, ...Model[]] = [
  {
    vendor: "Dell Inc.",
    model: "Latitude 7440",
    version: "1.18.0",
    name: "Latitude 7440",
    cpu: "13th Gen Intel(R) Core(TM) i7-1365U",
    cores: [10, 12],
    memoryGibibytes: [16, 32],
    diskGigabytes: [512],
    kind: "laptop",
  },
  {
    vendor: "LENOVO",
    model: "21HMCTO1WW",
    version: "ThinkPad X1 Carbon Gen 11",
    name: "ThinkPad X1 Carbon",
    cpu: "13th Gen Intel(R) Core(TM) i5-1345U",
    cores: [10, 12],
    memoryGibibytes: [16, 32],
    diskGigabytes: [512, 1000],
    kind: "laptop",
  },
  {
    vendor: "HP",
    model: "HP EliteBook 840 14 inch G10",
    version: "SBKPF",
    name: "EliteBook 840",
    cpu: "13th Gen Intel(R) Core(TM) i5-1335U",
    cores: [10, 12],
    memoryGibibytes: [16],
    diskGigabytes: [256, 512],
    kind: "laptop",
  },
  {
    vendor: "Microsoft Corporation",
    model: "Surface Laptop 5",
    version: "124I:00097T",
    name: "Surface Laptop 5",
    cpu: "12th Gen Intel(R) Core(TM) i7-1265U",
    cores: [10, 12],
    memoryGibibytes: [8, 16],
    diskGigabytes: [256, 512],
    kind: "laptop",
  },
  {
    vendor: "Dell Inc.",
    model: "OptiPlex 7010",
    version: "1.21.0",
    name: "OptiPlex 7010",
    cpu: "13th Gen Intel(R) Core(TM) i5-13500",
    cores: [14, 20],
    memoryGibibytes: [16, 32],
    diskGigabytes: [512],
    kind: "desktop",
  },
];

const linuxMachines: [Model, ...Model[]] = [
  {
    vendor: "LENOVO",
    model: "21HDCTO1WW",
    version: "ThinkPad T14 Gen 4",
    name: "ThinkPad T14",
    cpu: "AMD Ryzen 7 PRO 7840U w/ Radeon 780M Graphics",
    cores: [8, 16],
    memoryGibibytes: [32],
    diskGigabytes: [512, 1000],
    kind: "laptop",
  },
  {
    vendor: "Dell Inc.",
    model: "XPS 13 9340",
    version: "1.9.0",
    name: "XPS 13",
    cpu: "Intel(R) Core(TM) Ultra 7 155H",
    cores: [16, 22],
    memoryGibibytes: [16, 32],
    diskGigabytes: [512],
    kind: "laptop",
  },
  {
    vendor: "QEMU",
    model: "Standard PC (Q35 + ICH9, 2009)",
    version: "pc-q35-8.2",
    name: "VM",
    cpu: "Intel Xeon Processor (Icelake)",
    cores: [4, 4],
    memoryGibibytes: [8, 16],
    diskGigabytes: [80, 160],
    kind: "server",
  },
  {
    vendor: "Dell Inc.",
    model: "PowerEdge R650",
    version: "2.15.1",
    name: "PowerEdge R650",
    cpu: "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
    cores: [32, 64],
    memoryGibibytes: [128, 256],
    diskGigabytes: [960],
    kind: "server",
  },
];

const modelsOf = { darwin: macs, windows: windowsMachines, linux: linuxMachines };

/** One machine of a model that people of this platform have. */
export function pickHardware(platform: OsqueryPlatform, random: Random): Hardware {
  const model = random.pick(modelsOf[platform]);
  const diskBytes = random.pick(model.diskGigabytes) * 1e9;
  return {
    vendor: model.vendor,
    model: model.model,
    version: model.version,
    marketingName: model.name,
    cpuBrand: model.cpu,
    cpuType: cpuType(platform, model),
    arch: model.arm ? "arm64" : platform === "windows" ? "64-bit" : "x86_64",
    physicalCores: model.cores[0],
    logicalCores: model.cores[1],
    memoryBytes: random.pick(model.memoryGibibytes) * gibibyte,
    diskBytes,
    diskFreeBytes: Math.round(diskBytes * (0.06 + random.next() * 0.7)),
    battery: model.kind === "laptop",
    portable: model.kind === "laptop",
  };
}

function cpuType(platform: OsqueryPlatform, model: Model): string {
  if (platform === "darwin") return model.arm ? "arm64e" : "x86_64h";
  return "x86_64";
}
