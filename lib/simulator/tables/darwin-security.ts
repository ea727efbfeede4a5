import type { HostProfile } from "../profile.ts";
import { flag, type Row, type TableSet, unixSeconds } from "./table-set.ts";

const preferences = "/Library/Preferences";
const updatePreferences = `${preferences}/com.apple.SoftwareUpdate.plist`;

function plistRow(path: string, key: string, value: string): Row {
  return { path, key, subkey: "", value };
}

function updateSettings(host: HostProfile): [key: string, value: string][] {
  const automatic = String(flag(host.posture.updatesAutomatic));
  return [
    ["AutomaticCheckEnabled", "1"],
    ["AutomaticDownload", automatic],
    ["AutomaticallyInstallMacOSUpdates", automatic],
    ["ConfigDataInstall", "1"],
    ["CriticalUpdateInstall", "1"],
    ["LastUpdatesAvailable", host.posture.systemSupported ? "0" : "3"],
  ];
}

function preferenceRow(domain: string, key: string, value: string, username = ""): Row {
  return { domain, key, subkey: "", value, forced: 0, username, host: "any" };
}

function managedRow(host: HostProfile, domain: string, name: string, value: string): Row {
  return { domain, uuid: host.instanceId, name, value, username: "", manual: 0 };
}

function sipRows(host: HostProfile): Row[] {
  const on = host.posture.hardened || host.index % 2 === 0;
  const others = ["allow_apple_internal", "allow_kernel_debugger", "allow_untrusted_kexts"];
  return [
    { config_flag: "sip", enabled: flag(on), enabled_nvram: flag(on) },
    ...others.map((config_flag) => ({ config_flag, enabled: flag(!on), enabled_nvram: flag(!on) })),
  ];
}

/** macOS settings that security policies read. */
export const darwinSecurityTables: TableSet = {
  alf: (host) => [
    {
      allow_signed_enabled: 1,
      firewall_unload: 0,
      global_state: flag(host.posture.firewallOn),
      logging_enabled: 0,
      logging_option: 0,
      stealth_enabled: flag(host.posture.firewallOn && host.index % 4 === 0),
      version: "1.6",
    },
  ],
  alf_exceptions: () => [{ path: "/Applications/zoom.us.app", state: 0 }],
  gatekeeper: (host) => [
    {
      assessments_enabled: flag(host.posture.hardened),
      dev_id_enabled: flag(host.posture.hardened),
      version: "11.0",
      opaque_version: "94",
    },
  ],
  sip_config: sipRows,
  screenlock: (host) => [
    { enabled: flag(host.posture.screenLocks), grace_period: host.posture.screenLocks ? 5 : -1 },
  ],
  plist: (host) => [
    ...updateSettings(host).map(([key, value]) => plistRow(updatePreferences, key, value)),
    plistRow(`${preferences}/com.apple.commerce.plist`, "AutoUpdate", "1"),
    plistRow(
      `${preferences}/com.apple.loginwindow.plist`,
      "GuestEnabled",
      String(flag(host.index % 6 === 0)),
    ),
    plistRow("/private/var/db/timed/com.apple.timed.plist", "TMAutomaticTimeOnlyEnabled", "1"),
  ],
  preferences: (host) => [
    ...updateSettings(host).map(([key, value]) =>
      preferenceRow("com.apple.SoftwareUpdate", key, value),
    ),
    preferenceRow("com.apple.screensaver", "idleTime", "600", host.person.username),
    preferenceRow("com.apple.loginwindow", "GuestEnabled", String(flag(host.index % 6 === 0))),
  ],
  managed_policies: (host) => [
    managedRow(host, "com.apple.applicationaccess", "allowAirDrop", "1"),
    managedRow(
      host,
      "com.apple.SoftwareUpdate",
      "AutomaticallyInstallMacOSUpdates",
      String(flag(host.posture.updatesAutomatic)),
    ),
    managedRow(
      host,
      "com.apple.screensaver",
      "askForPassword",
      String(flag(host.posture.screenLocks)),
    ),
  ],
  password_policy: (host) => [
    {
      uid: -1,
      policy_identifier: "ProfilePayload:minLength",
      policy_content: "policyAttributePassword matches '.{12,}'",
      policy_description: "At least 12 characters",
      policy_category: "policyCategoryPasswordContent",
      policy_parameters: `host ${host.index}`,
    },
  ],
  sharing_preferences: (host) => [
    {
      screen_sharing: flag(host.index % 9 === 0),
      file_sharing: 0,
      printer_sharing: 0,
      remote_login: flag(host.index % 7 === 0),
      remote_management: 0,
      remote_apple_events: 0,
      internet_sharing: 0,
      bluetooth_sharing: 0,
      disc_sharing: 0,
      content_caching: 0,
    },
  ],
  location_services: () => [{ enabled: 1 }],
  secureboot: (host) => [
    {
      secure_boot: 1,
      // Apple silicon has words for it, an Intel Mac a number.
      ...(host.hardware.arch === "arm64" ? { description: "Full Security" } : { secure_mode: 1 }),
    },
  ],
  kernel_extensions: () => [
    { idx: 0, refs: 210, size: 0, name: "__kernel__", version: "25.1.0", path: "" },
    {
      idx: 1,
      refs: 152,
      size: 32_768,
      name: "com.apple.kpi.bsd",
      version: "25.1.0",
      path: "/System/Library/Extensions/System.kext/PlugIns/BSDKernel.kext",
    },
  ],
  time_machine_destinations: (host) => [
    {
      alias: "Backup",
      destination_id: host.instanceId.toUpperCase(),
      bytes_available: 812_000_000_000,
      bytes_used: 188_000_000_000,
      encryption: host.posture.diskEncrypted ? "Encrypted" : "NotEncrypted",
    },
  ],
  time_machine_backups: (host, { now }) => [
    {
      destination_id: host.instanceId.toUpperCase(),
      backup_date: unixSeconds(now) - (1 + (host.index % 18)) * 86_400,
    },
  ],
  xprotect_meta: () => [
    { identifier: "com.machangout.macos", type: "extension", developer_id: "", min_version: "any" },
  ],
  wifi_status: (host) => [
    {
      interface: "en0",
      ssid: "Corp-Secure",
      security_type: host.hardware.portable ? "WPA3 Personal" : "WPA2 Enterprise",
      rssi: -54,
      noise: -92,
      channel: 44,
      channel_width: 80,
      channel_band: 2,
      transmit_rate: "866",
      mode: "Station",
    },
  ],
};
