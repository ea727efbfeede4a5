import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "#lib/metrics.ts";

interface Metric {
  name: string;
  labelNames: string[];
}

const DOCS = join(import.meta.dirname, "../docs");
const read = (name: string) => readFileSync(join(DOCS, name), "utf8");
/** Added by Prometheus, by histograms, and by processes that share a port. */
const COMMON_LABELS = ["job", "instance", "le", "worker"];

const metrics = createMetrics().registry.getMetricsAsArray() as unknown as Metric[];
const labelsOf = new Map(metrics.map(({ name, labelNames }) => [name, labelNames]));
// Prometheus' own.
labelsOf.set("up", []);

const dashboard: { panels: { title: string; targets?: { expr: string }[] }[] } = JSON.parse(
  read("grafana/muster.json"),
);
const panels = dashboard.panels.filter((panel) => panel.targets);
const alerts: { alert: string; expr: string }[] = parse(read("grafana/alerts.yml")).groups[0].rules;

/** Metrics of an expression, with the labels that are chosen by. */
function metricsIn(expr: string): { name: string; labels: string[] }[] {
  const found = expr.matchAll(/\b(up|(?:muster|nodejs|process)_\w+)(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = "", selectors = ""]) => ({
    name: name.replace(/_(bucket|sum|count)$/, ""),
    labels: [...selectors.matchAll(/(\w+)\s*[=!]/g)].map(([, label = ""]) => label),
  }));
}

const expressions = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr])),
  ...alerts.map(({ alert, expr }) => [alert, expr]),
];

test.each(expressions)("%s asks for metrics and labels that there are", (_title, expr) => {
  expect(metricsIn(expr ?? "").length).toBeGreaterThan(0);
  for (const { name, labels } of metricsIn(expr ?? "")) {
    expect([...labelsOf.keys()]).toContain(name);
    const known = [...COMMON_LABELS, ...(labelsOf.get(name) ?? [])];
    for (const label of labels) expect(known, `${name}: ${label}`).toContain(label);
  }
});

test("every metric of ours is on the dashboard", () => {
  const shown = new Set(
    expressions.flatMap(([, expr]) => metricsIn(expr ?? "")).map((m) => m.name),
  );
  const own = [...labelsOf.keys()].filter((name) => name.startsWith("muster_"));
  expect(own.filter((name) => !shown.has(name))).toEqual([]);
});

test("docs/operations.md says of every alert, and of no other, what it means", () => {
  const headings = [...read("operations.md").matchAll(/^### (Muster\w+)$/gm)].map(
    ([, name]) => name,
  );
  expect(headings.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});
