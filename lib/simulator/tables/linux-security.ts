import type { HostProfile } from "../profile.ts";
import { flag, type Row, type TableSet } from "./table-set.ts";

const redHatFamily = (host: HostProfile) => host.system.platformLike === "rhel";

function unitRow(id: string, description: string, running: boolean): Row {
  return {
    id,
    description,
    load_state: "loaded",
    active_state: running ? "active" : "inactive",
    sub_state: running ? "running" : "dead",
    unit_file_state: running ? "enabled" : "disabled",
    fragment_path: `/usr/lib/systemd/system/${id}`,
  };
}

function units(host: HostProfile): Row[] {
  const { posture } = host;
  const own = redHatFamily(host)
    ? [
        unitRow("firewalld.service", "dynamic firewall daemon", posture.firewallOn),
        unitRow("dnf-automatic.timer", "Install updates", posture.updatesAutomatic),
      ]
    : [
        unitRow("ufw.service", "Uncomplicated firewall", posture.firewallOn),
        unitRow("unattended-upgrades.service", "Install updates", posture.updatesAutomatic),
        unitRow("apparmor.service", "Load AppArmor profiles", true),
      ];
  return [
    ...own,
    unitRow("ssh.service", "OpenBSD Secure Shell server", !host.hardware.portable),
    unitRow("osqueryd.service", "The osquery Daemon", true),
    unitRow("auditd.service", "Security Auditing Service", posture.hardened),
    unitRow("systemd-timesyncd.service", "Network Time Synchronization", true),
  ];
}

function sshSetting(label: string, value: string): Row {
  const path = "/etc/ssh/sshd_config";
  return { node: `/files${path}/${label}`, label, value, path };
}

function chainRow(chain: string, policy: string): Row {
  return { filter_name: "filter", chain, policy, packets: 5120, bytes: 402_133 };
}

function control(name: string, value: string): Row {
  return {
    name,
    oid: "",
    subsystem: name.split(".")[0] ?? "",
    current_value: value,
    config_value: value,
    type: "",
  };
}

function selinux(host: HostProfile): Row[] {
  if (!redHatFamily(host)) return [];
  return [
    { scope: "root", key: "enforce", value: "1" },
    { scope: "root", key: "mls", value: "1" },
  ];
}

function apparmor(host: HostProfile): Row[] {
  if (redHatFamily(host)) return [];
  return [
    {
      path: "/usr/sbin/cupsd",
      name: "/usr/sbin/cupsd",
      attach: "/usr/sbin/cupsd",
      mode: "enforce",
    },
    { path: "/usr/bin/man", name: "man", attach: "/usr/bin/man", mode: "enforce" },
  ];
}

/** Linux settings that security policies read. */
export const linuxSecurityTables: TableSet = {
  systemd_units: units,
  augeas: (host) => [
    sshSetting("PermitRootLogin", host.posture.hardened ? "no" : "yes"),
    sshSetting("PasswordAuthentication", host.index % 3 === 0 ? "yes" : "no"),
    sshSetting("X11Forwarding", "no"),
  ],
  iptables: (host) => [
    chainRow("INPUT", host.posture.firewallOn ? "DROP" : "ACCEPT"),
    chainRow("FORWARD", host.posture.firewallOn ? "DROP" : "ACCEPT"),
    chainRow("OUTPUT", "ACCEPT"),
  ],
  system_controls: ({ hardware, posture }) => [
    control("kernel.randomize_va_space", "2"),
    control("kernel.yama.ptrace_scope", "1"),
    control("fs.suid_dumpable", posture.hardened ? "0" : "2"),
    control("net.ipv4.ip_forward", String(flag(!hardware.portable))),
    control("net.ipv4.conf.all.accept_redirects", "0"),
    control("net.ipv6.conf.all.accept_redirects", "0"),
    control("net.ipv4.tcp_syncookies", "1"),
  ],
  selinux_settings: selinux,
  apparmor_profiles: apparmor,
  shadow: (host) => [
    { username: "root", password_status: "locked", hash_alg: "", last_change: 20_100, max: 99_999 },
    {
      username: host.person.username,
      password_status: "active",
      hash_alg: "y",
      last_change: 20_300,
      max: 99_999,
    },
  ],
  secureboot: (host) => [{ secure_boot: flag(host.hardware.portable), setup_mode: 0 }],
  memory_info: (host) => {
    const total = host.hardware.memoryBytes;
    return [
      {
        memory_total: total,
        memory_free: Math.floor(total * 0.2),
        memory_available: Math.floor(total * 0.55),
        buffers: Math.floor(total * 0.02),
        cached: Math.floor(total * 0.33),
        swap_total: 2 ** 31,
        swap_free: 2 ** 31,
      },
    ];
  },
  load_average: () => [
    { period: "1m", average: "0.420000" },
    { period: "5m", average: "0.380000" },
    { period: "15m", average: "0.310000" },
  ],
  kernel_modules: () => [
    { name: "dm_crypt", size: 65_536, used_by: "1", status: "Live", address: "0x0" },
    { name: "nf_tables", size: 376_832, used_by: "512", status: "Live", address: "0x0" },
  ],
  apt_sources: (host) =>
    redHatFamily(host)
      ? []
      : [
          {
            name: `${host.system.platform} ${host.system.codename}`,
            source: "/etc/apt/sources.list",
            base_uri: `http://deb.example/${host.system.platform}`,
            release: host.system.codename,
            components: "main",
            architectures: "amd64",
          },
        ],
  yum_sources: (host) =>
    redHatFamily(host)
      ? [{ name: "BaseOS", source: "/etc/yum.repos.d/base.repo", enabled: "1", gpgcheck: "1" }]
      : [],
};
