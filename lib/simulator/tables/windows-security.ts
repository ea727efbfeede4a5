import type { HostProfile } from "../profile.ts";
import { flag, type Row, type TableSet, unixSeconds } from "./table-set.ts";

const currentVersion = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const updatePolicy =
  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU";
const systemPolicies =
  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
const firewallProfiles =
  "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy";

function registryRow(key: string, name: string, type: string, data: string | number): Row {
  return { key, path: `${key}\\${name}`, name, type, data: String(data), mtime: 1_750_000_000 };
}

function registryRows(host: HostProfile): Row[] {
  const { posture, system } = host;
  const firewall = ["DomainProfile", "StandardProfile", "PublicProfile"].map((profile) =>
    registryRow(
      `${firewallProfiles}\\${profile}`,
      "EnableFirewall",
      "REG_DWORD",
      flag(posture.firewallOn),
    ),
  );
  return [
    registryRow(currentVersion, "DisplayVersion", "REG_SZ", system.displayVersion),
    registryRow(currentVersion, "UBR", "REG_DWORD", system.kernelVersion.split(".")[3] ?? "0"),
    registryRow(currentVersion, "ProductName", "REG_SZ", system.name.replace("Microsoft ", "")),
    registryRow(updatePolicy, "NoAutoUpdate", "REG_DWORD", flag(!posture.updatesAutomatic)),
    registryRow(systemPolicies, "EnableLUA", "REG_DWORD", 1),
    registryRow(
      systemPolicies,
      "InactivityTimeoutSecs",
      "REG_DWORD",
      posture.screenLocks ? 900 : 0,
    ),
    ...firewall,
    ...hardening(host),
  ];
}

const control = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control";
const software = "HKEY_LOCAL_MACHINE\\SOFTWARE";

/** What Windows 11 sets by itself, and two values that only some administrators set. */
function hardening(host: HostProfile): Row[] {
  const remoteDesktop = host.index % 7 === 0;
  const { hardened } = host.posture;
  const explorer = `${software}\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer`;
  const scripts = `${software}\\Policies\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging`;
  const dword = (key: string, name: string, data: number) =>
    registryRow(key, name, "REG_DWORD", data);
  return [
    dword(systemPolicies, "ConsentPromptBehaviorAdmin", 5),
    dword(`${control}\\Terminal Server`, "fDenyTSConnections", flag(!remoteDesktop)),
    dword(`${control}\\Terminal Server\\WinStations\\RDP-Tcp`, "UserAuthentication", 1),
    dword(`${control}\\Lsa`, "RunAsPPL", flag(hardened) * 2),
    dword(
      `${software}\\Microsoft\\Windows Defender\\Features`,
      "TamperProtection",
      hardened ? 5 : 4,
    ),
    dword(explorer, "NoDriveTypeAutoRun", hardened ? 255 : 145),
    dword(scripts, "EnableScriptBlockLogging", flag(host.index % 3 !== 0)),
  ];
}

function securityCenter(host: HostProfile): Row {
  const health = (good: boolean) => (good ? "Good" : "Poor");
  return {
    firewall: health(host.posture.firewallOn),
    autoupdate: health(host.posture.updatesAutomatic),
    antivirus: health(host.posture.hardened),
    antispyware: health(host.posture.hardened),
    internet_settings: "Good",
    windows_security_center_service: "Good",
    user_account_control: "Good",
  };
}

function securityProducts(host: HostProfile): Row[] {
  return [
    {
      type: "Firewall",
      name: "Windows Firewall",
      state: host.posture.firewallOn ? "On" : "Off",
      state_timestamp: "",
      remediation_path: "",
      signatures_up_to_date: 1,
    },
    {
      type: "Antivirus",
      name: "Microsoft Defender Antivirus",
      state: host.posture.hardened ? "On" : "Off",
      state_timestamp: "",
      remediation_path: "windowsdefender://",
      signatures_up_to_date: flag(host.posture.hardened),
    },
  ];
}

