import type { PolicyTemplate } from "./template.ts";

const platforms = ["windows"] as const;

/** Windows: who may use the computer, and with which rights. */
export const windowsPeople: readonly PolicyTemplate[] = [
  {
    id: "windows-screen-locks",
    name: "Screen locks after 15 minutes (Windows)",
    platforms,
    description: "A computer that was left alone asks for a password, whatever the person has set.",
    resolution: `Open **Terminal (Admin)**, run this and restart:

\`\`\`
reg add "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System" /v InactivityTimeoutSecs /t REG_DWORD /d 900 /f
\`\`\``,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs'
  AND CAST(data AS integer) BETWEEN 1 AND 900;`,
    critical: false,
    topics: ["screen-lock"],
    controls: ["cis-v8:4.3", "iso-27001:A.7.7"],
  },
  {
    id: "windows-uac-on",
    name: "Windows asks before a program becomes administrator",
    platforms,
    description:
      "Without User Account Control, each program an administrator starts may do anything.",
    resolution: `1. Search for **Change User Account Control settings** in the Start menu.
2. Move the slider at least to **Notify me only when apps try to make changes**.
3. Restart the computer.`,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\EnableLUA'
  AND data = '1'
  AND NOT EXISTS (
    SELECT 1 FROM registry
    WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\ConsentPromptBehaviorAdmin'
      AND data = '0'
  );`,
    critical: true,
    topics: ["accounts", "hardening"],
    controls: ["iso-27001:A.8.2", "iso-27001:A.8.18"],
  },
  {
    id: "windows-no-automatic-sign-in",
    name: "Nobody is signed in automatically (Windows)",
    platforms,
    description:
      "Whoever switches the computer on must know a password; automatic sign-in keeps it in the registry as well.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg add "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon" /v AutoAdminLogon /t REG_SZ /d 0 /f
reg delete "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon" /v DefaultPassword /f
\`\`\`

Then change your password.`,
    query: String.raw`SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\AutoAdminLogon'
    AND data = '1'
);`,
    critical: true,
    topics: ["accounts"],
    controls: ["iso-27001:A.8.5"],
  },
  {
    id: "windows-guest-off",
    name: "The guest account is off (Windows)",
    platforms,
    description: "Everybody who uses the computer has a name and a password.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
Get-LocalUser | Where-Object SID -Like "*-501" | Disable-LocalUser
\`\`\``,
    query: "SELECT 1 FROM security_profile_info WHERE enable_guest_account = 0;",
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:4.7", "iso-27001:A.8.5"],
  },
  {
    id: "windows-administrator-off",
    name: "The built-in Administrator is off (Windows)",
    platforms,
    description:
      "Its name is known to everybody and it is never locked out, so passwords can be tried on it for ever.",
    resolution: `Make sure that you can sign in as another administrator. Then open **Terminal (Admin)** and run:

\`\`\`
Get-LocalUser | Where-Object SID -Like "*-500" | Disable-LocalUser
\`\`\``,
    query: "SELECT 1 FROM security_profile_info WHERE enable_admin_account = 0;",
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:4.7", "iso-27001:A.8.2"],
  },
  {
    id: "windows-everyday-account",
    name: "The person at the computer is not an administrator (Windows)",
    platforms,
    description:
      "Malware may do what the person may do. With an everyday account it cannot change the system. Sees local accounts and local groups.",
    resolution: `1. Open **Settings > Accounts > Other users** and add an account of the type **Administrator**.
2. Sign in with it.
3. Choose your own account there, then **Change account type > Standard User**.

From then on type the administrator's name and password when Windows asks for them.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM logged_in_users
  JOIN users ON users.uuid = logged_in_users.sid
  JOIN user_groups ON user_groups.uid = users.uid
  WHERE user_groups.gid = 544
);`,
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:5.4", "iso-27001:A.8.2"],
  },
  {
    id: "windows-password-length",
    name: "Passwords have 14 characters or more (Windows)",
    platforms,
    description: "Windows refuses new passwords that are easily tried out.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
net accounts /minpwlen:14
\`\`\`

Your password stays as it is until you change it.`,
    query: "SELECT 1 FROM security_profile_info WHERE minimum_password_length >= 14;",
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:5.2", "iso-27001:A.5.17"],
  },
  {
    id: "windows-account-lockout",
    name: "Ten wrong passwords lock an account (Windows)",
    platforms,
    description: "Passwords cannot be tried out one after the other.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
net accounts /lockoutthreshold:10
\`\`\``,
    query: "SELECT 1 FROM security_profile_info WHERE lockout_bad_count BETWEEN 1 AND 10;",
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:4.10", "iso-27001:A.8.5"],
  },
  {
    id: "windows-passwords-not-readable",
    name: "Windows keeps no readable passwords",
    platforms,
    description:
      "WDigest keeps passwords in memory as they were typed, and reversible encryption keeps them on disk: both are read out after a break-in.",
    resolution: `Open **Terminal (Admin)**, run this and sign in anew:

\`\`\`
reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest" /v UseLogonCredential /t REG_DWORD /d 0 /f
\`\`\`

If it still fails: **Local Security Policy > Account Policies > Password Policy**, disable **Store passwords using reversible encryption**.`,
    query: String.raw`SELECT 1 FROM security_profile_info
WHERE clear_text_password = 0
  AND NOT EXISTS (
    SELECT 1 FROM registry
    WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest\UseLogonCredential'
      AND data = '1'
  );`,
    critical: false,
    topics: ["accounts", "hardening"],
    controls: ["iso-27001:A.5.17"],
  },
  {
    id: "windows-lsa-protected",
    name: "Programs cannot read sign-ins from memory (Windows)",
    platforms,
    description:
      "LSA protection keeps tools from taking passwords and tickets out of the memory of Windows.",
    resolution: `1. Open **Windows Security > Device security > Core isolation details**.
2. Switch **Local Security Authority protection** on.
3. Restart the computer.`,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa\RunAsPPL'
  AND data IN ('1', '2');`,
    critical: false,
    topics: ["accounts", "hardening"],
    controls: ["iso-27001:A.5.17"],
  },
];
