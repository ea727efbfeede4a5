import type { HostProfile } from "../profile.ts";
import { createRandom } from "../random.ts";
import type { Row, TableSet } from "./table-set.ts";

/** Deterministic choice of versions: one of three hosts is a version behind. */
function versionOf(host: HostProfile, current: string, previous: string): string {
  return createRandom(`${host.seed}/${host.index}/${current}`).next() < 0.67 ? current : previous;
}

type Product = [name: string, vendor: string, current: string, previous: string];

const macApps: [...Product, bundle: string][] = [
  ["Google Chrome", "Google", "142.0.7444.60", "138.0.7204.101", "com.google.Chrome"],
  ["Slack", "Slack", "4.47.65", "4.45.60", "com.tinyspeck.slackmacgap"],
  ["zoom.us", "Zoom", "6.6.5", "6.3.11", "us.zoom.xos"],
  ["1Password", "AgileBits", "8.11.16", "8.10.80", "com.1password.1password"],
  ["Visual Studio Code", "Microsoft", "1.106.0", "1.99.3", "com.microsoft.VSCode"],
];

const windowsPrograms: Product[] = [
  ["Google Chrome", "Google LLC", "142.0.7444.60", "138.0.7204.101"],
  ["Microsoft Edge", "Microsoft Corporation", "142.0.3595.53", "137.0.3296.83"],
  ["7-Zip 25.01 (x64)", "Igor Pavlov", "25.01", "23.01"],
  [
    "Microsoft 365 Apps for enterprise - en-us",
    "Microsoft Corporation",
    "16.0.19328",
    "16.0.17928",
  ],
  ["Slack (Machine)", "Slack Technologies", "4.47.65", "4.45.60"],
];

const linuxPackages: Product[] = [
  ["openssl", "", "3.0.18", "3.0.11"],
  ["openssh-server", "", "9.6", "8.9"],
  ["sudo", "", "1.9.16", "1.9.9"],
  ["curl", "", "8.14.1", "7.88.1"],
  ["osquery", "", "5.23.1", "5.21.0"],
];

function appRows(host: HostProfile): Row[] {
  return macApps.map(([name, , current, previous, bundle]) => ({
    name: `${name}.app`,
    path: `/Applications/${name}.app`,
    bundle_executable: name,
    bundle_identifier: bundle,
    bundle_name: name,
    bundle_short_version: versionOf(host, current, previous),
    bundle_version: versionOf(host, current, previous),
    bundle_package_type: "APPL",
    display_name: name,
  }));
}

function programRows(host: HostProfile): Row[] {
  return windowsPrograms.map(([name, publisher, current, previous]) => ({
    name,
    version: versionOf(host, current, previous),
    install_location: `C:\\Program Files\\${name}`,
    language: "1033",
    publisher,
    install_date: "20260911",
  }));
}

function debRows(host: HostProfile): Row[] {
  if (host.system.platformLike === "rhel") return [];
  return linuxPackages.map(([name, , current, previous]) => ({
    name,
    version: versionOf(host, current, previous),
    arch: "amd64",
    revision: "1",
    status: "install ok installed",
    maintainer: "Maintainers <packages@example.org>",
    section: "utils",
    priority: "optional",
  }));
}

function rpmRows(host: HostProfile): Row[] {
  if (host.system.platformLike !== "rhel") return [];
  return linuxPackages.map(([name, , current, previous]) => ({
    name,
    version: versionOf(host, current, previous),
    release: "1.el9",
    arch: "x86_64",
    epoch: 0,
    vendor: host.system.name,
  }));
}

function chromeExtension(
  host: HostProfile,
  name: string,
  identifier: string,
  version: string,
): Row {
  return {
    browser_type: "chrome",
    uid: host.person.uid,
    name,
    profile: "Default",
    identifier,
    referenced_identifier: identifier,
    version,
    from_webstore: "true",
    state: "1",
  };
}

export const softwareTables: TableSet = {
  chrome_extensions: (host) => [
    chromeExtension(host, "uBlock Origin Lite", "ddkjiahejlhfcafbddmgiahcphecmpfh", "2026.1011"),
    chromeExtension(host, "1Password", "aeblfdkhhhdcdjpifhhbdiojplfjncoa", "8.11.16"),
  ],
  firefox_addons: (host) => [
    {
      uid: host.person.uid,
      name: "Multi-Account Containers",
      identifier: "@testpilot-containers",
      creator: "Mozilla",
      type: "extension",
      version: "8.3.0",
      visible: 1,
      active: 1,
      disabled: 0,
      autoupdate: 1,
      location: "app-profile",
    },
  ],
  vscode_extensions: (host) => [
    {
      uid: host.person.uid,
      name: "esbenp.prettier-vscode",
      version: versionOf(host, "11.0.0", "10.4.0"),
      publisher: "Prettier",
      prerelease: 0,
      vscode_edition: "vscode",
    },
  ],
  python_packages: (host) => [
    { name: "requests", version: versionOf(host, "2.32.5", "2.31.0"), author: "Kenneth Reitz" },
  ],
};

export const darwinSoftwareTables: TableSet = {
  apps: appRows,
  homebrew_packages: () => [
    { name: "git", path: "/opt/homebrew/Cellar/git", version: "2.51.2", type: "formula" },
    { name: "jq", path: "/opt/homebrew/Cellar/jq", version: "1.8.1", type: "formula" },
  ],
  safari_extensions: () => [],
};

export const windowsSoftwareTables: TableSet = { programs: programRows };
export const linuxSoftwareTables: TableSet = { deb_packages: debRows, rpm_packages: rpmRows };
