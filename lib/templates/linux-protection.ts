import type { PolicyTemplate } from "./template.ts";

const platforms = ["linux"] as const;

/** Linux: disk, firewall, kernel, malware, what starts. */
export const linuxProtection: readonly PolicyTemplate[] = [
  {
    id: "linux-root-disk-encrypted",
    name: "Root disk is encrypted (Linux)",
    platforms,
    description: "The disk cannot be read without a passphrase when the machine is lost or stolen.",
    resolution: `A running system cannot be encrypted in place. Save your files, install again and choose **Encrypt the disk (LUKS)** in the installer.

Ask IT for help before you begin.`,
    query: `SELECT 1 FROM mounts
JOIN disk_encryption ON disk_encryption.name = mounts.device_alias
WHERE mounts.path = '/' AND disk_encryption.encrypted = 1;`,
    critical: true,
    topics: ["disk"],
    controls: ["cis-v8:3.6", "iso-27001:A.8.1", "iso-27001:A.8.24"],
  },
  {
    id: "linux-firewall-on",
    name: "Firewall is on (Linux)",
    platforms,
    description: "Services on this machine do not take connections that nobody allowed.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt install ufw && sudo ufw allow OpenSSH && sudo ufw enable
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo systemctl enable --now firewalld
\`\`\``,
    query: `SELECT 1 FROM systemd_units
WHERE id IN ('ufw.service', 'firewalld.service', 'nftables.service')
  AND active_state = 'active';`,
    critical: false,
    topics: ["firewall"],
    controls: ["cis-v8:4.4", "cis-v8:4.5", "iso-27001:A.8.20"],
  },
  {
    id: "linux-secure-boot-on",
    name: "Secure Boot is on (Linux)",
    platforms,
    description: "The machine starts no kernel and no boot loader that has been tampered with.",
    resolution: `1. Run \`sudo systemctl reboot --firmware-setup\`.
2. Set **Secure Boot** to **Enabled**, save and leave.

Modules that you built yourself must be signed: \`mokutil --sb-state\` shows the state afterwards.`,
    query: "SELECT 1 FROM secureboot WHERE secure_boot = 1;",
    critical: false,
    topics: ["boot"],
    controls: ["iso-27001:A.8.9"],
  },
  {
    id: "linux-mandatory-access-control",
    name: "SELinux or AppArmor is enforcing (Linux)",
    platforms,
    description: "A service that was broken into can touch only what the service needs.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt install apparmor apparmor-utils && sudo aa-enforce /etc/apparmor.d/*
\`\`\`

On Fedora, RHEL and Rocky set \`SELINUX=enforcing\` in \`/etc/selinux/config\` and restart.`,
    query: `SELECT 1 FROM selinux_settings WHERE key = 'enforce' AND value = '1'
UNION
SELECT 1 FROM apparmor_profiles WHERE mode = 'enforce';`,
    critical: false,
    topics: ["hardening"],
    controls: ["iso-27001:A.8.9"],
  },
  {
    id: "linux-aslr-on",
    name: "Memory addresses are random (Linux)",
    platforms,
    description: "Holes in programs are much harder to use when nobody knows where things lie.",
    resolution: `\`\`\`
echo "kernel.randomize_va_space = 2" | sudo tee /etc/sysctl.d/60-aslr.conf
sudo sysctl --system
\`\`\``,
    query: `SELECT 1 FROM system_controls
WHERE name = 'kernel.randomize_va_space' AND current_value = '2';`,
    critical: false,
    topics: ["hardening"],
    controls: ["cis-v8:10.5", "iso-27001:A.8.9"],
  },
  {
    id: "linux-ptrace-restricted",
    name: "Programs cannot read each other's memory (Linux)",
    platforms,
    description:
      "One program of a person that was broken into must not take passwords out of the browser.",
    resolution: `\`\`\`
echo "kernel.yama.ptrace_scope = 1" | sudo tee /etc/sysctl.d/60-ptrace.conf
sudo sysctl --system
\`\`\`

Debuggers go on to work on what they start themselves.`,
    query: `SELECT 1 FROM system_controls
WHERE name = 'kernel.yama.ptrace_scope' AND CAST(current_value AS integer) >= 1;`,
    critical: false,
    topics: ["hardening"],
    controls: ["iso-27001:A.8.9"],
  },
  {
    id: "linux-no-dumps-of-privileged-programs",
    name: "Privileged programs leave no memory dumps (Linux)",
    platforms,
    description: "A dump of a program that runs as root may hold passwords and keys.",
    resolution: `\`\`\`
echo "fs.suid_dumpable = 0" | sudo tee /etc/sysctl.d/60-dumps.conf
sudo sysctl --system
\`\`\`

On Ubuntu remove \`apport\` as well, which sets it back.`,
    query: `SELECT 1 FROM system_controls
WHERE name = 'fs.suid_dumpable' AND current_value = '0';`,
    critical: false,
    topics: ["hardening"],
    controls: ["iso-27001:A.8.9"],
  },
  {
    id: "linux-redirects-ignored",
    name: "Strangers cannot redirect the network (Linux)",
    platforms,
    description:
      "ICMP redirects let a machine nearby lead this one's traffic through itself. Nobody needs them.",
    resolution: `\`\`\`
printf "net.ipv4.conf.all.accept_redirects = 0\\nnet.ipv6.conf.all.accept_redirects = 0\\n" | sudo tee /etc/sysctl.d/60-redirects.conf
sudo sysctl --system
\`\`\``,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM system_controls
  WHERE name IN ('net.ipv4.conf.all.accept_redirects', 'net.ipv6.conf.all.accept_redirects')
    AND current_value <> '0'
);`,
    critical: false,
    topics: ["hardening", "firewall"],
    controls: ["iso-27001:A.8.20"],
  },
  {
    id: "linux-syncookies-on",
    name: "Floods of connections are withstood (Linux)",
    platforms,
    description:
      "SYN cookies keep services reachable while somebody opens connections by the million.",
    resolution: `\`\`\`
echo "net.ipv4.tcp_syncookies = 1" | sudo tee /etc/sysctl.d/60-syncookies.conf
sudo sysctl --system
\`\`\``,
    query: `SELECT 1 FROM system_controls
WHERE name = 'net.ipv4.tcp_syncookies' AND current_value = '1';`,
    critical: false,
    topics: ["hardening"],
    controls: ["iso-27001:A.8.20"],
  },
  {
    id: "linux-malware-scanner-running",
    name: "A malware scanner is running (Linux)",
    platforms,
    description:
      "Knows the services of ClamAV, Microsoft Defender, CrowdStrike, SentinelOne, Sophos, ESET and Trend Micro.",
    resolution: `If your company has a scanner for Linux, install that one. Otherwise, on Ubuntu and Debian:

\`\`\`
sudo apt install clamav-daemon && sudo systemctl enable --now clamav-daemon
\`\`\``,
    query: `SELECT 1 FROM systemd_units
WHERE active_state = 'active' AND id IN (
  'clamav-daemon.service', 'clamd@scan.service', 'mdatp.service', 'falcon-sensor.service',
  'sentinelone.service', 'sophos-spl.service', 'eea.service', 'ds_agent.service'
);`,
    critical: false,
    topics: ["malware"],
    controls: ["cis-v8:10.1", "iso-27001:A.8.7"],
  },
  {
    id: "linux-nothing-runs-from-temporary-folders",
    name: "No program runs from a temporary folder (Linux)",
    platforms,
    description:
      "Malware likes to start from folders that anybody may write to. Installers do for a moment, so one fail alone is no alarm.",
    resolution: `1. Run \`sudo ls -l /proc/*/exe 2>/dev/null | grep -E "/tmp/|/dev/shm/"\` to see what runs there.
2. If you did not start it, do not end it: disconnect from the network and tell IT.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM processes
  WHERE path LIKE '/tmp/%' OR path LIKE '/var/tmp/%' OR path LIKE '/dev/shm/%'
);`,
    critical: false,
    topics: ["malware"],
    controls: ["iso-27001:A.8.7"],
  },
  {
    id: "linux-cron-not-from-temporary-folders",
    name: "No scheduled task runs from a temporary folder (Linux)",
    platforms,
    description: "Malware makes cron start it again; honest programs do not live in /tmp.",
    resolution: `1. Run \`sudo grep -rE "/tmp/|/dev/shm/" /etc/cron* /var/spool/cron\`.
2. If you did not write the line that you find, leave it and tell IT.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM crontab
  WHERE command LIKE '/tmp/%' OR command LIKE '/var/tmp/%' OR command LIKE '/dev/shm/%'
     OR command LIKE '% /tmp/%' OR command LIKE '% /var/tmp/%' OR command LIKE '% /dev/shm/%'
);`,
    critical: false,
    topics: ["malware"],
    controls: ["iso-27001:A.8.7"],
  },
  {
    id: "linux-docker-not-on-network",
    name: "Docker takes no commands from the network (Linux)",
    platforms,
    description: "Whoever reaches Docker's port 2375 is root on this machine, without a password.",
    resolution: `1. Remove \`tcp://\` addresses from \`hosts\` in \`/etc/docker/daemon.json\` and \`-H tcp://…\` from \`systemctl cat docker\`.
2. Run \`sudo systemctl daemon-reload && sudo systemctl restart docker\`.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM listening_ports
  WHERE port = 2375 AND address NOT LIKE '127.%' AND address <> '::1'
);`,
    critical: true,
    topics: ["remote-access"],
    controls: ["iso-27001:A.8.21"],
  },
];
