import type { SamplePolicy } from "./sample-policy.ts";

/** They read only tables that every platform of their scope has. */
export const sharedPolicies: SamplePolicy[] = [
  {
    name: "Operating system still gets security fixes",
    query: `SELECT 1 FROM os_version
WHERE (platform = 'darwin' AND major >= 15)
   OR (platform = 'windows' AND CAST(build AS integer) >= 22631)
   OR (platform = 'ubuntu' AND major >= 22)
   OR (platform = 'debian' AND major >= 12)
   OR (name LIKE 'Fedora%' AND major >= 42)
   OR (platform IN ('rhel', 'rocky') AND name NOT LIKE 'Fedora%'
       AND (major >= 9 OR (major = 8 AND minor >= 10)));`,
    description: "The version of the operating system is one that its maker still patches.",
    resolution: `Save your work and plug the machine in, then:

- **macOS**: System Settings > General > Software Update > **Upgrade Now**
- **Windows**: Settings > Windows Update > **Check for updates**
- **Linux**: ask IT which release to move to`,
    platform: "darwin,windows,linux",
    critical: true,
  },
  {
    name: "SSH keys have a passphrase",
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM users JOIN user_ssh_keys USING (uid) WHERE encrypted = 0
);`,
    description: "A copied private key is of no use to whoever copied it.",
    resolution: `Give each key in \`~/.ssh\` a passphrase:

\`\`\`
ssh-keygen -p -f ~/.ssh/id_ed25519
\`\`\``,
    platform: "darwin,linux",
    critical: false,
  },
];
