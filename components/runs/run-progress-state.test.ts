import { expect, test } from "vitest";
import type { RunHostJson, TotalsJson } from "#lib/runs/schema.ts";
import { afterNews, errorsOf, HOSTS_KEPT_MAX, NO_PROGRESS } from "./run-progress-state.ts";

const host = (host_id: number, outcome: RunHostJson["outcome"]) =>
  ({ host_id, outcome }) as RunHostJson;
const totals = (error: number) => ({ error }) as TotalsJson;
const hosts = (count: number, outcome: RunHostJson["outcome"]) =>
  Array.from({ length: count }, (_, index) => host(index, outcome));

test("a host that is told of twice is kept once, and no more hosts than the most", () => {
  const first = afterNews(NO_PROGRESS, "open", { hosts: hosts(3, "pass") });
  expect(afterNews(first, "open", { hosts: hosts(4, "pass") }).hosts).toHaveLength(4);
  const full = afterNews(first, "open", { hosts: hosts(HOSTS_KEPT_MAX + 1, "pass") });
  expect(full.hosts).toHaveLength(HOSTS_KEPT_MAX);
});

test("errors of hosts that are not kept are not passed off as none, nor as all", () => {
  const kept = [host(0, "error"), ...hosts(HOSTS_KEPT_MAX, "pass").slice(1)];
  const full = afterNews(NO_PROGRESS, "open", { hosts: kept, totals: totals(1) });
  expect(errorsOf(full)).toEqual({ failed: [host(0, "error")], isCut: false });
  const more = [host(HOSTS_KEPT_MAX, "error")];
  const later = afterNews(full, "open", { hosts: more, totals: totals(2) });
  expect(errorsOf(later)).toEqual({ failed: [host(0, "error")], isCut: true });
  // Totals may come before the hosts that they count.
  expect(errorsOf(afterNews(NO_PROGRESS, "open", { totals: totals(2) })).isCut).toBe(false);
});
