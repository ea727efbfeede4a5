import { proveTemplates } from "#lib/testing/templates.ts";

const currentVersion = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";
const policies = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies";
const control = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control";
const services = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services";
const winlogon = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon";
const firewall = `${services}\\SharedAccess\\Parameters\\FirewallPolicy`;

const value = (key: string, name: string, data: number | string) => [
  `registry[path=${key}\\${name}].key=${key}`,
  `registry[path=${key}\\${name}].name=${name}`,
  `registry[path=${key}\\${name}].data=${data}`,
];
const missing = (key: string, name: string) => [`-registry[path=${key}\\${name}]`];

const os = (name: string, build: number) => [
  `os_version.name=${name}`,
  `os_version.build=${build}`,
];
const port = (number: number, address = "0.0.0.0") => [
  `listening_ports[port=${number}].address=${address}`,
  `listening_ports[port=${number}].protocol=6`,
];
const extension = "chrome_extensions[identifier=abcdefghijklmnopabcdefghijklmnop]";

proveTemplates("windows", {
  "windows-bitlocker-system-drive": {
    bad: [
      ["bitlocker_info.protection_status=0"],
      ["bitlocker_info.drive_letter=D:"],
      ["-bitlocker_info"],
    ],
  },
  "windows-bitlocker-all-drives": {
    good: [
      ["bitlocker_info[drive_letter=D:].protection_status=1"],
      ["bitlocker_info[device_id=recovery].protection_status=0"],
    ],
    bad: [["bitlocker_info[drive_letter=D:].protection_status=0"], ["-bitlocker_info"]],
  },
  "windows-bitlocker-strong": {
    good: [["bitlocker_info.encryption_method=XTS_AES_128"]],
    bad: [
      ["bitlocker_info.encryption_method=AES_256"],
      ["bitlocker_info.encryption_method=HARDWARE_ENCRYPTION"],
    ],
  },
  "windows-firewall-on": { bad: [["windows_security_center.firewall=Poor"]] },
  "windows-firewall-all-networks": {
    bad: [
      value(`${firewall}\\PublicProfile`, "EnableFirewall", 0),
      missing(`${firewall}\\DomainProfile`, "EnableFirewall"),
    ],
  },
  "windows-firewall-blocks-incoming": {
    good: [value(`${firewall}\\PublicProfile`, "DefaultInboundAction", 1)],
    bad: [value(`${firewall}\\StandardProfile`, "DefaultInboundAction", 0)],
  },
  "windows-antivirus-on": { bad: [["windows_security_center.antivirus=Snoozed"]] },
  "windows-antivirus-signatures": {
    good: [["windows_security_products[name=Other].state=Off"]],
    bad: [
      ["windows_security_products.signatures_up_to_date=0"],
      ["windows_security_products[type=Antivirus].state=Off"],
    ],
  },
  "windows-defender-not-switched-off": {
    bad: [
      value(`${policies}\\Microsoft\\Windows Defender`, "DisableAntiSpyware", 1),
      value(
        `${policies}\\Microsoft\\Windows Defender\\Real-Time Protection`,
        "DisableRealtimeMonitoring",
        1,
      ),
    ],
  },
  "windows-tamper-protection": {
    bad: [
      value(
        "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Defender\\Features",
        "TamperProtection",
        4,
      ),
    ],
  },
  "windows-autorun-off": {
    bad: [
      value(`${currentVersion}\\Policies\\Explorer`, "NoDriveTypeAutoRun", 145),
      missing(`${currentVersion}\\Policies\\Explorer`, "NoDriveTypeAutoRun"),
    ],
  },
  "windows-no-remote-control-programs": {
    bad: [["programs[name=AnyDesk].version=9.0"], ["programs[name=TeamViewer 15].version=15.6"]],
  },
  "windows-secure-boot-on": {
    given: ["secureboot.secure_boot=1"],
    bad: [["secureboot.secure_boot=0"], ["-secureboot"]],
  },
  "windows-tpm-ready": {
    bad: [["tpm_info.enabled=0"], ["tpm_info.spec_version=1.2, 2, 3"], ["-tpm_info"]],
  },
  "windows-virtualisation-based-security": {
    bad: [["deviceguard_status.vbs_status=VBS_ENABLED_AND_NOT_RUNNING"]],
  },
  "windows-screen-locks": {
    good: [value(`${currentVersion}\\Policies\\System`, "InactivityTimeoutSecs", 300)],
    bad: [
      value(`${currentVersion}\\Policies\\System`, "InactivityTimeoutSecs", 0),
      value(`${currentVersion}\\Policies\\System`, "InactivityTimeoutSecs", 3600),
      missing(`${currentVersion}\\Policies\\System`, "InactivityTimeoutSecs"),
    ],
  },
  "windows-uac-on": {
    bad: [
      value(`${currentVersion}\\Policies\\System`, "EnableLUA", 0),
      value(`${currentVersion}\\Policies\\System`, "ConsentPromptBehaviorAdmin", 0),
    ],
  },
  "windows-no-automatic-sign-in": {
    good: [value(winlogon, "AutoAdminLogon", 0)],
    bad: [value(winlogon, "AutoAdminLogon", 1)],
  },
  "windows-guest-off": { bad: [["security_profile_info.enable_guest_account=1"]] },
  "windows-administrator-off": { bad: [["security_profile_info.enable_admin_account=1"]] },
  "windows-everyday-account": {
    given: ["user_groups[uid=1001].gid=545"],
    bad: [["user_groups[uid=1001].gid=544"]],
  },
  "windows-password-length": {
    given: ["security_profile_info.minimum_password_length=14"],
    bad: [["security_profile_info.minimum_password_length=8"]],
  },
  "windows-account-lockout": {
    bad: [
      ["security_profile_info.lockout_bad_count=0"],
      ["security_profile_info.lockout_bad_count=50"],
    ],
  },
  "windows-passwords-not-readable": {
    bad: [
      ["security_profile_info.clear_text_password=1"],
      value(`${control}\\SecurityProviders\\WDigest`, "UseLogonCredential", 1),
    ],
  },
  "windows-lsa-protected": {
    good: [value(`${control}\\Lsa`, "RunAsPPL", 1)],
    bad: [value(`${control}\\Lsa`, "RunAsPPL", 0), missing(`${control}\\Lsa`, "RunAsPPL")],
  },
  "windows-supported": {
    good: [
      os("Microsoft Windows 11 Pro", 26200),
      os("Microsoft Windows 11 Education", 26100),
      os("Microsoft Windows 11 Pro", 28000),
      os("Microsoft Windows 10 Enterprise LTSC", 19044),
      os("Microsoft Windows Server 2022 Datacenter", 20348),
      [...os("Microsoft Windows 11 Pro", 26100), "time.unix_time=1770000000"],
    ],
    bad: [
      os("Microsoft Windows 10 Pro", 19045),
      os("Microsoft Windows 10 Enterprise", 17763),
      os("Microsoft Windows 11 Pro", 26100),
      os("Microsoft Windows 11 Enterprise", 22631),
      [...os("Microsoft Windows 11 Enterprise", 26200), "time.unix_time=1860000000"],
    ],
  },
  "windows-updates-install": {
    bad: [value(`${policies}\\Microsoft\\Windows\\WindowsUpdate\\AU`, "NoAutoUpdate", 1)],
  },
  "windows-updated-recently": {
    bad: [
      ["windows_update_history.date=1780000000"],
      ["windows_update_history.result_code=Failed"],
      ["windows_update_history.title=Security Intelligence Update - KB2267602 (Version 1.441)"],
      ["-windows_update_history"],
    ],
  },
  "windows-update-service": {
    good: [["services[name=wuauserv].start_type=DEMAND_START"]],
    bad: [["services[name=wuauserv].start_type=DISABLED"], ["-services[name=wuauserv]"]],
  },
  "windows-browsers-update": {
    good: [value(`${policies}\\Google\\Update`, "UpdateDefault", 1)],
    bad: [
      value(`${policies}\\Google\\Update`, "UpdateDefault", 0),
      value(`${policies}\\Microsoft\\EdgeUpdate`, "UpdateDefault", 0),
    ],
  },
  "windows-smartscreen-on": {
    bad: [
      value(`${policies}\\Microsoft\\Windows\\System`, "EnableSmartScreen", 0),
      value(`${policies}\\Microsoft\\Edge`, "SmartScreenEnabled", 0),
    ],
  },
  "windows-remote-desktop-off": {
    given: value(`${control}\\Terminal Server`, "fDenyTSConnections", 1),
    bad: [
      value(`${control}\\Terminal Server`, "fDenyTSConnections", 0),
      missing(`${control}\\Terminal Server`, "fDenyTSConnections"),
    ],
  },
  "windows-remote-desktop-nla": {
    given: value(`${control}\\Terminal Server`, "fDenyTSConnections", 0),
    good: [
      [
        ...value(`${control}\\Terminal Server`, "fDenyTSConnections", 1),
        ...value(`${control}\\Terminal Server\\WinStations\\RDP-Tcp`, "UserAuthentication", 0),
      ],
    ],
    bad: [value(`${control}\\Terminal Server\\WinStations\\RDP-Tcp`, "UserAuthentication", 0)],
  },
  "windows-smb1-off": {
    good: [["-windows_optional_features"]],
    bad: [
      ["windows_optional_features[name=SMB1Protocol].state=1"],
      ["windows_optional_features[name=SMB1Protocol-Server].state=1"],
    ],
  },
  "windows-no-shared-folders": {
    bad: [["shared_resources[name=Projects].type=0"], ["shared_resources[name=hidden$].type=0"]],
  },
  "windows-llmnr-off": {
    given: value(`${policies}\\Microsoft\\Windows NT\\DNSClient`, "EnableMulticast", 0),
    bad: [
      value(`${policies}\\Microsoft\\Windows NT\\DNSClient`, "EnableMulticast", 1),
      missing(`${policies}\\Microsoft\\Windows NT\\DNSClient`, "EnableMulticast"),
    ],
  },
  "windows-powershell-logged": {
    given: value(
      `${policies}\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging`,
      "EnableScriptBlockLogging",
      1,
    ),
    bad: [
      value(
        `${policies}\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging`,
        "EnableScriptBlockLogging",
        0,
      ),
      missing(
        `${policies}\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging`,
        "EnableScriptBlockLogging",
      ),
    ],
  },
  "windows-powershell2-off": {
    good: [["-windows_optional_features"]],
    bad: [["windows_optional_features[name=MicrosoftWindowsPowerShellV2Root].state=1"]],
  },
  "windows-clock-synchronised": {
    good: [value(`${services}\\W32Time\\Parameters`, "Type", "NTP")],
    bad: [
      ["services[name=W32Time].start_type=DISABLED"],
      value(`${services}\\W32Time\\Parameters`, "Type", "NoSync"),
    ],
  },
  "ssh-keys-strong": {
    bad: [["user_ssh_keys[uid=1001].key_type=rsa", "user_ssh_keys.key_length=2048"]],
  },
  "browser-extensions-from-store": {
    bad: [[`${extension}.from_webstore=false`, `${extension}.state=1`, `${extension}.uid=1001`]],
  },
  "browser-extensions-not-everywhere": {
    bad: [
      [
        `${extension}.permissions=["nativeMessaging"]`,
        `${extension}.state=1`,
        `${extension}.uid=1001`,
      ],
    ],
  },
  "restarted-recently": {
    given: ["uptime.total_seconds=86400"],
    bad: [["uptime.total_seconds=2600000"]],
  },
  "no-plain-text-services": { bad: [port(23), port(21, "::")] },
  "no-database-on-network": { good: [port(1433, "127.0.0.1")], bad: [port(1433)] },
  "hosts-file-clean": {
    bad: [["etc_hosts[hostnames=fe2.update.microsoft.com].address=0.0.0.0"]],
  },
});
