import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatRelative,
  plural,
} from "./format.ts";

describe("format", () => {
  it("never rounds a share up to all or down to none", () => {
    expect([0, 0.0004, 0.5, 0.8955, 0.9996, 1].map(formatPercent)).toEqual([
      "0%",
      "<0.1%",
      "50%",
      "89.6%",
      "99.9%",
      "100%",
    ]);
    expect(formatPercent(Number.NaN)).toBe("–");
  });

  it("takes Fleet's two ways of writing no time as never", () => {
    for (const value of [null, "", "0001-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "rubbish"]) {
      expect(formatRelative(value)).toBe("never");
      expect(formatDateTime(value)).toBe("never");
    }
  });

  it("says how long ago, in both directions", () => {
    const now = "2026-11-21T12:00:00Z";
    expect(formatRelative("2026-11-21T11:59:55Z", now)).toBe("just now");
    expect(formatRelative("2026-11-21T11:55:00Z", now)).toBe("5 minutes ago");
    expect(formatRelative("2026-11-23T12:00:00Z", now)).toBe("in 2 days");
  });

  it("keeps two units of a duration, and sizes in the units disks are sold in", () => {
    expect([0, 59, 3_600, 93_661, -5].map(formatDuration)).toEqual([
      "0 s",
      "59 s",
      "1 h",
      "1 d 2 h",
      "0 s",
    ]);
    expect([0, 999, 1_500, 256e9, 1e30].map((bytes) => formatBytes(bytes))).toEqual([
      "0 B",
      "999 B",
      "1.5 KB",
      "256 GB",
      "1,000,000,000,000,000 PB",
    ]);
    expect([plural(1, "policy", "policies"), plural(1200, "host")]).toEqual([
      "1 policy",
      "1,200 hosts",
    ]);
  });
});
