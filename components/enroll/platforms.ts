/** How osquery is laid out where its own packages install it. */
export interface Platform {
  label: string;
  shell: "sh" | "powershell";
  /** Where the flag file, the secret and the authority's certificate go. */
  folder: string;
  install: string;
  /** Starts the service, or starts it again with the new flags. */
  start: string;
  note?: string;
}

export const PLATFORMS = {
  macos: {
    label: "macOS",
    shell: "sh",
    folder: "/var/osquery",
    install: "brew install --cask osquery",
    start: "sudo osqueryctl start",
    note: "Without Homebrew, take the .pkg from osquery.io/downloads.",
  },
  windows: {
    label: "Windows",
    shell: "powershell",
    folder: "C:\\Program Files\\osquery",
    install: "winget install --exact --id osquery.osquery",
    start: "Set-Service osqueryd -StartupType Automatic\nRestart-Service osqueryd",
    note: "In a PowerShell that runs as administrator. Without winget, take the .msi from osquery.io/downloads.",
  },
  deb: {
    label: "Debian, Ubuntu",
    shell: "sh",
    folder: "/etc/osquery",
    install: `sudo mkdir -p /etc/apt/keyrings
curl -fsSL https://pkg.osquery.io/deb/pubkey.gpg | sudo tee /etc/apt/keyrings/osquery.asc > /dev/null
echo "deb [signed-by=/etc/apt/keyrings/osquery.asc] https://pkg.osquery.io/deb deb main" | sudo tee /etc/apt/sources.list.d/osquery.list
sudo apt-get update && sudo apt-get install -y osquery`,
    start: "sudo systemctl enable osqueryd\nsudo systemctl restart osqueryd",
  },
  rpm: {
    label: "RHEL, Fedora",
    shell: "sh",
    folder: "/etc/osquery",
    install: `curl -fsSL https://pkg.osquery.io/rpm/GPG | sudo tee /etc/pki/rpm-gpg/RPM-GPG-KEY-osquery > /dev/null
curl -fsSL https://pkg.osquery.io/rpm/osquery-s3-rpm.repo | sudo tee /etc/yum.repos.d/osquery.repo > /dev/null
sudo yum install -y osquery`,
    start: "sudo systemctl enable osqueryd\nsudo systemctl restart osqueryd",
  },
} as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof PLATFORMS;
export const PLATFORM_NAMES = Object.keys(PLATFORMS) as PlatformName[];
