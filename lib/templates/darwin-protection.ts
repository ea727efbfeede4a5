import type { PolicyTemplate } from "./template.ts";

const platforms = ["darwin"] as const;

/** macOS: disk, firewall, malware, what starts, backups. */
export const darwinProtection: readonly PolicyTemplate[] = [
  {
    id: "macos-filevault-on",
    name: "FileVault is on (macOS)",
    platforms,
    description: "The disk cannot be read without a password when the Mac is lost or stolen.",
    resolution: `1. Open **System Settings > Privacy & Security**.
2. Scroll to **FileVault** and choose **Turn On**.
3. Keep the recovery key where you keep your passwords, and not on this Mac.

Encryption goes on in the background while the Mac is plugged in.`,
    // Of the system's own volumes: an encrypted disk on the desk must not speak for the Mac.
    query: `SELECT 1 FROM disk_encryption
WHERE filevault_status = 'on'
  AND name IN (SELECT device FROM mounts WHERE path IN ('/', '/System/Volumes/Data'));`,
    critical: true,
    topics: ["disk"],
    controls: ["cis-v8:3.6", "iso-27001:A.8.1", "iso-27001:A.8.24"],
  },
  {
    id: "macos-firewall-on",
    name: "Firewall is on (macOS)",
    platforms,
    description: "Programs on this Mac do not take connections that nobody allowed.",
    resolution: `1. Open **System Settings > Network > Firewall**.
2. Switch **Firewall** on.`,
    query: "SELECT 1 FROM alf WHERE global_state >= 1;",
    critical: false,
    topics: ["firewall"],
    controls: ["cis-v8:4.5", "iso-27001:A.8.20"],
  },
  {
    id: "macos-firewall-stealth",
    name: "Firewall hides the Mac on strange networks (macOS)",
    platforms,
    description:
      "In stealth mode the Mac does not answer those who look for computers on a network, such as in a café or a hotel.",
    resolution: `1. Open **System Settings > Network > Firewall**.
2. Switch **Firewall** on and choose **Options…**.
3. Switch **Enable stealth mode** on and choose **OK**.`,
    query: "SELECT 1 FROM alf WHERE global_state >= 1 AND stealth_enabled = 1;",
    critical: false,
    topics: ["firewall"],
    controls: ["cis-v8:4.5", "iso-27001:A.8.20"],
  },
  {
    id: "macos-gatekeeper-on",
    name: "Gatekeeper is on (macOS)",
    platforms,
    description: "Only programs from the App Store and from identified developers start.",
    resolution: `Open **Terminal** and run:

\`\`\`
sudo spctl --global-enable
\`\`\`

Then choose **App Store & Known Developers** in **System Settings > Privacy & Security**.`,
    query: "SELECT 1 FROM gatekeeper WHERE assessments_enabled = 1;",
    critical: true,
    topics: ["malware"],
    controls: ["cis-v8:10.5", "iso-27001:A.8.7"],
  },
  {
    id: "macos-sip-on",
    name: "System Integrity Protection is on (macOS)",
    platforms,
    description:
      "macOS keeps its own files from being changed, even by an administrator or by malware that became one.",
    resolution: `1. Shut the Mac down. Start it into Recovery: on Apple silicon hold the power button until **Options** appears, on Intel hold **Command-R** while it starts.
2. Choose **Utilities > Terminal** and run:

\`\`\`
csrutil enable
\`\`\`

3. Restart the Mac.`,
    query: "SELECT 1 FROM sip_config WHERE config_flag = 'sip' AND enabled = 1;",
    critical: true,
    topics: ["hardening", "malware"],
    controls: ["cis-v8:10.5", "iso-27001:A.8.9"],
  },
  {
    id: "macos-full-security-boot",
    name: "Only Apple's system starts (macOS)",
    platforms,
    description: "With Full Security the Mac starts no system that Apple has not signed for it.",
    resolution: `1. Shut the Mac down. Start it into Recovery: on Apple silicon hold the power button until **Options** appears, on Intel hold **Command-R** while it starts.
2. Choose **Utilities > Startup Security Utility**.
3. Choose **Full Security** and restart the Mac.`,
    // Apple silicon fills the description, an Intel Mac with a T2 chip the mode.
    query: `SELECT 1 FROM secureboot
WHERE description = 'Full Security'
   OR (coalesce(description, '') = '' AND secure_mode = 1);`,
    critical: false,
    topics: ["boot"],
    controls: ["iso-27001:A.8.9"],
  },
  {
    id: "macos-no-foreign-kernel-extensions",
    name: "No third-party kernel extension is loaded (macOS)",
    platforms,
    description:
      "A kernel extension can read and change everything on the Mac. Current programs use system extensions instead, which cannot.",
    resolution: `1. Open **Terminal** and run \`kmutil showloaded --list-only\` to see what is loaded: look for names that do not begin with \`com.apple\`.
2. Update the program that brought it, or remove it with its own uninstaller.
3. Restart the Mac.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM kernel_extensions
  WHERE name <> '__kernel__' AND name NOT LIKE 'com.apple.%'
);`,
    critical: false,
    topics: ["hardening", "malware"],
    controls: ["iso-27001:A.8.19"],
  },
  {
    id: "macos-no-remote-control-programs",
    name: "No remote control program is installed (macOS)",
    platforms,
    description:
      "Remote control programs are what callers from a false help desk ask people to install.",
    resolution: `1. Open **Finder > Applications**.
2. Drag **AnyDesk**, **TeamViewer**, **RustDesk**, **Splashtop** or **UltraViewer** to the Bin.
3. Did somebody on the telephone ask you to install it? Tell IT now.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM apps
  WHERE bundle_identifier LIKE 'com.philandro.anydesk%'
     OR bundle_identifier LIKE 'com.teamviewer.%'
     OR bundle_identifier LIKE 'com.carriez.rustdesk%'
     OR bundle_identifier LIKE 'com.splashtop.%'
     OR name IN ('AnyDesk.app', 'TeamViewer.app', 'RustDesk.app', 'UltraViewer.app')
);`,
    critical: false,
    topics: ["remote-access", "malware"],
    controls: ["cis-v8:2.3", "iso-27001:A.8.19"],
  },
  {
    id: "macos-backup-recent",
    name: "Time Machine made a backup in the last two weeks (macOS)",
    platforms,
    description: "Files can be had back after a theft, a broken disk or ransomware.",
    resolution: `1. Connect the backup disk.
2. Open **System Settings > General > Time Machine** and choose **Add Backup Disk…** if there is none.
3. Choose **Back Up Now** from the Time Machine icon in the menu bar.`,
    query: `SELECT 1 FROM time_machine_backups CROSS JOIN time
WHERE time_machine_backups.backup_date > time.unix_time - 14 * 86400
LIMIT 1;`,
    critical: false,
    topics: ["backup"],
    controls: ["cis-v8:11.2", "iso-27001:A.8.13"],
  },
  {
    id: "macos-backup-encrypted",
    name: "Time Machine backups are encrypted (macOS)",
    platforms,
    description:
      "A backup holds everything that the Mac holds; without encryption, whoever finds the disk can read it.",
    resolution: `1. Open **System Settings > General > Time Machine**.
2. Remove the backup disk from the list with **–**.
3. Add it again with **+**, switch **Encrypt Backup** on and choose a password.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM time_machine_destinations WHERE encryption = 'NotEncrypted'
);`,
    critical: false,
    topics: ["backup", "disk"],
    controls: ["cis-v8:11.3", "iso-27001:A.8.24"],
  },
];