function patchRow(host: HostProfile, hotfix: string, installedOn: string): Row {
  return {
    csname: host.computerName,
    hotfix_id: hotfix,
    caption: `https://support.microsoft.com/help/${hotfix.slice(2)}`,
    description: "Security Update",
    installed_by: "NT AUTHORITY\\SYSTEM",
    installed_on: installedOn,
  };
}

function firewallRule(name: string, port: string): Row {
  return {
    name,
    app_name: "",
    action: "Allow",
    enabled: 1,
    direction: "In",
    protocol: "TCP",
    local_addresses: "*",
    remote_addresses: "LocalSubnet",
    local_ports: port,
    remote_ports: "*",
    profile_domain: 1,
    profile_private: 1,
    profile_public: 0,
  };
}

function feature(name: string, caption: string, on: boolean): Row {
  return { name, caption, state: on ? 1 : 2, statename: on ? "Enabled" : "Disabled" };
}

/** The hidden shares that Windows makes; ones of people are of type 0, "Disk Drive". */
function share(name: string, path: string, description: string): Row {
  const ipc = name === "IPC$";
  return {
    name,
    path,
    description,
    status: "OK",
    type: ipc ? 2_147_483_651 : 2_147_483_648,
    type_name: ipc ? "IPC Admin" : "Disk Drive Admin",
  };
}

/** Windows settings that security policies read. */
export const windowsSecurityTables: TableSet = {
  registry: registryRows,
  windows_security_center: (host) => [securityCenter(host)],
  windows_security_products: securityProducts,
  windows_firewall_rules: () => [
    firewallRule("File and Printer Sharing (SMB-In)", "445"),
    firewallRule("Remote Desktop - User Mode (TCP-In)", "3389"),
  ],
  patches: (host) =>
    host.posture.updatesAutomatic
      ? [patchRow(host, "KB5066835", "10/15/2026"), patchRow(host, "KB5068861", "11/12/2026")]
      : [patchRow(host, "KB5040442", "7/10/2025")],
  windows_update_history: (host, { now }) => [
    {
      client_app_id: "MoUpdateOrchestrator",
      date: unixSeconds(now) - (host.posture.updatesAutomatic ? 5 : 210) * 86_400,
      hresult: 0,
      operation: "Installation",
      result_code: "Succeeded",
      title: "2026-11 Cumulative Update for Windows (KB5068861)",
      update_id: host.instanceId,
      update_revision: 200,
    },
  ],
  secureboot: (host) => [{ secure_boot: flag(host.index % 8 !== 0), setup_mode: 0 }],
  tpm_info: () => [
    { activated: 1, enabled: 1, owned: 1, manufacturer_name: "INTC", spec_version: "2.0, 0, 1.59" },
  ],
  deviceguard_status: () => [
    { version: "1.0", vbs_status: "VBS_ENABLED_AND_RUNNING", umci_policy_status: "OFF" },
  ],
  security_profile_info: () => [
    {
      minimum_password_age: 1,
      maximum_password_age: 90,
      minimum_password_length: 12,
      password_complexity: 1,
      password_history_size: 24,
      lockout_bad_count: 10,
      clear_text_password: 0,
      enable_admin_account: 0,
      enable_guest_account: 0,
    },
  ],
  windows_optional_features: () => [
    feature("SMB1Protocol", "SMB 1.0/CIFS File Sharing Support", false),
    feature("MicrosoftWindowsPowerShellV2Root", "Windows PowerShell 2.0", false),
    feature("Printing-PrintToPDFServices-Features", "Microsoft Print to PDF", true),
  ],
  shared_resources: () => [
    share("ADMIN$", "C:\\WINDOWS", "Remote Admin"),
    share("C$", "C:\\", "Default share"),
    share("IPC$", "", "Remote IPC"),
  ],
  ntdomains: (host) => [
    {
      name: "Domain: CORP",
      domain_name: "CORP",
      status: host.hardware.portable ? "OK" : "Unknown",
    },
  ],
  connectivity: () => [{ disconnected: 0, ipv4_internet: 1, ipv6_internet: 0 }],
};
