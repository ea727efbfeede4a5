import { type Row, type TableSet, unixSeconds, uptimeSeconds } from "./table-set.ts";

const cpuSubtypes: Record<string, string> = { arm64e: "2", x86_64h: "8" };

/** What machine this is and what runs on it: the tables an agent sends along when it enrolls. */
export const identityTables: TableSet = {
  system_info: (host) => [
    {
      hostname: host.hostname,
      uuid: host.uuid,
      cpu_type: host.hardware.cpuType,
      cpu_subtype: cpuSubtypes[host.hardware.cpuType] ?? "-1",
      cpu_brand: host.hardware.cpuBrand,
      cpu_physical_cores: host.hardware.physicalCores,
      cpu_logical_cores: host.hardware.logicalCores,
      cpu_sockets: 1,
      physical_memory: host.hardware.memoryBytes,
      hardware_vendor: host.hardware.vendor,
      hardware_model: host.hardware.model,
      hardware_version: host.hardware.version,
      hardware_serial: host.serial,
      board_vendor: host.hardware.vendor,
      board_serial: host.serial,
      computer_name: host.computerName,
      local_hostname: host.hostname.replace(/\.local$/, ""),
    },
  ],
  os_version: (host, moment) => [
    {
      name: host.system.name,
      version: host.system.version,
      major: host.system.major,
      minor: host.system.minor,
      patch: host.system.patch,
      build: host.system.build,
      platform: host.system.platform,
      platform_like: host.system.platformLike,
      codename: host.system.codename,
      arch: host.hardware.arch,
      ...(host.platform === "windows" &&
        windowsInstall(host.system.kernelVersion, moment.startedAt)),
    },
  ],
  kernel_info: (host) => [
    {
      version: host.system.kernelVersion,
      arguments: host.platform === "linux" ? "ro quiet splash" : "",
      path: host.platform === "linux" ? `/boot/vmlinuz-${host.system.kernelVersion}` : "",
      device: host.platform === "linux" ? "/dev/mapper/root" : "",
    },
  ],
  platform_info: (host) => {
    if (host.hardware.vendor === "QEMU") return [];
    return [
      {
        vendor: host.hardware.vendor,
        version: host.platform === "darwin" ? "13822.41.1" : host.hardware.version,
        date: "06/12/2026",
        revision: host.hardware.version,
        extra: "",
        firmware_type: host.hardware.arch === "arm64" ? "iboot" : "uefi",
      },
    ];
  },
  cpu_info: (host) => [
    {
      device_id: "0",
      model: host.hardware.cpuBrand,
      manufacturer: host.hardware.cpuBrand.split(/[ (]/)[0] ?? "",
      number_of_cores: host.hardware.physicalCores,
      logical_processors: String(host.hardware.logicalCores),
      address_width: "64",
    },
  ],
  uptime: (host, moment) => {
    const total = uptimeSeconds(host, moment);
    return [
      {
        days: Math.floor(total / 86_400),
        hours: Math.floor(total / 3600) % 24,
        minutes: Math.floor(total / 60) % 60,
        seconds: total % 60,
        total_seconds: total,
      },
    ];
  },
  time: (_host, { now }) => [timeRow(now)],
};

function windowsInstall(kernelVersion: string, startedAt: Date): Row {
  return {
    revision: Number(kernelVersion.split(".")[3] ?? 0),
    install_date: unixSeconds(startedAt) - 200 * 86_400,
  };
}

function timeRow(now: Date): Row {
  const iso = `${now.toISOString().slice(0, 19)}Z`;
  return {
    weekday: now.toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" }),
    year: now.getUTCFullYear(),
    month: now.getUTCMonth() + 1,
    day: now.getUTCDate(),
    hour: now.getUTCHours(),
    minutes: now.getUTCMinutes(),
    seconds: now.getUTCSeconds(),
    timezone: "UTC",
    local_timezone: "UTC",
    unix_time: unixSeconds(now),
    timestamp: now.toUTCString(),
    datetime: iso,
    iso_8601: iso,
  };
}
