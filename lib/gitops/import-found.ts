import { PLATFORMS, platformFamily } from "#lib/osquery/platform.ts";

export type Fields = Record<string, unknown>;

/** A thing of a file that is to be imported. */
export interface Found {
  kind: string;
  name: string;
  /** What of it is not as it was. */
  notes: string[];
  /** Why it cannot be taken. */
  refusal?: string;
  /** As files for gitops write them; not checked yet. */
  policy?: Fields;
  label?: Fields;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The limits of a policy's interval. */
const INTERVAL_SECONDS_MIN = 60;
const INTERVAL_SECONDS_MAX = 7 * 86_400;

export type RowsMean = "pass" | "fail";

/** osquery's and Fleet's names for a query's platforms as those that policies have. */
function platformOf(given: unknown, found: Found): string {
  const names = String(given ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (names.length === 0 || names.includes("any") || names.includes("all")) return "";
  const families = new Set(
    names.flatMap((name) => (name === "posix" ? ["darwin", "linux"] : [platformFamily(name)])),
  );
  const platforms = PLATFORMS.filter((platform) => families.has(platform));
  if (platforms.length === 0) found.refusal = `it is for ${names.join(", ")}, which no policy asks`;
  else if (names.some((name) => !(PLATFORMS as readonly string[]).includes(name))) {
    found.notes.push(`platforms ${names.join(", ")} became ${platforms.join(", ")}`);
  }
  return platforms.join(",");
}

/** A log's interval, within those of policies. */
export function intervalOf(given: unknown, found: Found): number | null {
  const seconds = Math.round(Number(given ?? 0));
  if (!Number.isFinite(seconds) || seconds <= 0) return null;
  const kept = Math.min(Math.max(seconds, INTERVAL_SECONDS_MIN), INTERVAL_SECONDS_MAX);
  if (kept !== seconds) found.notes.push(`interval ${seconds} s became ${kept} s`);
  return kept;
}

const text = (value: unknown) => (typeof value === "string" ? value.trim() : "");

/** Passes where the query has no rows. The line ends keep a comment at its end from eating the bracket. */
const invertedSql = (query: string) =>
  `SELECT 1 WHERE NOT EXISTS (\n${query.trim().replace(/;+$/, "")}\n);`;

const ROWS_PASS = "as a policy it passes on hosts where it has rows";
const ROWS_FAIL = "turned around: it passes on hosts where the query has no rows";

/** What osquery's schedule does with answers; a policy keeps none. */
const ABOUT_LOGS = ["snapshot", "removed", "denylist", "blacklist", "shard", "logging"];

/** A query that logs what it finds, as a policy that passes or fails by it. */
export function queryAsPolicy(kind: string, name: string, given: Fields, mean: RowsMean): Found {
  const found: Found = { kind, name, notes: [mean === "pass" ? ROWS_PASS : ROWS_FAIL] };
  const query = text(given.query);
  if (query === "") return { ...found, notes: [], refusal: "it has no query" };
  const description = [given.description, given.value].map(text).filter(Boolean).join("\n\n");
  const version = text(given.version ?? given.min_osquery_version);
  const ignored = ABOUT_LOGS.filter((key) => given[key] !== undefined && given[key] !== "");
  if (version) found.notes.push(`osquery ${version} or newer is not required of hosts`);
  if (ignored.length > 0) found.notes.push(`${ignored.join(", ")} means nothing to a policy`);
  found.policy = {
    name,
    description,
    query: mean === "pass" ? query : invertedSql(query),
    platform: platformOf(given.platform, found),
    interval: intervalOf(given.interval, found),
  };
  return found;
}
