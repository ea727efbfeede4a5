import type { PolicyTemplate } from "./template.ts";

const platforms = ["darwin"] as const;

/** macOS: updates and the clock that they, certificates and logs go by. */
export const darwinUpdates: readonly PolicyTemplate[] = [
  {
    id: "macos-supported",
    name: "macOS still gets security fixes",
    platforms,
    description:
      "Apple patches the three newest versions of macOS. The check counts them by the calendar (a new one each September), so it needs no upkeep.",
    resolution: `1. Save your work and plug the Mac in.
2. Open **System Settings > General > Software Update**.
3. Choose **Upgrade Now**. It takes about an hour.

If no upgrade is offered, this Mac is too old for one: ask IT for another.`,
    // Versions were 11 to 15 and are named by the year from 26 on: 15 is the year before 26.
    query: `SELECT 1 FROM os_version CROSS JOIN time
WHERE CASE WHEN os_version.major < 26 THEN os_version.major + 10 ELSE os_version.major END
   >= time.year - 2000 - CASE WHEN time.month >= 10 THEN 1 ELSE 2 END;`,
    critical: true,
    topics: ["updates"],
    controls: ["cis-v8:2.2", "iso-27001:A.8.8"],
  },
  {
    id: "macos-updates-install",
    name: "macOS updates install themselves",
    platforms,
    description: "Security fixes arrive without anybody having to think of them.",
    resolution: `1. Open **System Settings > General > Software Update**.
2. Choose the **(i)** beside **Automatic Updates**.
3. Switch on **Install macOS updates** and **Install Security Responses and system files**.`,
    query: `SELECT 1 FROM plist
WHERE path = '/Library/Preferences/com.apple.SoftwareUpdate.plist'
  AND key = 'AutomaticallyInstallMacOSUpdates' AND value = '1'
UNION
SELECT 1 FROM managed_policies
WHERE domain = 'com.apple.SoftwareUpdate'
  AND name = 'AutomaticallyInstallMacOSUpdates' AND value = '1';`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "macos-updates-looked-for",
    name: "macOS looks for updates by itself",
    platforms,
    description: "A Mac that does not ask Apple for updates never learns that it needs one.",
    resolution: `1. Open **System Settings > General > Software Update**.
2. Choose the **(i)** beside **Automatic Updates**.
3. Switch on **Download new updates when available**.
4. Open **Terminal** and run \`sudo softwareupdate --schedule on\`.`,
    // macOS does it unless told otherwise, so only a "no" is wrong.
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/Library/Preferences/com.apple.SoftwareUpdate.plist'
    AND key IN ('AutomaticCheckEnabled', 'AutomaticDownload') AND value = '0'
);`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "macos-security-responses",
    name: "Security responses and malware data install themselves (macOS)",
    platforms,
    description:
      "Apple sends urgent fixes and new malware signatures between updates; they need no restart and no consent.",
    resolution: `1. Open **System Settings > General > Software Update**.
2. Choose the **(i)** beside **Automatic Updates**.
3. Switch on **Install Security Responses and system files**.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/Library/Preferences/com.apple.SoftwareUpdate.plist'
    AND key IN ('CriticalUpdateInstall', 'ConfigDataInstall') AND value = '0'
);`,
    critical: false,
    topics: ["updates", "malware"],
    controls: ["cis-v8:10.2", "iso-27001:A.8.7"],
  },
  {
    id: "macos-no-updates-waiting",
    name: "No macOS update is waiting",
    platforms,
    description:
      "Updates that were offered are installed. It names no version, so it cannot grow old.",
    resolution: `1. Save your work and plug the Mac in.
2. Open **System Settings > General > Software Update**.
3. Choose **Update Now** and let the Mac restart.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/Library/Preferences/com.apple.SoftwareUpdate.plist'
    AND key = 'LastUpdatesAvailable' AND CAST(value AS integer) > 0
);`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.3", "iso-27001:A.8.8"],
  },
  {
    id: "macos-app-store-updates",
    name: "Programs from the App Store update themselves (macOS)",
    platforms,
    description: "Holes in programs are closed without anybody having to think of it.",
    resolution: `1. Open the **App Store**.
2. Choose **App Store > Settings…** in the menu bar.
3. Switch **Automatic Updates** on.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/Library/Preferences/com.apple.commerce.plist'
    AND key = 'AutoUpdate' AND value = '0'
);`,
    critical: false,
    topics: ["updates"],
    controls: ["cis-v8:7.4", "iso-27001:A.8.8"],
  },
  {
    id: "macos-clock-synchronised",
    name: "The clock sets itself (macOS)",
    platforms,
    description:
      "With a wrong clock, certificates and sign-ins fail, and logs of several computers cannot be compared.",
    resolution: `1. Open **System Settings > General > Date & Time**.
2. Switch **Set time and date automatically** on.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/private/var/db/timed/com.apple.timed.plist'
    AND key = 'TMAutomaticTimeOnlyEnabled' AND value = '0'
);`,
    critical: false,
    topics: ["logging"],
    controls: ["cis-v8:8.4", "iso-27001:A.8.17"],
  },
];
