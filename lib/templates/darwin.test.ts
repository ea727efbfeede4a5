import { proveTemplates } from "#lib/testing/templates.ts";

const plist = (file: string, key: string, value: string | number) => [
  `-plist[key=${key}]`,
  `plist[key=${key}].value=${value}`,
  `plist[key=${key}].path=/Library/Preferences/${file}.plist`,
];
const updates = (key: string, value: string | number) =>
  plist("com.apple.SoftwareUpdate", key, value);
const os = (major: number) => [`os_version.major=${major}`];
const port = (number: number, address = "*") => [
  `listening_ports[port=${number}].address=${address}`,
  `listening_ports[port=${number}].protocol=6`,
];
const extension = "chrome_extensions[identifier=abcdefghijklmnopabcdefghijklmnop]";
const sharing = (what: string) => ({
  given: [`sharing_preferences.${what}=0`],
  bad: [[`sharing_preferences.${what}=1`]],
});

proveTemplates("darwin", {
  "macos-filevault-on": {
    bad: [
      ["disk_encryption.filevault_status=off"],
      [
        "disk_encryption.filevault_status=off",
        "disk_encryption[name=/dev/disk9s1].filevault_status=on",
      ],
      ["-disk_encryption"],
    ],
  },
  "macos-firewall-on": { good: [["alf.global_state=2"]], bad: [["alf.global_state=0"]] },
  "macos-firewall-stealth": {
    given: ["alf.stealth_enabled=1"],
    bad: [["alf.stealth_enabled=0"], ["alf.global_state=0"]],
  },
  "macos-gatekeeper-on": { bad: [["gatekeeper.assessments_enabled=0"]] },
  "macos-sip-on": { bad: [["sip_config[config_flag=sip].enabled=0"]] },
  "macos-full-security-boot": {
    good: [["secureboot.description=", "secureboot.secure_mode=1"]],
    bad: [
      ["secureboot.description=Reduced Security", "secureboot.secure_mode="],
      ["secureboot.description=", "secureboot.secure_mode=2"],
    ],
  },
  "macos-no-foreign-kernel-extensions": {
    bad: [["kernel_extensions[name=com.vendor.driver].version=1.0"]],
  },
  "macos-no-remote-control-programs": {
    bad: [
      ["apps[name=AnyDesk.app].path=/Applications/AnyDesk.app"],
      ["apps[name=Help Desk.app].bundle_identifier=com.teamviewer.TeamViewerQS"],
    ],
  },
  "macos-backup-recent": {
    given: ["time_machine_backups.backup_date=1795000000"],
    bad: [["-time_machine_backups"], ["time_machine_backups.backup_date=1780000000"]],
  },
  "macos-backup-encrypted": {
    good: [["-time_machine_destinations"]],
    bad: [["time_machine_destinations[alias=Old].encryption=NotEncrypted"]],
  },
  "macos-supported": {
    good: [os(15), os(26), os(27), os(28)],
    bad: [os(10), os(14), [...os(15), "time.year=2027", "time.month=10"]],
  },
  "macos-updates-install": {
    good: [updates("AutomaticallyInstallMacOSUpdates", 0)],
    bad: [
      [
        ...updates("AutomaticallyInstallMacOSUpdates", 0),
        "managed_policies[name=AutomaticallyInstallMacOSUpdates].value=0",
      ],
      ["-plist[key=AutomaticallyInstallMacOSUpdates]", "-managed_policies"],
    ],
  },
  "macos-updates-looked-for": {
    good: [["-plist"]],
    bad: [updates("AutomaticCheckEnabled", 0), updates("AutomaticDownload", 0)],
  },
  "macos-security-responses": {
    good: [["-plist"]],
    bad: [updates("CriticalUpdateInstall", 0), updates("ConfigDataInstall", 0)],
  },
  "macos-no-updates-waiting": { bad: [updates("LastUpdatesAvailable", 2)] },
  "macos-app-store-updates": {
    good: [["-plist"]],
    bad: [plist("com.apple.commerce", "AutoUpdate", 0)],
  },
  "macos-clock-synchronised": {
    good: [["-plist"]],
    bad: [["plist[key=TMAutomaticTimeOnlyEnabled].value=0"]],
  },
  "macos-screen-locks": {
    good: [["screenlock.grace_period=0"]],
    bad: [["screenlock.enabled=0"], ["screenlock.grace_period=300"]],
  },
  "macos-guest-off": {
    given: plist("com.apple.loginwindow", "GuestEnabled", 0),
    bad: [plist("com.apple.loginwindow", "GuestEnabled", 1)],
  },
  "macos-no-automatic-sign-in": {
    bad: [plist("com.apple.loginwindow", "autoLoginUser", "ava.chen")],
  },
  "macos-password-length": {
    given: ["password_policy.policy_content=policyAttributePassword matches '.{14,}'"],
    bad: [
      ["password_policy.policy_content=policyAttributePassword matches '.{8,}'"],
      ["-password_policy"],
    ],
  },
  "macos-everyday-account": {
    given: ["-user_groups[gid=80]"],
    bad: [["user_groups[gid=80].uid=501"]],
  },
  "macos-remote-login-off": sharing("remote_login"),
  "macos-screen-sharing-off": sharing("screen_sharing"),
  "macos-remote-management-off": sharing("remote_management"),
  "macos-remote-events-off": sharing("remote_apple_events"),
  "macos-file-sharing-off": sharing("file_sharing"),
  "macos-internet-sharing-off": sharing("internet_sharing"),
  "ssh-keys-have-passphrase": {
    good: [["-user_ssh_keys"]],
    bad: [["user_ssh_keys[uid=501].encrypted=0"]],
  },
  "ssh-keys-strong": {
    good: [["user_ssh_keys[uid=501].key_type=rsa", "user_ssh_keys.key_length=4096"]],
    bad: [
      ["user_ssh_keys[uid=501].key_type=dsa"],
      ["user_ssh_keys[uid=501].key_type=rsa", "user_ssh_keys.key_length=2048"],
    ],
  },
  "browser-extensions-from-store": {
    good: [[`${extension}.from_webstore=false`, `${extension}.state=0`, `${extension}.uid=501`]],
    bad: [[`${extension}.from_webstore=false`, `${extension}.state=1`, `${extension}.uid=501`]],
  },
  "browser-extensions-not-everywhere": {
    good: [
      [
        'chrome_extensions.permissions=["nativeMessaging"]',
        "-chrome_extensions[name=uBlock Origin Lite]",
      ],
    ],
    bad: [
      [
        `${extension}.permissions=["tabs","debugger"]`,
        `${extension}.state=1`,
        `${extension}.uid=501`,
      ],
    ],
  },
  "restarted-recently": {
    given: ["uptime.total_seconds=86400"],
    bad: [["uptime.total_seconds=2600000"]],
  },
  "no-plain-text-services": {
    good: [port(23, "127.0.0.1")],
    bad: [port(23), port(21, "0.0.0.0"), port(513, "::")],
  },
  "no-database-on-network": {
    good: [port(5432, "127.0.0.1"), port(6379, "::1")],
    bad: [port(5432), port(27017, "10.20.0.7")],
  },
  "hosts-file-clean": {
    bad: [["etc_hosts[hostnames=swscan.apple.com].address=127.0.0.1"]],
  },
});
