import type { HostProfile } from "../profile.ts";
import { flag, type Row, type TableSet, unixSeconds } from "./table-set.ts";

interface Account {
  uid: number;
  gid: number;
  username: string;
  description: string;
  directory: string;
  shell: string;
  uuid: string;
}

const windowsSid = "S-1-5-21-1004336348-1177238915-682003330";

function accountOf(host: HostProfile): Account {
  const { person } = host;
  const shells = {
    darwin: "/bin/zsh",
    linux: "/bin/bash",
    windows: "C:\\Windows\\system32\\cmd.exe",
  };
  return {
    uid: person.uid,
    gid: { darwin: 20, linux: person.uid, windows: 544 }[host.platform],
    username: person.username,
    description: person.fullName,
    directory: person.homeDirectory,
    shell: shells[host.platform],
    uuid: host.platform === "windows" ? `${windowsSid}-${person.uid}` : userUuid(host),
  };
}

/** The person's directory UUID: also the FileVault user of an encrypted Mac. */
export function userUuid(host: HostProfile): string {
  return `${host.uuid.slice(9)}-${host.uuid.slice(0, 8)}`.replace(
    /^(.{4})-(.{4})-(.{4})-(.{12})-(.{8})$/,
    "$5-$1-$2-$3-$4",
  );
}

function systemAccounts(host: HostProfile): Account[] {
  if (host.platform === "windows") {
    const base = { directory: "", shell: "C:\\Windows\\system32\\cmd.exe", gid: 544 };
    return [
      {
        ...base,
        uid: 500,
        username: "Administrator",
        description: "Built-in account",
        uuid: `${windowsSid}-500`,
      },
      { ...base, uid: 18, username: "SYSTEM", description: "", uuid: "S-1-5-18", gid: 18 },
    ];
  }
  const root = host.platform === "darwin" ? "/var/root" : "/root";
  const daemon = {
    uid: 1,
    gid: 1,
    username: "daemon",
    description: "System Services",
    directory: "/var/root",
    shell: "/usr/bin/false",
    uuid: "",
  };
  return [
    {
      uid: 0,
      gid: 0,
      username: "root",
      description: "System Administrator",
      directory: root,
      shell: "/bin/sh",
      uuid: "",
    },
    daemon,
  ];
}

function userRow(host: HostProfile, account: Account): Row {
  return {
    ...account,
    uid_signed: account.uid,
    gid_signed: account.gid,
    ...(host.platform === "windows" && { type: account.uid === 18 ? "special" : "local" }),
    ...(host.platform === "darwin" && { is_hidden: 0 }),
  };
}

const groupsOf: Record<HostProfile["platform"], [gid: number, name: string][]> = {
  darwin: [
    [0, "wheel"],
    [20, "staff"],
    [80, "admin"],
  ],
  linux: [
    [0, "root"],
    [1, "daemon"],
    [4, "adm"],
    [27, "sudo"],
    [1000, "users"],
  ],
  windows: [
    [544, "Administrators"],
    [545, "Users"],
    [18, "SYSTEM"],
  ],
};

const adminGroup = { darwin: 80, linux: 27, windows: 544 } as const;

function sshKeyRow(host: HostProfile): Row {
  const separator = host.platform === "windows" ? "\\" : "/";
  return {
    uid: host.person.uid,
    path: [host.person.homeDirectory, ".ssh", "id_ed25519"].join(separator),
    encrypted: flag(host.posture.sshKeysEncrypted),
    key_type: "ed25519",
    key_length: 256,
    key_security_bits: 128,
  };
}

function sudoRule(host: HostProfile): Row {
  if (host.platform === "darwin") {
    return { source: "/etc/sudoers", header: "%admin", rule_details: "ALL = (ALL) ALL" };
  }
  const group = host.system.platformLike === "rhel" ? "%wheel" : "%sudo";
  return { source: "/etc/sudoers", header: group, rule_details: "ALL=(ALL:ALL) ALL" };
}

/** Who may become root. */
export const unixPeopleTables: TableSet = {
  sudoers: (host) => [
    { source: "/etc/sudoers", header: "Defaults", rule_details: "env_reset" },
    { source: "/etc/sudoers", header: "root", rule_details: "ALL=(ALL:ALL) ALL" },
    sudoRule(host),
  ],
};

export const peopleTables: TableSet = {
  users: (host) => [...systemAccounts(host), accountOf(host)].map((one) => userRow(host, one)),
  groups: (host) =>
    groupsOf[host.platform].map(([gid, groupname]) => ({ gid, gid_signed: gid, groupname })),
  user_groups: (host) => [
    { uid: systemAccounts(host)[0]?.uid ?? 0, gid: systemAccounts(host)[0]?.gid ?? 0 },
    { uid: host.person.uid, gid: accountOf(host).gid },
    // Two people of three administer their own machine.
    ...(host.index % 3 ? [{ uid: host.person.uid, gid: adminGroup[host.platform] }] : []),
  ],
  logged_in_users: (host, { startedAt }) => [
    {
      type: host.platform === "windows" ? "active" : "user",
      user: host.person.username,
      tty: host.platform === "windows" ? "Console" : "console",
      ...(host.platform === "windows" && { sid: accountOf(host).uuid }),
      host: "",
      time: unixSeconds(startedAt) - 3600,
      pid: 311,
    },
  ],
  user_ssh_keys: (host) =>
    host.hardware.portable || !host.posture.sshKeysEncrypted ? [sshKeyRow(host)] : [],
};
