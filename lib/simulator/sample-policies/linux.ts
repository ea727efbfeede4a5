import type { SamplePolicy } from "./sample-policy.ts";

export const linuxPolicies: SamplePolicy[] = [
  {
    name: "Root disk is encrypted (Linux)",
    query: `SELECT 1 FROM mounts
JOIN disk_encryption ON disk_encryption.name = mounts.device_alias
WHERE mounts.path = '/' AND disk_encryption.encrypted = 1;`,
    description: "The disk cannot be read without a passphrase when the machine is lost or stolen.",
    resolution: `A running system cannot be encrypted in place. Save your files, install again and choose **Encrypt the disk (LUKS)** in the installer.

Ask IT for help before you begin.`,
    platform: "linux",
    critical: true,
  },
  {
    name: "Root cannot log in over SSH (Linux)",
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM augeas
  WHERE path = '/etc/ssh/sshd_config' AND label = 'PermitRootLogin' AND value = 'yes'
);`,
    description: "Administrators come in under their own name, so that the log says who did what.",
    resolution: `Set this in \`/etc/ssh/sshd_config\`:

\`\`\`
PermitRootLogin no
\`\`\`

Then run \`sudo systemctl reload ssh\` (on Red Hat systems \`sshd\`).`,
    platform: "linux",
    critical: true,
  },
  {
    name: "Firewall is on (Linux)",
    query: `SELECT 1 FROM systemd_units
WHERE id IN ('ufw.service', 'firewalld.service', 'nftables.service')
  AND active_state = 'active';`,
    description: "Services on this machine do not take connections that nobody allowed.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt install ufw && sudo ufw allow OpenSSH && sudo ufw enable
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo systemctl enable --now firewalld
\`\`\``,
    platform: "linux",
    critical: false,
  },
  {
    name: "Security updates install themselves (Linux)",
    query: `SELECT 1 FROM systemd_units
WHERE id IN ('unattended-upgrades.service', 'dnf-automatic.timer', 'dnf-automatic-install.timer')
  AND active_state = 'active';`,
    description: "Security fixes arrive without anybody having to think of them.",
    resolution: `On Ubuntu and Debian:

\`\`\`
sudo apt install unattended-upgrades && sudo dpkg-reconfigure -plow unattended-upgrades
\`\`\`

On Fedora, RHEL and Rocky:

\`\`\`
sudo dnf install dnf-automatic && sudo systemctl enable --now dnf-automatic.timer
\`\`\``,
    platform: "linux",
    critical: false,
  },
];
