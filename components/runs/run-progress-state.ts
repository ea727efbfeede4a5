import type { RunHostJson, RunJson, TotalsJson } from "#lib/runs/schema.ts";

/** Hosts that a browser keeps of a run; the report has all. */
export const HOSTS_KEPT_MAX = 2_000;

/** lost: the server does not answer, and the browser has given up on it. */
export type Line = "connecting" | "open" | "lost" | "ended";

export interface RunProgress {
  line: Line;
  run: RunJson | undefined;
  totals: TotalsJson | undefined;
  offline: number;
  /** In the order in which they answered. */
  hosts: RunHostJson[];
}

export const NO_PROGRESS: RunProgress = {
  line: "connecting",
  run: undefined,
  totals: undefined,
  offline: 0,
  hosts: [],
};

/** What a server-sent event says; every kind has some of these. */
export interface RunNews {
  run?: RunJson;
  totals?: TotalsJson;
  offline?: number;
  hosts?: RunHostJson[];
}

/** A host may be told of twice, when the line was cut in between. */
function withHosts(before: RunHostJson[], news: RunHostJson[]): RunHostJson[] {
  if (news.length === 0) return before;
  const known = new Set(before.map((host) => host.host_id));
  const added = news.filter((host) => !known.has(host.host_id));
  return [...before, ...added].slice(0, HOSTS_KEPT_MAX);
}

export const afterNews = (before: RunProgress, line: Line, news: RunNews): RunProgress => ({
  line,
  run: news.run ?? before.run,
  totals: news.totals ?? before.totals,
  offline: news.offline ?? before.offline,
  hosts: withHosts(before.hosts, news.hosts ?? []),
});

/** Hosts with an error, as far as they are kept; `isCut` where there are more. */
export function errorsOf({ hosts, totals }: RunProgress): {
  failed: RunHostJson[];
  isCut: boolean;
} {
  const failed = hosts.filter((host) => host.outcome === "error");
  const isCut = hosts.length >= HOSTS_KEPT_MAX && failed.length < (totals?.error ?? 0);
  return { failed, isCut };
}
