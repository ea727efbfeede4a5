import type { HostProfile } from "../profile.ts";
import { type Moment, type Row, type TableSet, unixSeconds } from "./table-set.ts";

interface Program {
  name: string;
  path: string;
  uid: number;
  parent: number;
}

function programsOf(host: HostProfile): Program[] {
  const mine = host.person.uid;
  if (host.platform === "darwin") {
    return [
      { name: "launchd", path: "/sbin/launchd", uid: 0, parent: 0 },
      {
        name: "loginwindow",
        path: "/System/Library/CoreServices/loginwindow.app",
        uid: mine,
        parent: 1,
      },
      {
        name: "Google Chrome",
        path: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        uid: mine,
        parent: 1,
      },
      {
        name: "osqueryd",
        path: "/opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd",
        uid: 0,
        parent: 1,
      },
    ];
  }
  if (host.platform === "windows") {
    return [
      { name: "System", path: "", uid: 18, parent: 0 },
      { name: "explorer.exe", path: "C:\\Windows\\explorer.exe", uid: mine, parent: 4 },
      {
        name: "MsMpEng.exe",
        path: "C:\\ProgramData\\Microsoft\\Windows Defender\\MsMpEng.exe",
        uid: 18,
        parent: 4,
      },
      {
        name: "osqueryd.exe",
        path: "C:\\Program Files\\osquery\\osqueryd\\osqueryd.exe",
        uid: 18,
        parent: 4,
      },
    ];
  }
  return [
    { name: "systemd", path: "/usr/lib/systemd/systemd", uid: 0, parent: 0 },
    { name: "sshd", path: "/usr/sbin/sshd", uid: 0, parent: 1 },
    { name: "bash", path: "/usr/bin/bash", uid: mine, parent: 1 },
    { name: "osqueryd", path: "/opt/osquery/bin/osqueryd", uid: 0, parent: 1 },
  ];
}

function processRow(host: HostProfile, program: Program, at: number, startTime: number): Row {
  return {
    pid: at === 0 ? (host.platform === "windows" ? 4 : 1) : 300 + at * 37,
    name: program.name,
    path: program.path,
    cmdline: program.path,
    state: "S",
    uid: program.uid,
    gid: program.uid,
    euid: program.uid,
    on_disk: 1,
    resident_size: 24_000_000 + at * 9_000_000,
    total_size: 400_000_000,
    user_time: 1200,
    system_time: 800,
    start_time: startTime,
    parent: program.parent,
    threads: 4 + at,
    nice: 0,
  };
}

const listening: Record<HostProfile["platform"], [port: number, address: string][]> = {
  darwin: [
    [5000, "*"],
    [631, "127.0.0.1"],
  ],
  windows: [
    [135, "0.0.0.0"],
    [445, "0.0.0.0"],
  ],
  linux: [
    [22, "0.0.0.0"],
    [53, "127.0.0.53"],
  ],
};

function fileRow(path: string, size: number, mode: string): Row {
  const separator = path.includes("\\") ? "\\" : "/";
  const cut = path.lastIndexOf(separator);
  return {
    path,
    directory: path.slice(0, cut) || separator,
    filename: path.slice(cut + 1),
    uid: 0,
    gid: 0,
    mode,
    size,
    mtime: 1_760_000_000,
    type: "regular",
  };
}

const filesOf: Record<HostProfile["platform"], Row[]> = {
  darwin: [
    fileRow("/etc/hosts", 213, "0644"),
    fileRow("/Library/Preferences/com.apple.SoftwareUpdate.plist", 1204, "0644"),
  ],
  linux: [
    fileRow("/etc/passwd", 2810, "0644"),
    fileRow("/etc/shadow", 1402, "0640"),
    fileRow("/etc/ssh/sshd_config", 3254, "0600"),
  ],
  windows: [fileRow("C:\\Windows\\System32\\drivers\\etc\\hosts", 824, "0644")],
};

/** What apt and dnf write when packages change; on the others' systems, nothing. */
function packageDatabase(host: HostProfile, { now }: Moment): Row[] {
  if (host.platform !== "linux") return [];
  const ageDays = host.posture.updatesAutomatic ? 3 + (host.index % 9) : 120;
  const path = host.system.platformLike === "rhel" ? "rpm/rpmdb.sqlite" : "dpkg/status";
  const row = fileRow(`/var/lib/${path}`, 4_812_311, "0644");
  return [{ ...row, mtime: unixSeconds(now) - ageDays * 86_400 }];
}

/** What is running and lying about. */
export const activityTables: TableSet = {
  processes: (host, { startedAt }) =>
    programsOf(host).map((program, at) =>
      processRow(host, program, at, unixSeconds(startedAt) - 900),
    ),
  listening_ports: (host) =>
    listening[host.platform].map(([port, address]) => ({
      pid: 337,
      port,
      protocol: 6,
      family: 2,
      address,
      fd: 4,
    })),
  file: (host, moment) => [...filesOf[host.platform], ...packageDatabase(host, moment)],
  certificates: (host) => [
    {
      common_name: "Corp Root CA",
      subject: "CN=Corp Root CA, O=Corp",
      issuer: "CN=Corp Root CA, O=Corp",
      ca: 1,
      self_signed: 1,
      not_valid_before: "1704067200",
      not_valid_after: "2019686400",
      signing_algorithm: "ecdsa-with-SHA256",
      key_algorithm: "id-ecPublicKey",
      key_strength: "256",
      sha1: host.instanceId.replaceAll("-", "").padEnd(40, "0"),
    },
  ],
};

function serviceRow(name: string, displayName: string, running: boolean): Row {
  return {
    name,
    service_type: "OWN_PROCESS",
    display_name: displayName,
    status: running ? "RUNNING" : "STOPPED",
    start_type: running ? "AUTO_START" : "DEMAND_START",
    path: `C:\\Windows\\System32\\${name}.exe`,
    user_account: "LocalSystem",
  };
}

export const windowsActivityTables: TableSet = {
  services: (host) => [
    serviceRow("WinDefend", "Microsoft Defender Antivirus Service", host.posture.hardened),
    serviceRow("mpssvc", "Windows Defender Firewall", host.posture.firewallOn),
    serviceRow("wuauserv", "Windows Update", host.posture.updatesAutomatic),
    serviceRow("W32Time", "Windows Time", true),
    serviceRow("osqueryd", "osquery daemon service", true),
  ],
  chassis_info: (host) => [
    {
      chassis_types: host.hardware.portable ? "Notebook" : "Desktop",
      manufacturer: host.hardware.vendor,
      model: host.hardware.model,
      serial: host.serial,
    },
  ],
};

export const darwinActivityTables: TableSet = {
  launchd: () => [
    {
      path: "/Library/LaunchDaemons/io.osquery.agent.plist",
      name: "io.osquery.agent.plist",
      label: "io.osquery.agent",
      program: "/opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd",
      run_at_load: "1",
      keep_alive: "1",
      disabled: "0",
    },
  ],
};
