import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger, Outcome, Told } from "./ledger.ts";
import { exchange, type Heard, postAsOsquery } from "./wire.ts";

const POLICY = "fleet_policy_query_";
/** A server on a slow machine may call itself busy as it starts; hosts come again, as osquery does. */
const ENROLL_LIMIT_MS = 60_000;
const ENROLL_AGAIN_MS = 1_000;

export interface HostOptions {
  identifier: string;
  /** Known already, for hosts that were put into the database. */
  nodeKey?: string;
  /** The server that the next connection reaches. */
  url: () => string;
  ledger: Ledger;
  outcome: (identifier: string, policyId: number) => Outcome;
  /** What osquery says of an error. */
  message?: string;
  /** Posts every report a second time within this, to any server, as a network may. */
  echoMs?: number;
}

/** One thin host: asks, answers, and keeps and repeats what was not acknowledged, as osquery does. */
export class Host {
  nodeKey: string;
  /** Times it was told that its key is invalid; an outage must never say so. */
  nodeInvalid = 0;
  /** Requests of which all attempts failed: the agent's own log says so. */
  gaveUp = 0;
  /** Failed attempts, by the status they came with; 0: no answer at all. */
  readonly failures: Record<number, number> = {};
  /** performance.now() of the last acknowledged report. */
  acknowledgedAtMs = 0;
  isStopping = false;
  readonly identifier: string;
  private readonly options: HostOptions;
  /** What osquery keeps in memory until it is acknowledged, by name of the query. */
  private readonly kept = new Map<string, Told | undefined>();

  constructor(options: HostOptions) {
    this.options = options;
    this.identifier = options.identifier;
    this.nodeKey = options.nodeKey ?? "";
  }

  async enroll(secret: string): Promise<void> {
    const { identifier } = this;
    const body = {
      enroll_secret: secret,
      host_identifier: identifier,
      platform_type: "21",
      host_details: {
        os_version: { name: "macOS", version: "15.1", platform: "darwin" },
        system_info: { hostname: identifier, uuid: identifier },
        osquery_info: { version: "5.23.1", instance_id: identifier },
      },
    };
    const deadline = performance.now() + ENROLL_LIMIT_MS;
    for (;;) {
      const { status, json } = await exchange(this.path("enroll"), JSON.stringify(body));
      this.nodeKey = json?.node_key ?? "";
      if (this.nodeKey) return;
      const isBusy = status === 503 && performance.now() < deadline;
      if (!isBusy) throw new Error(`enroll: ${status} ${json?.error}`);
      await sleep(ENROLL_AGAIN_MS);
    }
  }

  /** Asks, runs what it is given, and posts that with all it has kept. */
  async cycle(): Promise<void> {
    const heard = await this.post("distributed/read", {});
    for (const name of Object.keys(heard.ok ? heard.json.queries : {})) this.run(name);
    await this.report();
  }

  /** True when nothing is left to report. */
  async report(): Promise<boolean> {
    if (this.kept.size === 0) return true;
    const posted = [...this.kept];
    for (const [, told] of posted) if (told) this.options.ledger.sent(told);
    const body = reportOf(posted, this.options.message);
    const [heard] = await Promise.all([this.post("distributed/write", body), this.echo(body)]);
    if (!heard.ok) return false;
    this.acknowledgedAtMs = performance.now();
    for (const [name, told] of posted) {
      if (told) this.options.ledger.acknowledged(told);
      this.kept.delete(name);
    }
    return true;
  }

  /** With osquery's retries. */
  async post(route: string, body: Record<string, unknown>): Promise<Heard> {
    const heard = await postAsOsquery({
      url: () => this.path(route),
      body: JSON.stringify({ ...body, node_key: this.nodeKey }),
      onFailure: ({ status }) => {
        this.failures[status] = (this.failures[status] ?? 0) + 1;
        return this.isStopping;
      },
    });
    if (heard.nodeInvalid) this.nodeInvalid++;
    else if (!heard.ok) this.gaveUp++;
    return heard;
  }

  private async echo(body: Record<string, unknown>): Promise<void> {
    const { echoMs } = this.options;
    if (echoMs === undefined) return;
    await sleep(Math.random() * echoMs);
    const text = JSON.stringify({ ...body, node_key: this.nodeKey });
    await exchange(this.path("distributed/write"), text).catch(() => undefined);
  }

  private run(name: string): void {
    const { identifier } = this;
    if (!name.startsWith(POLICY)) return void this.kept.set(name, undefined);
    const policyId = Number(name.slice(POLICY.length));
    const outcome = this.options.outcome(identifier, policyId);
    this.kept.set(name, { identifier, policyId, outcome, isAcknowledged: false });
  }

  private path(route: string): string {
    return `${this.options.url()}/api/osquery/${route}`;
  }
}

/** The body of a distributed write without the key; details are answered with no rows. */
export function reportOf(
  results: readonly (readonly [string, Told | undefined])[],
  message = "no such table: chaos",
) {
  const outcomeOf = (told: Told | undefined) => told?.outcome ?? "fail";
  const each = <T>(value: (outcome: Outcome) => T) =>
    Object.fromEntries(results.map(([name, told]) => [name, value(outcomeOf(told))]));
  return {
    queries: each((outcome) => (outcome === "pass" ? [{ 1: "1" }] : [])),
    statuses: each((outcome) => (outcome === "error" ? 1 : 0)),
    messages: each((outcome) => (outcome === "error" ? message : "")),
  };
}
