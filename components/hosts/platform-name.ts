import type { Platform } from "#lib/osquery/platform.ts";

export const PLATFORM_NAMES: Record<Platform, string> = {
  darwin: "macOS",
  windows: "Windows",
  linux: "Linux",
  chrome: "ChromeOS",
};

/** The name of a platform family; "" is a host that has not said yet. */
export function platformName(family: string): string {
  return PLATFORM_NAMES[family as Platform] ?? (family || "Unknown");
}

/** "macOS, Windows" for a policy's comma list; "All platforms" for an empty one. */
export function platformList(platforms: string): string {
  if (platforms === "") return "All platforms";
  return platforms.split(",").map(platformName).join(", ");
}
