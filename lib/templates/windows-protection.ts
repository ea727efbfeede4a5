import type { PolicyTemplate } from "./template.ts";

const platforms = ["windows"] as const;

/** Windows: disk, firewall, malware, what starts. */
export const windowsProtection: readonly PolicyTemplate[] = [
  {
    id: "windows-bitlocker-system-drive",
    name: "BitLocker protects drive C: (Windows)",
    platforms,
    description: "The disk cannot be read without a key when the computer is lost or stolen.",
    resolution: `1. Open **Settings > Privacy & security > Device encryption**, or search for **Manage BitLocker**.
2. Choose **Turn on BitLocker** for drive **C:**.
3. Save the recovery key to your work account.`,
    query: "SELECT 1 FROM bitlocker_info WHERE drive_letter = 'C:' AND protection_status = 1;",
    critical: true,
    topics: ["disk"],
    controls: ["cis-v8:3.6", "iso-27001:A.8.1", "iso-27001:A.8.24"],
  },
  {
    id: "windows-bitlocker-all-drives",
    name: "BitLocker protects every drive (Windows)",
    platforms,
    description:
      "Second disks and sticks that are plugged in hold company files too. Also asks for the system drive.",
    resolution: `1. Search for **Manage BitLocker** in the Start menu.
2. Choose **Turn on BitLocker** for each drive that says **BitLocker off**.
3. Save the recovery keys to your work account.`,
    query: `SELECT 1 WHERE EXISTS (SELECT 1 FROM bitlocker_info WHERE protection_status = 1)
  AND NOT EXISTS (
    SELECT 1 FROM bitlocker_info WHERE drive_letter <> '' AND protection_status <> 1
  );`,
    critical: false,
    topics: ["disk"],
    controls: ["cis-v8:3.6", "cis-v8:3.9", "iso-27001:A.7.10"],
  },
  {
    id: "windows-bitlocker-strong",
    name: "BitLocker uses XTS-AES on drive C: (Windows)",
    platforms,
    description:
      "Older methods, and encryption left to the disk itself, have been broken or cannot be checked.",
    resolution: `The method is chosen when encryption begins, so the drive is decrypted and encrypted again. Ask IT before you begin.

1. Search for **Manage BitLocker**, choose **Turn off BitLocker** for **C:** and wait until it is done.
2. Choose **Turn on BitLocker** and then **New encryption mode**.`,
    query: `SELECT 1 FROM bitlocker_info
WHERE drive_letter = 'C:' AND protection_status = 1 AND encryption_method LIKE 'XTS%AES%';`,
    critical: false,
    topics: ["disk"],
    controls: ["iso-27001:A.8.24"],
  },
  {
    id: "windows-firewall-on",
    name: "Firewall is on (Windows)",
    platforms,
    description:
      "Programs on this computer do not take connections that nobody allowed. Windows Server has no Security Center to ask: see the check of all networks.",
    resolution: `1. Open **Windows Security > Firewall & network protection**.
2. Turn the firewall on for **Domain**, **Private** and **Public** networks.`,
    query: "SELECT 1 FROM windows_security_center WHERE firewall = 'Good';",
    critical: false,
    topics: ["firewall"],
    controls: ["cis-v8:4.5", "iso-27001:A.8.20"],
  },
  {
    id: "windows-firewall-all-networks",
    name: "Windows Firewall is on for all three kinds of network",
    platforms,
    description:
      "Microsoft's own firewall is on for domain, private and public networks. Works on Windows Server too.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
netsh advfirewall set allprofiles state on
\`\`\``,
    query: String.raw`SELECT 1 FROM registry
WHERE key IN (
  'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile',
  'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile',
  'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile'
) AND name = 'EnableFirewall' AND data = '1'
GROUP BY name HAVING count(*) = 3;`,
    critical: false,
    topics: ["firewall"],
    controls: ["cis-v8:4.4", "cis-v8:4.5", "iso-27001:A.8.20"],
  },
  {
    id: "windows-firewall-blocks-incoming",
    name: "Windows Firewall blocks what is not allowed",
    platforms,
    description:
      "A firewall that is on can still let everything in by default. This one asks for a rule before it lets anything in.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound
\`\`\``,
    query: String.raw`SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE key IN (
    'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile',
    'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile',
    'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile'
  ) AND name = 'DefaultInboundAction' AND data = '0'
);`,
    critical: false,
    topics: ["firewall"],
    controls: ["cis-v8:4.5", "iso-27001:A.8.20"],
  },
  {
    id: "windows-antivirus-on",
    name: "Antivirus is on and current (Windows)",
    platforms,
    description: "Known malware is found before it runs.",
    resolution: `1. Open **Windows Security > Virus & threat protection**.
2. Under **Virus & threat protection settings**, switch **Real-time protection** on.
3. Choose **Check for updates**.`,
    query: "SELECT 1 FROM windows_security_center WHERE antivirus = 'Good';",
    critical: true,
    topics: ["malware"],
    controls: ["cis-v8:10.1", "iso-27001:A.8.7"],
  },
  {
    id: "windows-antivirus-signatures",
    name: "Antivirus knows the latest malware (Windows)",
    platforms,
    description:
      "An antivirus product that is on has signatures that its maker calls current: old ones miss new malware.",
    resolution: `1. Open **Windows Security > Virus & threat protection**.
2. Choose **Check for updates** under **Virus & threat protection updates**.

With another antivirus product, open it and update it there.`,
    query: `SELECT 1 FROM windows_security_products
WHERE type = 'Antivirus' AND state = 'On' AND signatures_up_to_date = 1
LIMIT 1;`,
    critical: false,
    topics: ["malware", "updates"],
    controls: ["cis-v8:10.2", "iso-27001:A.8.7"],
  },
  {
    id: "windows-defender-not-switched-off",
    name: "No policy switches Microsoft Defender off (Windows)",
    platforms,
    description:
      "Malware and bad advice switch Defender off in the registry, where Windows Security does not show it.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender" /v DisableAntiSpyware /f
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender" /v DisableAntiVirus /f
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Real-Time Protection" /v DisableRealtimeMonitoring /f
\`\`\`

An "unable to find" is fine. Restart. If it comes back, tell IT.`,
    query: String.raw`SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE path IN (
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\DisableAntiSpyware',
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\DisableAntiVirus',
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Real-Time Protection\DisableRealtimeMonitoring'
  ) AND data = '1'
);`,
    critical: true,
    topics: ["malware"],
    controls: ["cis-v8:10.1", "iso-27001:A.8.7"],
  },
  {
    id: "windows-tamper-protection",
    name: "Malware cannot switch Defender off (Windows)",
    platforms,
    description:
      "Tamper protection keeps programs from changing Microsoft Defender's settings. For computers that use Defender.",
    resolution: `1. Open **Windows Security > Virus & threat protection**.
2. Choose **Manage settings** under **Virus & threat protection settings**.
3. Switch **Tamper Protection** on.`,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows Defender\Features\TamperProtection'
  AND data = '5';`,
    critical: false,
    topics: ["malware"],
    controls: ["iso-27001:A.8.7"],
  },
  {
    id: "windows-autorun-off",
    name: "Nothing starts when a stick is plugged in (Windows)",
    platforms,
    description: "AutoRun is off for all drives, so a stick that somebody found starts nothing.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg add "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer" /v NoDriveTypeAutoRun /t REG_DWORD /d 255 /f
\`\`\``,
    query: String.raw`SELECT 1 FROM registry
WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer\NoDriveTypeAutoRun'
  AND data = '255';`,
    critical: false,
    topics: ["malware"],
    controls: ["cis-v8:10.3", "iso-27001:A.7.10"],
  },
  {
    id: "windows-no-remote-control-programs",
    name: "No remote control program is installed (Windows)",
    platforms,
    description:
      "Remote control programs are what callers from a false help desk ask people to install.",
    resolution: `1. Open **Settings > Apps > Installed apps**.
2. Uninstall **AnyDesk**, **TeamViewer**, **RustDesk**, **Splashtop** or **UltraViewer**.
3. Did somebody on the telephone ask you to install it? Tell IT now.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM programs
  WHERE name LIKE 'AnyDesk%' OR name LIKE 'TeamViewer%' OR name LIKE 'RustDesk%'
     OR name LIKE 'Splashtop%' OR name LIKE 'UltraViewer%'
);`,
    critical: false,
    topics: ["remote-access", "malware"],
    controls: ["cis-v8:2.3", "iso-27001:A.8.19"],
  },
  {
    id: "windows-secure-boot-on",
    name: "Secure Boot is on (Windows)",
    platforms,
    description: "The computer starts no system that has been tampered with.",
    resolution: `1. Open **Settings > System > Recovery** and choose **Restart now** beside **Advanced startup**.
2. Choose **Troubleshoot > Advanced options > UEFI Firmware Settings > Restart**.
3. Set **Secure Boot** to **Enabled**, save and leave.

Have your BitLocker recovery key at hand.`,
    query: "SELECT 1 FROM secureboot WHERE secure_boot = 1;",
    critical: false,
    topics: ["boot"],
    controls: ["iso-27001:A.8.9"],
  },
  {
    id: "windows-tpm-ready",
    name: "A TPM 2.0 is ready (Windows)",
    platforms,
    description:
      "The chip keeps BitLocker's and Windows Hello's keys where no program can read them. Windows 11 needs it.",
    resolution: `1. Open **Settings > System > Recovery** and choose **Restart now** beside **Advanced startup**.
2. Choose **Troubleshoot > Advanced options > UEFI Firmware Settings > Restart**.
3. Enable **TPM** (also called **PTT** or **fTPM**), save and leave.`,
    query: `SELECT 1 FROM tpm_info
WHERE activated = 1 AND enabled = 1 AND spec_version LIKE '2.%';`,
    critical: false,
    topics: ["boot", "disk"],
    controls: ["iso-27001:A.8.24"],
  },
  {
    id: "windows-virtualisation-based-security",
    name: "Virtualisation-based security is running (Windows)",
    platforms,
    description:
      "Windows keeps secrets and checks of drivers in a place that even a broken kernel cannot reach.",
    resolution: `1. Open **Windows Security > Device security > Core isolation details**.
2. Switch **Memory integrity** on.
3. Restart the computer.

If it cannot be switched on, update or remove the driver that Windows names.`,
    query: "SELECT 1 FROM deviceguard_status WHERE vbs_status = 'VBS_ENABLED_AND_RUNNING';",
    critical: false,
    topics: ["hardening"],
    controls: ["iso-27001:A.8.9"],
  },
];
