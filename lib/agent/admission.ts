import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { LoopShare } from "./loop-share.ts";
import { BUSY, CALM, DROWNING, type Level, OVERLOADED, Pressure } from "./pressure.ts";
import { Rate } from "./rate.ts";
import { type AgentReply, NOTHING_NOW, SHED } from "./replies.ts";

/*
 * What is refused when agents ask for more than the process can do. People's requests, attestation
 * among them, are never refused here: agents give way, because they come again by themselves.
 *
 * A refusal costs what parsing a request's head costs, a tenth of taking answers. What is given up
 * goes from the cheap to the precious: log lines, which nobody reads here; handing out work, which
 * would only make more; configuration and enrolments, which wait; answers last, since the hosts have
 * worked for them. A host that a person waits for gets its work as long as it can be told from others.
 */

/** From which level on a route is refused before its body is read. */
const REFUSED_FROM: Readonly<Record<string, Level>> = {
  log: BUSY,
  config: OVERLOADED,
  enroll: OVERLOADED,
  "distributed/read": OVERLOADED,
  "distributed/write": DROWNING,
};

/** Requests read, waiting or being answered. Each may hold a socket and its body for seconds. */
const REQUESTS_MAX = 10_000;
/** Bodies of those requests together; as objects they take several times as much. */
const BODY_BYTES_MAX = 128 * 1024 * 1024;
/** Hosts that get their work even so, or those that come last would never get any. */
const WORK_PER_SECOND = 100;
/** Overload is over when nothing has been refused for this long. */
const QUIET_MS = 30_000;

type Reason = "event_loop" | "requests" | "bytes" | "buffer" | "host";

export interface AdmissionOptions {
  log: Log;
  metrics: Metrics;
  /** Whether no more answers fit into what waits for the database. */
  isFull: () => boolean;
}

/** Decides in front of everything else whether a request of an agent is taken. */
export class Admission {
  private readonly share = new LoopShare();
  private readonly pressure = new Pressure((nowMs) => this.share.waitedMs(nowMs));
  private readonly options: AdmissionOptions;
  private readonly handOuts = new Rate(WORK_PER_SECOND, () => performance.now());
  private requests = 0;
  private bytes = 0;
  private refusals: Record<string, number> | undefined;
  private sinceMs = 0;
  private lastMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: AdmissionOptions) {
    this.options = options;
  }

  start(): void {
    this.pressure.start();
    this.timer = setInterval(() => this.tellEnd(performance.now()), QUIET_MS / 10).unref();
  }

  stop(): void {
    this.pressure.stop();
    clearInterval(this.timer);
  }

  /** The answer to a request that is not taken; undefined: it is, and `leave` must follow. */
  enter(route: string): AgentReply | undefined {
    const reason = this.reasonAgainst(route);
    if (reason) return this.refuse(route, reason);
    this.requests++;
    return undefined;
  }

  /** The request is answered or gone. */
  leave(): void {
    this.requests--;
  }

  /** Whether so many more bytes of a body may be held, until `letGo`. */
  hold(bytes: number): boolean {
    if (this.bytes + bytes > BODY_BYTES_MAX) return false;
    this.bytes += bytes;
    return true;
  }

  letGo(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Does the work of a request that was taken, when agents' share of the event loop allows. */
  work(work: () => void): void {
    this.share.run(work);
  }

  /** Whether hosts that nobody waits for are told that there is nothing to do for now. */
  postpones(): boolean {
    if (this.pressure.level === CALM || this.handOuts.take()) return false;
    this.note("distributed/read", "event_loop");
    return true;
  }

  refuse(route: string, reason: Reason): AgentReply {
    // Agents choose the path, and labels must be few.
    this.note(Object.hasOwn(REFUSED_FROM, route) ? route : "unknown", reason);
    return route === "distributed/read" ? NOTHING_NOW : SHED;
  }

  private reasonAgainst(route: string): Reason | undefined {
    const from = Object.hasOwn(REFUSED_FROM, route) ? REFUSED_FROM[route] : undefined;
    if (from === undefined) return undefined;
    if (this.pressure.level >= from) return "event_loop";
    if (this.requests >= REQUESTS_MAX) return "requests";
    if (route === "distributed/write" && this.options.isFull()) return "buffer";
    return undefined;
  }

  private note(route: string, reason: Reason): void {
    this.options.metrics.agentsShed.inc({ route, reason });
    this.lastMs = performance.now();
    if (!this.refusals) {
      this.refusals = {};
      this.sinceMs = this.lastMs;
      this.options.log.warn({ route, reason }, "overload: agents are told to come again");
    }
    this.refusals[route] = (this.refusals[route] ?? 0) + 1;
  }

  private tellEnd(nowMs: number): void {
    if (!this.refusals || nowMs - this.lastMs < QUIET_MS) return;
    const seconds = Math.round((this.lastMs - this.sinceMs) / 1000);
    this.options.log.info({ seconds, refused: this.refusals }, "overload is over");
    this.refusals = undefined;
  }
}
