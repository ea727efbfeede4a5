import type { SamplePolicy } from "./sample-policy.ts";

export const windowsPolicies: SamplePolicy[] = [
  {
    name: "BitLocker protects drive C: (Windows)",
    query: "SELECT 1 FROM bitlocker_info WHERE drive_letter = 'C:' AND protection_status = 1;",
    description: "The disk cannot be read without a key when the computer is lost or stolen.",
    resolution: `1. Open **Settings > Privacy & security > Device encryption**, or search for **Manage BitLocker**.
2. Choose **Turn on BitLocker** for drive **C:**.
3. Save the recovery key to your work account.`,
    platform: "windows",
    critical: true,
  },
  {
    name: "Firewall is on (Windows)",
    query: "SELECT 1 FROM windows_security_center WHERE firewall = 'Good';",
    description: "Programs on this computer do not take connections that nobody allowed.",
    resolution: `1. Open **Windows Security > Firewall & network protection**.
2. Turn the firewall on for **Domain**, **Private** and **Public** networks.`,
    platform: "windows",
    critical: false,
  },
  {
    name: "Antivirus is on and current (Windows)",
    query: "SELECT 1 FROM windows_security_center WHERE antivirus = 'Good';",
    description: "Known malware is found before it runs.",
    resolution: `1. Open **Windows Security > Virus & threat protection**.
2. Under **Virus & threat protection settings**, switch **Real-time protection** on.
3. Choose **Check for updates**.`,
    platform: "windows",
    critical: true,
  },
  {
    name: "Windows updates install themselves",
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM registry
  WHERE path = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU\\NoAutoUpdate'
    AND data = '1'
);`,
    description: "No policy on this computer switches automatic updates off.",
    resolution: `Open **Terminal (Admin)** and run:

\`\`\`
reg delete "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU" /v NoAutoUpdate /f
\`\`\`

Then open **Settings > Windows Update** and choose **Check for updates**.`,
    platform: "windows",
    critical: false,
  },
];
