import type { HostProfile } from "../profile.ts";
import { userUuid } from "./people.ts";
import { flag, type Row, type TableSet } from "./table-set.ts";

const blockBytes = 4096;

function mountRow(host: HostProfile, device: string, alias: string, path: string): Row {
  const free = Math.floor(host.hardware.diskFreeBytes / blockBytes);
  return {
    device,
    device_alias: alias,
    path,
    type: { darwin: "apfs", linux: "ext4", windows: "ntfs" }[host.platform],
    blocks_size: blockBytes,
    blocks: Math.floor(host.hardware.diskBytes / blockBytes),
    blocks_free: free,
    blocks_available: free,
    inodes: 4_000_000,
    inodes_free: 3_100_000,
    flags: host.platform === "darwin" ? "346165249" : "rw,relatime",
  };
}

/** The device that holds "/": a mapped LUKS volume when the disk is encrypted. */
function linuxRoot(host: HostProfile): { device: string; alias: string } {
  return host.posture.diskEncrypted
    ? { device: "/dev/mapper/root", alias: "/dev/dm-0" }
    : { device: "/dev/nvme0n1p3", alias: "/dev/nvme0n1p3" };
}

function mounts(host: HostProfile): Row[] {
  if (host.platform === "darwin") {
    return [
      mountRow(host, "/dev/disk3s1s1", "/dev/disk3s1s1", "/"),
      mountRow(host, "/dev/disk3s5", "/dev/disk3s5", "/System/Volumes/Data"),
    ];
  }
  const root = linuxRoot(host);
  return [
    mountRow(host, root.device, root.alias, "/"),
    {
      ...mountRow(host, "/dev/nvme0n1p2", "/dev/nvme0n1p2", "/boot"),
      blocks: 250_000,
      blocks_free: 150_000,
      blocks_available: 140_000,
    },
    {
      ...mountRow(host, "tmpfs", "tmpfs", "/run"),
      type: "tmpfs",
      blocks: 800_000,
      blocks_free: 799_000,
      blocks_available: 799_000,
    },
  ];
}

/*
 * Apple silicon and T2 volumes are always encrypted by the hardware and list their users; whether a
 * password is needed to unlock them is `filevault_status`. So turning FileVault on changes one cell.
 */
function darwinEncryption(host: HostProfile): Row[] {
  return ["/dev/disk3s1s1", "/dev/disk3s5"].map((name) => ({
    name,
    uuid: host.uuid,
    encrypted: 1,
    type: "APFS Encryption",
    encryption_status: host.posture.diskEncrypted ? "encrypted" : "not encrypted",
    uid: String(host.person.uid),
    user_uuid: userUuid(host),
    filevault_status: host.posture.diskEncrypted ? "on" : "off",
  }));
}

function linuxEncryption(host: HostProfile): Row[] {
  const device = (name: string, encrypted: boolean): Row => ({
    name,
    uuid: host.uuid.toLowerCase(),
    encrypted: flag(encrypted),
    type: encrypted ? "LUKS2" : "",
    encryption_status: encrypted ? "encrypted" : "not encrypted",
  });
  return [
    device("/dev/nvme0n1p2", false),
    device(linuxRoot(host).alias, host.posture.diskEncrypted),
  ];
}

function blockDevices(host: HostProfile): Row[] {
  const disk = host.platform === "darwin" ? "/dev/disk3" : "/dev/nvme0n1";
  const device = (name: string, parent: string, type: string): Row => ({
    name,
    parent,
    vendor: "",
    model: "SAMSUNG MZVL2512HCJQ",
    serial: host.serial,
    size: Math.floor(host.hardware.diskBytes / 512),
    block_size: 512,
    type,
  });
  if (host.platform === "darwin") return [device(disk, "", "APFS")];
  const part = device(`${disk}p3`, disk, host.posture.diskEncrypted ? "crypto_LUKS" : "ext4");
  const mapped = host.posture.diskEncrypted ? [device("/dev/dm-0", `${disk}p3`, "ext4")] : [];
  return [device(disk, "", ""), part, ...mapped];
}

function bitlocker(host: HostProfile): Row[] {
  const on = host.posture.diskEncrypted;
  return [
    {
      device_id: `\\\\?\\Volume{${host.uuid.toLowerCase()}}\\`,
      drive_letter: "C:",
      persistent_volume_id: on ? `{${host.instanceId.toUpperCase()}}` : "",
      conversion_status: flag(on),
      protection_status: flag(on),
      encryption_method: on ? "XTS-AES-256" : "None",
      protector_types: on ? "TPM, Numerical Password" : "",
      version: on ? 2 : 0,
      percentage_encrypted: on ? 100 : 0,
      lock_status: 0,
    },
  ];
}

function windowsDisk(host: HostProfile): Row {
  return {
    partitions: 3,
    disk_index: 0,
    type: "SCSI",
    id: "\\\\.\\PHYSICALDRIVE0",
    disk_size: host.hardware.diskBytes,
    manufacturer: "(Standard disk drives)",
    hardware_model: "NVMe SAMSUNG MZVL2512HCJQ",
    name: "\\\\.\\PHYSICALDRIVE0",
    serial: `S6${host.serial}.`,
    description: "Disk drive",
  };
}

export const unixStorageTables: TableSet = {
  mounts,
  block_devices: blockDevices,
  disk_encryption: (host) =>
    host.platform === "darwin" ? darwinEncryption(host) : linuxEncryption(host),
};

export const windowsStorageTables: TableSet = {
  bitlocker_info: bitlocker,
  disk_info: (host) => [windowsDisk(host)],
  logical_drives: (host) => [
    {
      device_id: "C:",
      type: "Unknown",
      description: "Local Fixed Disk",
      free_space: host.hardware.diskFreeBytes,
      size: host.hardware.diskBytes,
      file_system: "NTFS",
      boot_partition: 1,
    },
  ],
};
