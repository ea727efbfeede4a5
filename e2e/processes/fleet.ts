import { setTimeout as sleep } from "node:timers/promises";
import { Host, type HostOptions } from "./host.ts";

const POLL_MS = 50;
/**
 * A host whose questions were lost on the way, since the server was slow to send them, is asked again
 * after a minute. No test waits for longer than it takes.
 */
const HEARD_LIMIT_MS = 100_000;

/** Hosts that ask and answer in turn until they are stopped. */
export class Fleet {
  readonly hosts: Host[];
  private readonly running: Promise<void>[] = [];
  private readonly intervalMs: number;

  constructor(hosts: HostOptions[], intervalMs = 500) {
    this.hosts = hosts.map((options) => new Host(options));
    this.intervalMs = intervalMs;
  }

  async enroll(secret: string): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.enroll(secret)));
  }

  /** Starts the hosts, spread over one interval. */
  run(): void {
    for (const host of this.hosts) this.running.push(this.live(host));
  }

  /** Resolves when every host has had a report acknowledged that it made from now on. */
  async heardFromAll(limitMs = HEARD_LIMIT_MS): Promise<void> {
    const sinceMs = performance.now();
    const silent = () => this.hosts.filter((host) => host.acknowledgedAtMs < sinceMs);
    while (silent().length > 0) {
      if (performance.now() > sinceMs + limitMs) {
        throw new Error(`${silent().length} hosts had nothing acknowledged in ${limitMs} ms`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Hosts ask no more, and post what they have kept until it is acknowledged. */
  async stop(limitMs = HEARD_LIMIT_MS): Promise<void> {
    this.abandon();
    const deadline = performance.now() + limitMs;
    await Promise.all(this.running);
    for (const host of this.hosts) {
      while (!(await host.report())) {
        if (performance.now() > deadline) throw new Error(`${host.identifier} is never heard`);
        await sleep(POLL_MS);
      }
    }
  }

  /** Hosts say no more, whatever they have kept. */
  abandon(): void {
    for (const host of this.hosts) host.isStopping = true;
  }

  /** How many times any host was told something. */
  count(of: (host: Host) => number): number {
    return this.hosts.reduce((sum, host) => sum + of(host), 0);
  }

  private async live(host: Host): Promise<void> {
    await sleep(Math.random() * this.intervalMs);
    while (!host.isStopping) {
      await host.cycle();
      await sleep(this.intervalMs);
    }
  }
}
