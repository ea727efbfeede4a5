import type { SamplePolicy } from "./sample-policy.ts";

export const darwinPolicies: SamplePolicy[] = [
  {
    name: "FileVault is on (macOS)",
    query: "SELECT 1 FROM disk_encryption WHERE user_uuid IS NOT '' AND filevault_status = 'on';",
    description: "The disk cannot be read without a password when the Mac is lost or stolen.",
    resolution: `1. Open **System Settings > Privacy & Security**.
2. Scroll to **FileVault** and choose **Turn On**.
3. Keep the recovery key where you keep your passwords, and not on this Mac.

Encryption goes on in the background while the Mac is plugged in.`,
    platform: "darwin",
    critical: true,
  },
  {
    name: "Firewall is on (macOS)",
    query: "SELECT 1 FROM alf WHERE global_state >= 1;",
    description: "Programs on this Mac do not take connections that nobody allowed.",
    resolution: `1. Open **System Settings > Network > Firewall**.
2. Switch **Firewall** on.`,
    platform: "darwin",
    critical: false,
  },
  {
    name: "Gatekeeper is on (macOS)",
    query: "SELECT 1 FROM gatekeeper WHERE assessments_enabled = 1;",
    description: "Only programs from the App Store and from identified developers start.",
    resolution: `Open **Terminal** and run:

\`\`\`
sudo spctl --global-enable
\`\`\`

Then choose **App Store & Known Developers** in **System Settings > Privacy & Security**.`,
    platform: "darwin",
    critical: true,
  },
  {
    name: "Screen locks within a minute (macOS)",
    query: "SELECT 1 FROM screenlock WHERE enabled = 1 AND grace_period BETWEEN 0 AND 60;",
    description: "A Mac that was left alone asks for a password as soon as its screen goes dark.",
    resolution: `1. Open **System Settings > Lock Screen**.
2. Set **Require password after screen saver begins or display is turned off** to **immediately** or **after 5 seconds**.`,
    platform: "darwin",
    critical: false,
  },
  {
    name: "macOS updates install themselves",
    query: `SELECT 1 FROM plist
WHERE path = '/Library/Preferences/com.apple.SoftwareUpdate.plist'
  AND key = 'AutomaticallyInstallMacOSUpdates'
  AND value = '1';`,
    description: "Security fixes arrive without anybody having to think of them.",
    resolution: `1. Open **System Settings > General > Software Update**.
2. Choose the **(i)** beside **Automatic Updates**.
3. Switch on **Install macOS updates** and **Install Security Responses and system files**.`,
    platform: "darwin",
    critical: false,
  },
];
