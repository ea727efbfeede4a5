import { Counter, Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { BoundCounter, BoundHistogram, WatchedGauge } from "./bound-metrics.ts";

const options = { name: "a_metric", help: "Help", labelNames: ["route"] };

test("a bound counter is written as prom-client writes its own, and counts on after a scrape", async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const tally = new BoundCounter({ ...options, registers: [ours] }).bind({ route: "config" });
  const plain = new Counter({ ...options, registers: [theirs] });
  for (const by of [1, 3]) {
    tally.inc(by);
    plain.inc({ route: "config" }, by);
    expect(await ours.metrics()).toBe(await theirs.metrics());
  }
});

test("a bound histogram is written as prom-client writes its own", async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const withBuckets = { ...options, buckets: [0.1, 1, 10] };
  const bound = new BoundHistogram({ ...withBuckets, registers: [ours] });
  const plain = new Histogram({ ...withBuckets, registers: [theirs] });
  const buckets = bound.bind({ route: "config" });
  for (const value of [0, 0.1, 0.5, 1, 10, 11, 2.5]) {
    buckets.observe(value);
    plain.observe({ route: "config" }, value);
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
  // What processes that share a port send each other.
  expect(await theirs.getMetricsAsJSON()).toMatchObject(await ours.getMetricsAsJSON());
});

test("a watched gauge tells the value of the moment of the scrape", async () => {
  const registry = new Registry();
  let depth = 1;
  const gauge = new WatchedGauge({ ...options, registers: [registry] });
  gauge.watch({ route: "config" }, () => depth);
  expect(await registry.metrics()).toContain('a_metric{route="config"} 1');
  depth = 2;
  expect(await registry.metrics()).toContain('a_metric{route="config"} 2');
});
