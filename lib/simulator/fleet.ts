import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import { type Agent, createAgent } from "./agent.ts";
import { createSqlEngine, type SqlEngine } from "./engine.ts";
import { createGate } from "./gate.ts";
import { type ChangedTables, createHost, type SimulatedHost } from "./host.ts";
import { createPresence, type Presence } from "./presence.ts";
import type { HostProfile } from "./profile.ts";
import { makeFleet } from "./profiles.ts";
import { createRandom } from "./random.ts";
import { createTransport, type Transport } from "./transport.ts";

/** Where hosts enroll. Hosts spread evenly over the targets that take their platform. */
export interface EnrollTarget {
  /** Shown in `list`; null for no team. */
  team: string | null;
  secret: string;
  /** All platforms when absent. */
  platforms?: OsqueryPlatform[];
}

export interface FleetOptions {
  serverUrl: string;
  enrollTargets: EnrollTarget[];
  hostCount: number;
  /** The same seed makes the same machines, identifiers included. */
  seed: string;
  intervalSeconds: number;
  /** Ends the fleet; requests under way are cut. */
  signal: AbortSignal;
  /** PEM of the authority that signed the server's certificate. */
  ca?: string;
  /** Hosts come up evenly over this time. */
  startSpreadSeconds?: number;
  saved?: FleetState;
  /** Laptops that sleep now and then. On unless false. */
  naps?: boolean;
  log?: (message: string) => void;
}

/** What a machine keeps through a restart, by its hardware UUID. */
export type FleetState = Record<string, { nodeKey: string; changedTables: ChangedTables }>;

export interface FleetMember {
  host: SimulatedHost;
  agent: Agent;
  presence: Presence;
  team: string | null;
}

export interface Fleet {
  members: readonly FleetMember[];
  /** Settles once every agent has stopped after the signal. Rejects for our own defects only. */
  done: Promise<void>;
}

/** A fleet's open connections: far below the usual limit of 1,024 files, enough for thousands of hosts. */
const requestsMax = 128;

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  // Every wait and request of every host listens to this one signal; Node would warn at eleven.
  setMaxListeners(0, options.signal);
  const engine = await createSqlEngine();
  const transport = createTransport({
    serverUrl: options.serverUrl,
    ca: options.ca,
    gate: createGate(requestsMax),
  });
  const log = throttled(options.log ?? (() => undefined));
  const startedAt = new Date();
  const members = makeFleet(options.seed, options.hostCount).map((profile) =>
    createMember({ options, profile, engine, transport, startedAt, log }),
  );
  const done = runAll(members, options).finally(() => engine.close());
  return { members, done };
}

interface MemberParts {
  options: FleetOptions;
  profile: HostProfile;
  engine: SqlEngine;
  transport: Transport;
  startedAt: Date;
  log: (message: string) => void;
}

function createMember(parts: MemberParts): FleetMember {
  const { options, profile, engine, transport, startedAt } = parts;
  const saved = options.saved?.[profile.uuid];
  const host = createHost(profile, startedAt, saved?.changedTables);
  const presence = createPresence(options.naps === false ? undefined : profile.naps);
  const target = targetOf(profile, options.enrollTargets);
  const agent = createAgent({
    host,
    engine,
    transport,
    presence,
    enrollSecret: target.secret,
    savedNodeKey: saved?.nodeKey ?? "",
    intervalSeconds: options.intervalSeconds,
    signal: options.signal,
    nowMilliseconds: Date.now,
    sleep,
    onTrouble: (message) => parts.log(`${profile.hostname}: ${message}`),
  });
  return { host, agent, presence, team: target.team };
}

/** By the host's own seed and not in turn: turns would give each team its own platform. */
function targetOf(profile: HostProfile, targets: EnrollTarget[]): EnrollTarget {
  const taking = targets.filter(
    ({ platforms }) => !platforms || platforms.includes(profile.platform),
  );
  const [first, ...others] = taking;
  if (!first) throw new Error(`no enroll secret for platform ${profile.platform}`);
  return createRandom(`${profile.seed}/${profile.index}/team`).pick([first, ...others]);
}

async function runAll(members: FleetMember[], options: FleetOptions): Promise<void> {
  const spread = (options.startSpreadSeconds ?? options.intervalSeconds) * 1000;
  const lives = members.map(async ({ agent }, at) => {
    await wait((spread * at) / members.length, undefined, { signal: options.signal });
    await agent.run();
  });
  const ends = await Promise.allSettled(lives);
  for (const { presence } of members) presence.close();
  for (const end of ends) {
    if (end.status === "rejected" && !isAbort(end.reason, options.signal)) throw end.reason;
  }
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal });
}

const logEveryMilliseconds = 5000;

/** A server that is down troubles every host at once; one line in five seconds says as much. */
function throttled(log: (message: string) => void): (message: string) => void {
  let quietUntil = 0;
  return (message) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + logEveryMilliseconds;
    log(message);
  };
}
