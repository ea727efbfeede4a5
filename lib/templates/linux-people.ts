import type { PolicyTemplate } from "./template.ts";

const platforms = ["linux"] as const;

/**
 * The settings of sshd, its extra files included. CROSS JOIN keeps SQLite from reading augeas first,
 * which without a path parses every file under /etc.
 */
const sshdSettings = `(
    SELECT '/etc/ssh/sshd_config' AS config
    UNION SELECT path FROM file WHERE path LIKE '/etc/ssh/sshd_config.d/%.conf'
  ) CROSS JOIN augeas ON augeas.path = config`;

/** Linux: who may use the machine, and from where. */
export const linuxPeople: readonly PolicyTemplate[] = [
  {
    id: "linux-ssh-no-root",
    name: "Root cannot log in over SSH (Linux)",
    platforms,
    description: "Administrators come in under their own name, so that the log says who did what.",
    resolution: `Set this in \`/etc/ssh/sshd_config\`:

\`\`\`
PermitRootLogin no
\`\`\`

Then run \`sudo systemctl reload ssh\` (on Red Hat systems \`sshd\`).`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ${sshdSettings}
  WHERE lower(augeas.label) = 'permitrootlogin' AND lower(augeas.value) = 'yes'
);`,
    critical: true,
    topics: ["ssh", "remote-access", "accounts"],
    controls: ["cis-v8:5.4", "iso-27001:A.8.2"],
  },
  {
    id: "linux-ssh-keys-only",
    name: "SSH takes keys and no passwords (Linux)",
    platforms,
    description:
      "Passwords are tried out by robots day and night; keys cannot be. Passes where no SSH service runs.",
    resolution: `Make sure that you can log in with a key. Then set this in \`/etc/ssh/sshd_config\`:

\`\`\`
PasswordAuthentication no
\`\`\`

Then run \`sudo systemctl reload ssh\` (on Red Hat systems \`sshd\`). If it still fails, look into \`/etc/ssh/sshd_config.d\`.`,
    // Absent means yes to sshd, so a "no" has to be there.
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM systemd_units
  WHERE id IN ('ssh.service', 'sshd.service', 'ssh.socket', 'sshd.socket')
    AND active_state = 'active'
) OR (
  SELECT sum(lower(augeas.value) = 'no') > 0 AND sum(lower(augeas.value) <> 'no') = 0
  FROM ${sshdSettings}
  WHERE lower(augeas.label) = 'passwordauthentication'
);`,
    critical: false,
    topics: ["ssh", "remote-access"],
    controls: ["iso-27001:A.8.5"],
  },
  {
    id: "linux-ssh-no-empty-passwords",
    name: "SSH takes no empty passwords (Linux)",
    platforms,
    description: "An account without a password must not be open to the network.",
    resolution: `Remove \`PermitEmptyPasswords yes\` from \`/etc/ssh/sshd_config\` and from the files in \`/etc/ssh/sshd_config.d\`.

Then run \`sudo systemctl reload ssh\` (on Red Hat systems \`sshd\`).`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ${sshdSettings}
  WHERE lower(augeas.label) = 'permitemptypasswords' AND lower(augeas.value) = 'yes'
);`,
    critical: true,
    topics: ["ssh", "accounts"],
    controls: ["iso-27001:A.8.5"],
  },
  {
    id: "linux-no-empty-passwords",
    name: "Every account has a password or is locked (Linux)",
    platforms,
    description: "An account with an empty password is open to whoever knows its name.",
    resolution: `1. Run \`sudo awk -F: '$2 == "" {print $1}' /etc/shadow\` to see which accounts they are.
2. For each, run \`sudo passwd NAME\` to give it a password, or \`sudo passwd -l NAME\` to lock it.`,
    query: "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM shadow WHERE password_status = 'empty');",
    critical: true,
    topics: ["accounts"],
    controls: ["cis-v8:5.2", "iso-27001:A.5.17"],
  },
  {
    id: "linux-strong-password-hashes",
    name: "Passwords are stored with a strong hash (Linux)",
    platforms,
    description: "Old hashes (DES, MD5) are turned back into passwords within hours.",
    resolution: `1. Run \`grep ENCRYPT_METHOD /etc/login.defs\`: it should say \`YESCRYPT\` or \`SHA512\`.
2. Change your password with \`passwd\`, which stores it anew. Others do the same.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM shadow
  WHERE password_status = 'active' AND hash_alg NOT IN ('y', 'gy', '7', '6', '5', '2a', '2b', '2y')
);`,
    critical: false,
    topics: ["accounts"],
    controls: ["iso-27001:A.5.17", "iso-27001:A.8.24"],
  },
  {
    id: "linux-password-file-private",
    name: "Nobody can read the password file (Linux)",
    platforms,
    description: "Hashes of passwords are for root alone: others could try to turn them back.",
    resolution: `\`\`\`
sudo chmod u=rw,g=r,o= /etc/shadow && sudo chown root /etc/shadow
\`\`\``,
    query: `SELECT 1 FROM file
WHERE path = '/etc/shadow' AND uid = 0 AND mode IN ('0000', '0400', '0600', '0640');`,
    critical: false,
    topics: ["accounts", "hardening"],
    controls: ["cis-v8:3.3", "iso-27001:A.8.3"],
  },
  {
    id: "linux-only-root-is-root",
    name: "Only root has root's number (Linux)",
    platforms,
    description:
      "A second account with the number 0 is root under another name: a classic back door.",
    resolution: `1. Run \`awk -F: '$3 == 0 {print $1}' /etc/passwd\`.
2. If a name other than \`root\` comes and you do not know why, leave it and tell IT.`,
    query: "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE uid = 0 AND username <> 'root');",
    critical: true,
    topics: ["accounts", "malware"],
    controls: ["iso-27001:A.8.2"],
  },
  {
    id: "linux-root-without-keys",
    name: "No SSH key opens root (Linux)",
    platforms,
    description: "Keys in root's account let people in under a name that is nobody's.",
    resolution: `1. Give the people their own accounts, with \`sudo\` where they need it.
2. Run \`sudo rm /root/.ssh/authorized_keys\`.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM users CROSS JOIN authorized_keys ON authorized_keys.uid = users.uid
  WHERE users.uid = 0
);`,
    critical: false,
    topics: ["ssh", "remote-access", "accounts"],
    controls: ["cis-v8:5.4", "iso-27001:A.8.2"],
  },
  {
    id: "linux-sudo-asks-for-password",
    name: "sudo asks for a password (Linux)",
    platforms,
    description:
      "With NOPASSWD for everything, whatever runs as the person can become root without anybody noticing.",
    resolution: `1. Run \`sudo grep -r NOPASSWD /etc/sudoers /etc/sudoers.d\`.
2. Open the file with \`sudo visudo -f FILE\` and take \`NOPASSWD:\` out of rules that end in \`ALL\`.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM sudoers
  WHERE replace(rule_details, ' ', '') LIKE '%NOPASSWD:ALL'
);`,
    critical: false,
    topics: ["accounts"],
    controls: ["iso-27001:A.8.2", "iso-27001:A.8.18"],
  },
  {
    id: "linux-everyday-account",
    name: "The person at the machine is not an administrator (Linux)",
    platforms,
    description:
      "Malware may do what the person may do. Looks at the groups sudo, wheel, admin and docker (which is as good as root).",
    resolution: `1. Make a second account for administration: \`sudo adduser NAME-admin\` and \`sudo usermod -aG sudo NAME-admin\` (on Red Hat systems \`wheel\`).
2. Sign in with it and take your own account out: \`sudo gpasswd -d NAME sudo\`.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM logged_in_users
  JOIN users ON users.username = logged_in_users.user
  JOIN user_groups ON user_groups.uid = users.uid
  JOIN groups ON groups.gid = user_groups.gid
  WHERE logged_in_users.type = 'user' AND users.uid >= 1000
    AND groups.groupname IN ('sudo', 'wheel', 'admin', 'docker')
);`,
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:5.4", "iso-27001:A.8.2"],
  },
];
