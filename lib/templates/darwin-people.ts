import type { PolicyTemplate } from "./template.ts";

const platforms = ["darwin"] as const;

/** macOS: who may use the Mac, from where, and what it shares. */
export const darwinPeople: readonly PolicyTemplate[] = [
  {
    id: "macos-screen-locks",
    name: "Screen locks within a minute (macOS)",
    platforms,
    description: "A Mac that was left alone asks for a password as soon as its screen goes dark.",
    resolution: `1. Open **System Settings > Lock Screen**.
2. Set **Require password after screen saver begins or display is turned off** to **immediately** or **after 5 seconds**.`,
    query: "SELECT 1 FROM screenlock WHERE enabled = 1 AND grace_period BETWEEN 0 AND 60;",
    critical: false,
    topics: ["screen-lock"],
    controls: ["cis-v8:4.3", "iso-27001:A.7.7"],
  },
  {
    id: "macos-guest-off",
    name: "Nobody can sign in as a guest (macOS)",
    platforms,
    description: "Everybody who uses the Mac has a name and a password.",
    resolution: `1. Open **System Settings > Users & Groups**.
2. Choose the **(i)** beside **Guest User**.
3. Switch **Allow guests to log in to this computer** off.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/Library/Preferences/com.apple.loginwindow.plist'
    AND key = 'GuestEnabled' AND value = '1'
);`,
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:4.7", "iso-27001:A.8.5"],
  },
  {
    id: "macos-no-automatic-sign-in",
    name: "Nobody is signed in automatically (macOS)",
    platforms,
    description: "Whoever switches the Mac on must know a password before they see its files.",
    resolution: `1. Open **System Settings > Users & Groups**.
2. Set **Automatically log in as** to **Off**.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM plist
  WHERE path = '/Library/Preferences/com.apple.loginwindow.plist'
    AND key = 'autoLoginUser' AND value <> ''
);`,
    critical: true,
    topics: ["accounts"],
    controls: ["iso-27001:A.8.5"],
  },
  {
    id: "macos-password-length",
    name: "Passwords have 14 characters or more (macOS)",
    platforms,
    description:
      "A rule of the Mac, mostly set by device management, refuses new passwords that are easily tried out.",
    resolution: `Your password stays as it is until you change it; the rule comes from IT.

1. Open **System Settings > General > Device Management** and look whether a profile of your company is there.
2. If there is none, ask IT to enrol this Mac.`,
    query: `SELECT 1 FROM password_policy
WHERE policy_content LIKE '%policyAttributePassword matches%'
  AND CAST(regex_match(policy_content, '\\{([0-9]+),', 1) AS integer) >= 14
LIMIT 1;`,
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:5.2", "iso-27001:A.5.17"],
  },
  {
    id: "macos-everyday-account",
    name: "The person at the Mac is not an administrator (macOS)",
    platforms,
    description:
      "Malware may do what the person may do. With an everyday account it cannot change the system.",
    resolution: `1. Open **System Settings > Users & Groups** and choose **Add User…**.
2. Make an account of the type **Administrator** and keep its password safe.
3. Sign in with it, choose the **(i)** beside your own account and switch **Allow this user to administer this computer** off.

From then on type the administrator's name and password when macOS asks for them.`,
    query: `SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM logged_in_users
  JOIN users ON users.username = logged_in_users.user
  JOIN user_groups ON user_groups.uid = users.uid
  WHERE users.uid >= 500 AND user_groups.gid = 80
);`,
    critical: false,
    topics: ["accounts"],
    controls: ["cis-v8:5.4", "iso-27001:A.8.2"],
  },
  {
    id: "macos-remote-login-off",
    name: "Nobody can sign in over SSH (macOS)",
    platforms,
    description: "A Mac on a desk is used from its own keyboard, so SSH is a door without a use.",
    resolution: `1. Open **System Settings > General > Sharing**.
2. Switch **Remote Login** off.`,
    query: "SELECT 1 FROM sharing_preferences WHERE remote_login = 0;",
    critical: false,
    topics: ["remote-access", "ssh"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "macos-screen-sharing-off",
    name: "The screen is not shared (macOS)",
    platforms,
    description: "Nobody on the network can watch this Mac's screen or move its pointer.",
    resolution: `1. Open **System Settings > General > Sharing**.
2. Switch **Screen Sharing** off.`,
    query: "SELECT 1 FROM sharing_preferences WHERE screen_sharing = 0;",
    critical: false,
    topics: ["remote-access", "sharing"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "macos-remote-management-off",
    name: "Remote Management is off (macOS)",
    platforms,
    description:
      "Apple Remote Desktop lets others control the Mac. Device management does not need it.",
    resolution: `1. Open **System Settings > General > Sharing**.
2. Switch **Remote Management** off.`,
    query: "SELECT 1 FROM sharing_preferences WHERE remote_management = 0;",
    critical: false,
    topics: ["remote-access"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "macos-remote-events-off",
    name: "Other computers cannot send commands (macOS)",
    platforms,
    description: "Remote Apple Events let programs on other computers steer programs on this one.",
    resolution: `1. Open **System Settings > General > Sharing**.
2. Switch **Remote Apple Events** (or **Remote Application Scripting**) off.`,
    query: "SELECT 1 FROM sharing_preferences WHERE remote_apple_events = 0;",
    critical: false,
    topics: ["remote-access"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "macos-file-sharing-off",
    name: "Files are not shared from the Mac (macOS)",
    platforms,
    description: "Files are shared where access is managed, and not from a laptop in a café.",
    resolution: `1. Open **System Settings > General > Sharing**.
2. Switch **File Sharing** off.`,
    query: "SELECT 1 FROM sharing_preferences WHERE file_sharing = 0;",
    critical: false,
    topics: ["sharing"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.9"],
  },
  {
    id: "macos-internet-sharing-off",
    name: "The Mac is no hotspot (macOS)",
    platforms,
    description:
      "Internet Sharing joins two networks behind the back of whoever protects one of them.",
    resolution: `1. Open **System Settings > General > Sharing**.
2. Switch **Internet Sharing** off.`,
    query: "SELECT 1 FROM sharing_preferences WHERE internet_sharing = 0;",
    critical: false,
    topics: ["sharing"],
    controls: ["cis-v8:4.8", "iso-27001:A.8.20"],
  },
];
