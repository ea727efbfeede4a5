import type { PolicyTemplate } from "./template.ts";

const platforms = ["windows"] as const;

/** Windows: updates, logs, browsers, and what listens to the network. */
export const windowsSystem: readonly PolicyTemplate[] = [
  {
    id: "windows-supported",
    name: "Windows still gets security fixes",
    platforms,
    description:
      "Goes by Microsoft's end dates for Windows 10 and 11, Home and Pro, or Enterprise and Education. Newer releases, Server and LTSC pass; paid extended updates are not seen.",
    resolution: `1. Save your work and plug the computer in.
2. Open **Settings > Windows Update** and choose **Check for updates**.
3. Choose **Download and install** beside the newest version of Windows.

If no new version is offered, this computer is too old for one: ask IT for another.`,
    query: `WITH servicing(build, pro_ends, enterprise_ends) AS (VALUES
  (19045, '2025-10-14', '2025-10-14'),
  (22621, '2024-10-08', '2025-10-14'),
  (22631, '2025-11-11', '2026-11-10'),
  (26100, '2026-10-13', '2027-10-12'),
  (26200, '2027-10-12', '2028-10-10')
)
SELECT 1 FROM os_version CROSS JOIN time
LEFT JOIN servicing ON servicing.build = CAST(os_version.build AS integer)
WHERE os_version.name LIKE '%Server%' OR os_version.name LIKE '%LTSC%'
   OR CAST(os_version.build AS integer) > 26200
   OR date(time.unix_time, 'unixepoch') <= CASE
        WHEN os_version.name LIKE '%Enterprise%' OR os_version.name LIKE '%Education%'
        THEN servicing.enterprise_ends ELSE servicing.pro_ends END;`,
    critical: true,
    topics: ["updates"],
    controls: ["cis-v8:2.2", "iso-27001:A.8.8"],
  },
  {
    id: "windows-updates-install",
    name: "Windows updates install themselves",
    platforms,
    description: "No policy on this computer switches automatic updates off.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU" /v NoAutoUpdate /f
\`\`\`

Then open **Settings > Windows Update** and choose **Check for updates**.`,
    query: String.raw`SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU\NoAutoUpdate'
    AND data = '1'
);`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "windows-updated-recently",
    name: "Windows was updated in the last 45 days",
    platforms,
    description:
      "Microsoft sends fixes each month. Asks for one that was installed, and not for a version that would grow old; virus signatures and the monthly cleaner do not count.",
    resolution: `1. Save your work and plug the computer in.
2. Open **Settings > Windows Update** and choose **Check for updates**.
3. Install everything and restart. If an update fails again and again, ask IT.`,
    query: `SELECT 1 FROM windows_update_history CROSS JOIN time
WHERE operation = 'Installation' AND result_code IN ('Succeeded', 'SucceededWithErrors')
  AND title LIKE '%KB%' AND title NOT LIKE '%KB2267602%' AND title NOT LIKE '%KB890830%'
  AND windows_update_history.date > time.unix_time - 45 * 86400
LIMIT 1;`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "windows-update-service",
    name: "The Windows Update service can run",
    platforms,
    description:
      "Some tools disable the service to keep updates away, and security fixes with them.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
Set-Service wuauserv -StartupType Manual
Start-Service wuauserv
\`\`\``,
    query: "SELECT 1 FROM services WHERE name = 'wuauserv' AND start_type <> 'DISABLED';",
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "windows-browsers-update",
    name: "Chrome and Edge may update themselves (Windows)",
    platforms,
    description: "Browsers meet the whole internet; an old one is the easiest way in.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg delete "HKLM\\SOFTWARE\\Policies\\Google\\Update" /v UpdateDefault /f
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\EdgeUpdate" /v UpdateDefault /f
\`\`\`

Then open the browser's **Help > About** and let it update. An "unable to find" is fine.`,
    query: String.raw`SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE path IN (
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Update\UpdateDefault',
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\EdgeUpdate\UpdateDefault'
  ) AND data = '0'
);`,
    critical: false,
    topics: ["browser", "updates"],
    controls: ["cis-v8:7.4", "cis-v8:9.1", "iso-27001:A.8.8"],
  },
  {
    id: "windows-smartscreen-on",
    name: "No policy switches SmartScreen off (Windows)",
    platforms,
    description: "SmartScreen warns of downloads and sites that are known to be bad.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System" /v EnableSmartScreen /f
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Edge" /v SmartScreenEnabled /f
\`\`\`

An "unable to find" is fine. Then look at **Windows Security > App & browser control**.`,
    query: String.raw`SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE path IN (
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\System\EnableSmartScreen',
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Edge\SmartScreenEnabled'
  ) AND data = '0'
);`,
    critical: false,
    topics: ["browser", "malware"],
    controls: ["iso-27001:A.8.7"],
  },
  {
    id: "windows-remote-desktop-off",
    name: "Remote Desktop is off (Windows)",
    platforms,
    description:
      "A computer on a desk is used from its own keyboard, so Remote Desktop is a door without a use. Often the way in of ransomware.",
    resolution: `1. Open **Settings > System > Remote Desktop**.
2. Switch **Remote Desktop** off.`,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server\fDenyTSConnections'
  AND data = '1';`,
    critical: false,
    topics: ["remote-access"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "windows-remote-desktop-nla",
    name: "Remote Desktop asks who is there first (Windows)",
    platforms,
    description:
      "Where Remote Desktop is on, network level authentication asks for a password before it shows anything.",
    resolution: `1. Open **Settings > System > Remote Desktop**.
2. Open the details of **Remote Desktop** and choose **Require devices to use Network Level Authentication**.

If you do not use Remote Desktop, switch it off.`,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server\fDenyTSConnections'
  AND data = '1'
UNION
SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp\UserAuthentication'
  AND data = '1';`,
    critical: true,
    topics: ["remote-access"],
    controls: ["iso-27001:A.8.5"],
  },
  {
    id: "windows-smb1-off",
    name: "SMB 1 is off (Windows)",
    platforms,
    description:
      "The oldest way of sharing files has holes that worms such as WannaCry came through.",
    resolution: `Open **Terminal (Admin)**, run this and restart:

\`\`\`
Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol -NoRestart
\`\`\``,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM windows_optional_features WHERE name LIKE 'SMB1Protocol%' AND state = 1
);`,
    critical: true,
    topics: ["sharing", "hardening"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.21"],
  },
  {
    id: "windows-no-shared-folders",
    name: "No folder is shared from the computer (Windows)",
    platforms,
    description:
      "Files are shared where access is managed. Windows' own hidden shares do not count.",
    resolution: `1. Press **Windows-R**, type \`fsmgmt.msc\` and press Enter.
2. Open **Shares**.
3. Right-click each share and choose **Stop Sharing**. Leave **ADMIN$**, **IPC$**, **print$** and drives such as **C$**.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM shared_resources WHERE type = 0 AND name <> 'print$'
);`,
    critical: false,
    topics: ["sharing"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.3"],
  },
  {
    id: "windows-llmnr-off",
    name: "Names are not asked of the whole network (Windows)",
    platforms,
    description:
      "With LLMNR on, any computer nearby may answer for a server that was not found, and is then sent the password's hash.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg add "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient" /v EnableMulticast /t REG_DWORD /d 0 /f
\`\`\``,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\EnableMulticast'
  AND data = '0';`,
    critical: false,
    topics: ["hardening"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.20"],
  },
  {
    id: "windows-powershell-logged",
    name: "What PowerShell runs is logged (Windows)",
    platforms,
    description: "After a break-in, the log says what was done. Attackers use PowerShell most.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg add "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging" /v EnableScriptBlockLogging /t REG_DWORD /d 1 /f
\`\`\``,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging\EnableScriptBlockLogging'
  AND data = '1';`,
    critical: false,
    topics: ["logging"],
    controls: ["cis-v8:8.8", "iso-27001:A.8.15"],
  },
  {
    id: "windows-powershell2-off",
    name: "PowerShell 2 is off (Windows)",
    platforms,
    description: "The old version keeps no log and asks no antivirus, so attackers start that one.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
Disable-WindowsOptionalFeature -Online -FeatureName MicrosoftWindowsPowerShellV2Root -NoRestart
\`\`\``,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM windows_optional_features
  WHERE name LIKE 'MicrosoftWindowsPowerShellV2%' AND state = 1
);`,
    critical: false,
    topics: ["hardening", "logging"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "windows-clock-synchronised",
    name: "The clock sets itself (Windows)",
    platforms,
    description:
      "With a wrong clock, certificates and sign-ins fail, and logs of several computers cannot be compared.",
    resolution: `1. Open **Settings > Time & language > Date & time**.
2. Switch **Set time automatically** on and choose **Sync now**.`,
    query: String.raw`SELECT 1 FROM services
WHERE name = 'W32Time' AND start_type <> 'DISABLED'
  AND NOT EXISTS (
    SELECT 1 FROM registry
    WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\W32Time\Parameters\Type'
      AND data = 'NoSync'
  );`,
    critical: false,
    topics: ["logging"],
    controls: ["cis-v8:8.4", "iso-27001:A.8.17"],
  },
];
