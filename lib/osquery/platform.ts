/** What a policy may target, in the order it is stored and shown. */
export const PLATFORMS = ["darwin", "windows", "linux", "chrome"] as const;
export type Platform = (typeof PLATFORMS)[number];

const OTHER_SYSTEMS = new Set(["", "ios", "ipados", "android", "freebsd"]);

/**
 * The platform that policies target for what osquery calls the platform (`os_version.platform`).
 * Every name that is no other system is a Linux distribution: a list of known ones is how new
 * distributions end up with no policies at all.
 */
export function platformFamily(osqueryPlatform: string): Platform | "" {
  const name = osqueryPlatform.trim().toLowerCase();
  if (name === "darwin" || name === "windows" || name === "chrome") return name;
  return OTHER_SYSTEMS.has(name) ? "" : "linux";
}

/** Enrolment sends a decimal bit mask as text: Linux 9, macOS 21, Windows 2 (osquery source). */
export function familyOfPlatformType(platformType: string): Platform | "" {
  const bits = Number(platformType);
  if (!Number.isInteger(bits)) return "";
  if (bits & 2) return "windows";
  if (bits & 16) return "darwin";
  return bits & 8 ? "linux" : "";
}

/**
 * Splits a comma list, forgiving blanks and repeats; undefined when it names an unknown platform.
 * An empty list means every platform.
 */
export function parsePlatforms(list: string): Platform[] | undefined {
  const names = list
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const known: readonly string[] = PLATFORMS;
  if (names.some((name) => !known.includes(name))) return undefined;
  return PLATFORMS.filter((platform) => names.includes(platform));
}
