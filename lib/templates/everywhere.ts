import type { PolicyTemplate } from "./template.ts";

/** They read only tables that every system of their scope has. */
export const everywhere: readonly PolicyTemplate[] = [
  {
    id: "ssh-keys-have-passphrase",
    name: "SSH keys have a passphrase",
    platforms: ["darwin", "linux"],
    description: "A copied private key is of no use to whoever copied it.",
    resolution: `Give each key in \`~/.ssh\` a passphrase:

\`\`\`
ssh-keygen -p -f ~/.ssh/id_ed25519
\`\`\``,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM users CROSS JOIN user_ssh_keys USING (uid) WHERE encrypted = 0
);`,
    critical: false,
    topics: ["ssh"],
    controls: ["iso-27001:A.5.17", "iso-27001:A.8.24"],
  },
  {
    id: "ssh-keys-strong",
    name: "SSH keys are strong",
    platforms: ["darwin", "windows", "linux"],
    description: "DSA keys and RSA keys under 3072 bits are no longer safe for years to come.",
    resolution: `1. Make a new key: \`ssh-keygen -t ed25519\`.
2. Put \`~/.ssh/id_ed25519.pub\` where the old key was known, such as GitHub or servers.
3. When everything works, delete the old key.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM users CROSS JOIN user_ssh_keys USING (uid)
  WHERE key_type = 'dsa' OR (key_type = 'rsa' AND key_length BETWEEN 1 AND 3071)
);`,
    critical: false,
    topics: ["ssh"],
    controls: ["iso-27001:A.8.24"],
  },
  {
    id: "browser-extensions-from-store",
    name: "Browser extensions come from the store",
    platforms: ["darwin", "windows", "linux"],
    description:
      "Extensions read what people read. Those loaded from a folder were looked at by nobody. About Chrome, Edge, Brave and their kin.",
    resolution: `1. Open \`chrome://extensions\` (in Edge \`edge://extensions\`).
2. Remove extensions that you loaded yourself or that you do not know.
3. Switch **Developer mode** off.`,
    // State 1 is enabled; extensions that a person has switched off do nothing.
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM users CROSS JOIN chrome_extensions USING (uid)
  WHERE from_webstore = 'false' AND state = '1'
);`,
    critical: false,
    topics: ["browser", "malware"],
    controls: ["cis-v8:9.4", "iso-27001:A.8.19"],
  },
  {
    id: "browser-extensions-not-everywhere",
    name: "No browser extension steers other programs",
    platforms: ["darwin", "windows", "linux"],
    description:
      "With the permissions debugger or nativeMessaging an extension reaches beyond the page, into other tabs and programs. Password managers need the latter: exempt them by changing the list.",
    resolution: `1. Open \`chrome://extensions\` (in Edge \`edge://extensions\`).
2. Choose **Details** of each extension and read its permissions.
3. Remove what may **debug** or **communicate with cooperating native applications** and is not your company's password manager.`,
    // 1Password, Bitwarden, Dashlane, LastPass.
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM users CROSS JOIN chrome_extensions USING (uid)
  WHERE state = '1' AND (permissions LIKE '%debugger%' OR permissions LIKE '%nativeMessaging%')
    AND identifier NOT IN (
      'aeblfdkhhhdcdjpifhhbdiojplfjncoa', 'nngceckbapebfimnlniiiahkandclblb',
      'fdjamakpfbbddfjaooikfcpapjohcfmg', 'hdokiejnpimakedhajhdlcegeplioahd'
    )
);`,
    critical: false,
    topics: ["browser"],
    controls: ["cis-v8:9.4", "iso-27001:A.8.19"],
  },
  {
    id: "restarted-recently",
    name: "Restarted in the last 30 days",
    platforms: ["darwin", "windows", "linux"],
    description:
      "Many fixes protect only after a restart, and programs that hang are gone with it.",
    resolution: "Save your work and restart the computer. Closing the lid is not a restart.",
    query: "SELECT 1 FROM uptime WHERE total_seconds < 30 * 86400;",
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "no-plain-text-services",
    name: "No telnet, FTP or rsh answers on the network",
    platforms: ["darwin", "windows", "linux"],
    description: "These send passwords over the network for everybody to read. SSH does all of it.",
    resolution: `1. Find the program: \`sudo lsof -iTCP -sTCP:LISTEN -P\` on macOS and Linux, \`netstat -abn\` in **Terminal (Admin)** on Windows. Look for port 21, 23, 512, 513 or 514.
2. Stop it and remove it. Ask IT if you do not know it.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM listening_ports
  WHERE protocol = 6 AND port IN (21, 23, 512, 513, 514)
    AND address NOT LIKE '127.%' AND address <> '::1'
);`,
    critical: true,
    topics: ["remote-access"],
    controls: ["cis-v8:4.6", "cis-v8:4.8", "iso-27001:A.8.21"],
  },
  {
    id: "no-database-on-network",
    name: "No database answers on the network",
    platforms: ["darwin", "windows", "linux"],
    description:
      "Databases for trying things out often have no password, and hold copies of real data. For computers that people work on, not for servers.",
    resolution: `Make the database listen on this computer alone: \`bind-address = 127.0.0.1\` (MySQL), \`listen_addresses = 'localhost'\` (PostgreSQL), \`bind 127.0.0.1\` (Redis), \`bindIp: 127.0.0.1\` (MongoDB), \`network.host: 127.0.0.1\` (Elasticsearch). Then restart it.

In Docker, write \`-p 127.0.0.1:5432:5432\` in place of \`-p 5432:5432\`.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM listening_ports
  WHERE protocol = 6 AND port IN (1433, 3306, 5432, 6379, 9200, 11211, 27017)
    AND address NOT LIKE '127.%' AND address <> '::1'
);`,
    critical: false,
    topics: ["remote-access", "sharing"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.20"],
  },
  {
    id: "hosts-file-clean",
    name: "The hosts file leads no update astray",
    platforms: ["darwin", "windows", "linux"],
    description:
      "Malware and cracked programs write into the hosts file to keep updates and antivirus from their makers.",
    resolution: `1. Open \`/etc/hosts\` (on Windows \`C:\\Windows\\System32\\drivers\\etc\\hosts\`) as an administrator.
2. Remove lines that name Microsoft, Apple, Ubuntu, Debian, Fedora, Mozilla, Google or an antivirus maker.
3. If you did not write them, tell IT.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM etc_hosts
  WHERE hostnames LIKE '%windowsupdate.com%' OR hostnames LIKE '%update.microsoft.com%'
     OR hostnames LIKE '%wdcp.microsoft.com%' OR hostnames LIKE '%swscan.apple.com%'
     OR hostnames LIKE '%swcdn.apple.com%' OR hostnames LIKE '%xp.apple.com%'
     OR hostnames LIKE '%security.ubuntu.com%' OR hostnames LIKE '%security.debian.org%'
     OR hostnames LIKE '%fedoraproject.org%' OR hostnames LIKE '%clamav.net%'
     OR hostnames LIKE '%update.googleapis.com%' OR hostnames LIKE '%aus5.mozilla.org%'
);`,
    critical: false,
    topics: ["malware"],
    controls: ["iso-27001:A.8.7"],
  },
];
