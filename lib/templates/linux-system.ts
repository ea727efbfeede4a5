import type { PolicyTemplate } from "./template.ts";

const platforms = ["linux"] as const;

/** Linux: updates, logs, and software that should not be there. */
export const linuxSystem: readonly PolicyTemplate[] = [
  {
    id: "linux-supported",
    name: "The Linux release still gets security fixes",
    platforms,
    description:
      "Goes by the end dates of Ubuntu LTS, Debian (with LTS), RHEL, Rocky, Alma, Oracle and CentOS, and by Fedora's calendar. Distributions that it does not know pass.",
    resolution: `Save your files first; it takes an hour or two.

- **Ubuntu:** \`sudo do-release-upgrade\`
- **Fedora:** \`sudo dnf system-upgrade\`
- **Debian, RHEL, Rocky and others:** ask IT which release to move to`,
    // "Everything below this release is without fixes since then." Fedora's releases come each spring
    // and autumn, and one is kept until a month after its next but one.
    query: `WITH unpatched(distribution, below, since) AS (VALUES
  ('ubuntu', 20, '2023-06-01'), ('ubuntu', 22, '2025-06-01'),
  ('ubuntu', 24, '2027-06-01'), ('ubuntu', 26, '2029-06-01'),
  ('debian', 11, '2024-07-01'), ('debian', 12, '2026-09-01'), ('debian', 13, '2028-07-01'),
  ('rhel', 8, '2024-07-01'), ('rhel', 9, '2029-06-01'), ('rhel', 10, '2032-06-01'),
  ('centos', 9, '2024-06-01'), ('centos', 10, '2027-06-01')
), running AS (
  SELECT major, minor, CASE
    WHEN name LIKE 'Fedora%' THEN 'fedora'
    WHEN name LIKE 'CentOS%' THEN 'centos'
    WHEN platform IN ('rocky', 'almalinux', 'ol') THEN 'rhel'
    ELSE platform END AS distribution,
    platform IN ('rocky', 'almalinux') AS newest_minor_only
  FROM os_version
)
SELECT 1 FROM running CROSS JOIN time
WHERE NOT EXISTS (
  SELECT 1 FROM unpatched
  WHERE unpatched.distribution = running.distribution AND running.major < unpatched.below
    AND date(time.unix_time, 'unixepoch') >= unpatched.since
) AND NOT (newest_minor_only AND running.major = 8 AND running.minor < 10)
  AND NOT (running.distribution = 'fedora' AND running.major < 41 + 2 * (time.year - 2025)
    + CASE WHEN time.month >= 12 THEN 1 WHEN time.month >= 6 THEN 0 ELSE -1 END);`,
    critical: true,
    topics: ["updates"],
    controls: ["cis-v8:2.2", "iso-27001:A.8.8"],
  },
  {
    id: "linux-updates-install",
    name: "Security updates install themselves (Linux)",
    platforms,
    description: "Security fixes arrive without anybody having to think of them.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt install unattended-upgrades && sudo dpkg-reconfigure -plow unattended-upgrades
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo dnf install dnf-automatic && sudo systemctl enable --now dnf-automatic-install.timer
\`\`\``,
    query: `SELECT 1 FROM systemd_units
WHERE id IN ('unattended-upgrades.service', 'dnf-automatic.timer', 'dnf-automatic-install.timer',
             'dnf5-automatic.timer')
  AND active_state = 'active';`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "linux-updated-recently",
    name: "Software was updated in the last 45 days (Linux)",
    platforms,
    description:
      "Looks at when the list of installed packages last changed, by apt or dnf, and at no version that would grow old.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt update && sudo apt upgrade
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo dnf upgrade
\`\`\``,
    query: `SELECT 1 FROM file CROSS JOIN time
WHERE file.path IN ('/var/lib/dpkg/status', '/var/lib/rpm/rpmdb.sqlite', '/var/lib/rpm/Packages',
                    '/usr/lib/sysimage/rpm/rpmdb.sqlite')
  AND file.mtime > time.unix_time - 45 * 86400;`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "linux-no-restart-waiting",
    name: "No update waits for a restart (Linux)",
    platforms,
    description:
      "A new kernel protects only after a restart. Ubuntu and Debian leave a note when one is due; elsewhere this passes.",
    resolution: "Save your work and restart the machine: `sudo reboot`.",
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM file WHERE path IN ('/run/reboot-required', '/var/run/reboot-required')
);`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "linux-packages-signed",
    name: "Packages are checked before they are installed (Linux)",
    platforms,
    description:
      "Each enabled source of packages checks signatures, so that nobody on the way can slip in others. About Fedora, RHEL and their kin; passes elsewhere.",
    resolution: `1. Run \`grep -rE "gpgcheck *= *0" /etc/yum.repos.d\`.
2. Set \`gpgcheck=1\` in each file that comes, and remove sources that cannot sign.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM yum_sources
  WHERE lower(enabled) NOT IN ('0', 'false', 'no') AND lower(gpgcheck) IN ('0', 'false', 'no')
);`,
    critical: false,
    topics: ["updates", "malware"],
    controls: ["iso-27001:A.8.19"],
  },
  {
    id: "linux-no-plain-text-services",
    name: "No telnet, rsh or FTP server is installed (Linux)",
    platforms,
    description: "These send passwords over the network for everybody to read. SSH does all of it.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt purge telnetd telnetd-ssl inetutils-telnetd rsh-server rsh-redone-server vsftpd proftpd-basic tftpd-hpa
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo dnf remove telnet-server rsh-server vsftpd tftp-server
\`\`\``,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM deb_packages
  WHERE status = 'install ok installed' AND name IN (
    'telnetd', 'telnetd-ssl', 'inetutils-telnetd', 'rsh-server', 'rsh-redone-server',
    'vsftpd', 'proftpd-basic', 'tftpd-hpa'
  )
) AND NOT EXISTS (
  SELECT 1 FROM rpm_packages
  WHERE name IN ('telnet-server', 'rsh-server', 'vsftpd', 'tftp-server')
);`,
    critical: false,
    topics: ["remote-access", "hardening"],
    controls: ["cis-v8:4.6", "cis-v8:4.8", "iso-27001:A.8.21"],
  },
  {
    id: "linux-audit-running",
    name: "The audit log is written (Linux)",
    platforms,
    description: "After a break-in, the log says what was done and by whom.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt install auditd && sudo systemctl enable --now auditd
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo dnf install audit && sudo systemctl enable --now auditd
\`\`\``,
    query: "SELECT 1 FROM systemd_units WHERE id = 'auditd.service' AND active_state = 'active';",
    critical: false,
    topics: ["logging"],
    controls: ["cis-v8:8.2", "iso-27001:A.8.15"],
  },
  {
    id: "linux-clock-synchronised",
    name: "The clock sets itself (Linux)",
    platforms,
    description:
      "With a wrong clock, certificates and sign-ins fail, and logs of several computers cannot be compared.",
    resolution: `\`\`\`
sudo timedatectl set-ntp true
\`\`\`

If that says that NTP is not supported, install \`chrony\` with your package manager.`,
    query: `SELECT 1 FROM systemd_units
WHERE active_state = 'active' AND id IN (
  'systemd-timesyncd.service', 'chronyd.service', 'chrony.service', 'ntpd.service',
  'ntp.service', 'ntpsec.service', 'openntpd.service'
);`,
    critical: false,
    topics: ["logging"],
    controls: ["cis-v8:8.4", "iso-27001:A.8.17"],
  },
];
