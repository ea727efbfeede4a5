import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import type { OperatingSystem } from "./profile.ts";
import type { Random } from "./random.ts";

interface Releases {
  /** Versions their maker still patches. */
  supported: [OperatingSystem, ...OperatingSystem[]];
  outdated: [OperatingSystem, ...OperatingSystem[]];
}

export type LinuxDistribution = "ubuntu" | "debian" | "fedora" | "rhel" | "rocky";

function macos(version: string, build: string, codename: string, darwin: string): OperatingSystem {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return {
    name: "macOS",
    version,
    major,
    minor,
    patch,
    build,
    platform: "darwin",
    platformLike: "darwin",
    codename,
    displayVersion: "",
    kernelVersion: darwin,
  };
}

function windows(product: string, display: string, build: string): OperatingSystem {
  return {
    name: `Microsoft ${product}`,
    version: `10.0.${build.split(".")[0]}`,
    major: 10,
    minor: 0,
    patch: 0,
    build: build.split(".")[0] ?? build,
    platform: "windows",
    platformLike: "windows",
    codename: `Microsoft ${product}`,
    displayVersion: display,
    kernelVersion: `10.0.${build}`,
  };
}

function linux(
  name: string,
  version: string,
  ids: [platform: string, like: string, codename: string],
  kernelVersion: string,
): OperatingSystem {
  const [major = 0, minor = 0] = (/[\d.]+/.exec(version)?.[0] ?? "").split(".").map(Number);
  return {
    name,
    version,
    major,
    minor,
    patch: 0,
    build: "",
    platform: ids[0],
    platformLike: ids[1],
    codename: ids[2],
    displayVersion: "",
    kernelVersion,
  };
}

const darwinReleases: Releases = {
  supported: [
    macos("26.1", "25B78", "", "25.1.0"),
    macos("26.0.1", "25A362", "", "25.0.0"),
    macos("15.7.2", "24G325", "", "24.6.0"),
  ],
  outdated: [macos("14.8.2", "23J126", "", "23.6.0"), macos("13.7.8", "22H730", "", "22.6.0")],
};

const windowsReleases: Releases = {
  supported: [
    windows("Windows 11 Pro", "25H2", "26200.6901"),
    windows("Windows 11 Enterprise", "24H2", "26100.6725"),
    windows("Windows 11 Enterprise", "25H2", "26200.6899"),
  ],
  outdated: [
    windows("Windows 10 Pro", "22H2", "19045.6456"),
    windows("Windows 11 Pro", "22H2", "22621.4317"),
  ],
};

/*
 * osquery reports platform "rhel" for Fedora; "rocky" is its own and missing from the list of
 * Linux names that Fleet's clients know, so the demo always has a host a naive list would miss.
 */
const linuxReleases: Record<LinuxDistribution, Releases> = {
  ubuntu: {
    supported: [
      linux(
        "Ubuntu",
        "24.04.3 LTS (Noble Numbat)",
        ["ubuntu", "debian", "noble"],
        "6.8.0-87-generic",
      ),
      linux(
        "Ubuntu",
        "22.04.5 LTS (Jammy Jellyfish)",
        ["ubuntu", "debian", "jammy"],
        "5.15.0-160-generic",
      ),
    ],
    outdated: [
      linux(
        "Ubuntu",
        "20.04.6 LTS (Focal Fossa)",
        ["ubuntu", "debian", "focal"],
        "5.4.0-216-generic",
      ),
    ],
  },
  debian: {
    supported: [
      linux("Debian GNU/Linux", "13 (trixie)", ["debian", "", "trixie"], "6.12.48+deb13-amd64"),
      linux("Debian GNU/Linux", "12 (bookworm)", ["debian", "", "bookworm"], "6.1.0-40-amd64"),
    ],
    outdated: [
      linux("Debian GNU/Linux", "11 (bullseye)", ["debian", "", "bullseye"], "5.10.0-36-amd64"),
    ],
  },
  fedora: {
    supported: [
      linux(
        "Fedora Linux",
        "44 (Workstation Edition)",
        ["rhel", "rhel", ""],
        "6.19.10-300.fc44.x86_64",
      ),
    ],
    outdated: [
      linux(
        "Fedora Linux",
        "40 (Workstation Edition)",
        ["rhel", "rhel", ""],
        "6.8.5-301.fc40.x86_64",
      ),
    ],
  },
  rhel: {
    supported: [
      linux(
        "Red Hat Enterprise Linux",
        "9.6 (Plow)",
        ["rhel", "rhel", ""],
        "5.14.0-570.el9.x86_64",
      ),
    ],
    outdated: [
      linux(
        "Red Hat Enterprise Linux",
        "7.9 (Maipo)",
        ["rhel", "rhel", ""],
        "3.10.0-1160.el7.x86_64",
      ),
    ],
  },
  rocky: {
    supported: [
      linux("Rocky Linux", "9.6 (Blue Onyx)", ["rocky", "rhel", ""], "5.14.0-570.el9.x86_64"),
    ],
    outdated: [
      linux("Rocky Linux", "8.4 (Green Obsidian)", ["rocky", "rhel", ""], "4.18.0-305.el8.x86_64"),
    ],
  },
};

/** An operating system as `os_version` reports it. */
export function pickSystem(
  platform: OsqueryPlatform,
  distribution: LinuxDistribution,
  supported: boolean,
  random: Random,
): OperatingSystem {
  const releases = {
    darwin: darwinReleases,
    windows: windowsReleases,
    linux: linuxReleases[distribution],
  }[platform];
  return random.pick(supported ? releases.supported : releases.outdated);
}
