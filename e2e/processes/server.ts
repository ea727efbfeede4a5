import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { freePort } from "#lib/testing/free-port.ts";
import { end } from "../product.ts";
import type { Death, Order } from "./preload.ts";

const ROOT = join(import.meta.dirname, "../..");
const START_LIMIT_MS = 60_000;
const WARNING = 40;
/** Where statements or turns of the event loop take seconds, servers say so, and that is right. */
const SAID_WHEN_SLOW = /^(a commit took long|overload: )/;

export interface LogLine {
  level: number;
  msg: string;
  [field: string]: any;
}

export interface ServerOptions {
  roles?: string;
  /** The same port again after a kill; a free one by default. */
  port?: number;
  /** The product's folder; this one by default. */
  root?: string;
  /** Further command line options, e.g. --policy-rollout-hosts-per-second. */
  argv?: string[];
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON was written past the log: an uncaught error, a warning of Node's.
    return { level: 60, msg: text };
  }
}

/** The product's server.ts as a process of its own, in front of a given database. */
export class TestServer {
  readonly url: string;
  readonly port: number;
  readonly lines: LogLine[] = [];
  private readonly child: ChildProcess;
  private forgotten = 0;
  private forgottenAtMs = performance.now();

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream as Readable).on("line", (text) => this.lines.push(parseLine(text)));
    }
  }

  /** Resolves when it serves; rejects with what it printed when it ends before. */
  static async start(databaseUrl: string, options: ServerOptions = {}): Promise<TestServer> {
    const port = options.port ?? (await freePort());
    const argv = [
      ...["--import", "tsx", "--import", join(import.meta.dirname, "preload.ts"), "--expose-gc"],
      ...["server.ts", "--roles", options.roles ?? "agents,worker", "--port", String(port)],
      ...["--log-level", "info", ...(options.argv ?? [])],
    ];
    const child = spawn(process.execPath, argv, {
      cwd: options.root ?? ROOT,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    const server = new TestServer(child, port);
    const ready = once(child, "message", { signal: AbortSignal.timeout(START_LIMIT_MS) });
    const failed = once(child, "exit").then(() => Promise.reject(new Error(server.transcript())));
    await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    return server;
  }

  /** SIGTERM, and waits until it has drained. */
  async stop(): Promise<void> {
    await end(this.child);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Sets the server's clock off by so much, as an operator's mistake or a bad NTP server would. */
  setClock(offsetMs: number): void {
    this.order({ clockOffsetMs: offsetMs });
  }

  /** Resolves when it has ended itself, without a word, at that point. */
  async dieAt(death: Death): Promise<void> {
    const ended = once(this.child, "exit");
    this.order({ death });
    await ended;
  }

  /** Bytes in use, on the heap and beside it, after the garbage has been collected. */
  async usedBytes(): Promise<number> {
    this.order({ collect: true });
    const [message] = (await once(this.child, "message")) as [{ usedBytes: number }];
    return message.usedBytes;
  }

  /** The value of a metric, summed over the label sets that hold `labels`, e.g. `route="enroll"`. */
  async metric(name: string, labels = ""): Promise<number> {
    const series = await this.series(name, labels);
    return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  }

  /** Its lines in /metrics. */
  async series(name: string, labels = ""): Promise<string[]> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return text
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => line.includes(labels));
  }

  /** What was said until now is of an earlier trouble. */
  forgetComplaints(): void {
    this.forgotten = this.lines.length;
    this.forgottenAtMs = performance.now();
  }

  /** Whole minutes since then. */
  get minutes(): number {
    return Math.floor((performance.now() - this.forgottenAtMs) / 60_000);
  }

  /** How often each warning or error was said: text by count. */
  complaints(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { level, msg } of this.lines.slice(this.forgotten)) {
      if (level >= WARNING) counts[msg] = (counts[msg] ?? 0) + 1;
    }
    return counts;
  }

  /** Those that no slow machine brings about by itself. */
  faults(): Record<string, number> {
    const all = Object.entries(this.complaints());
    return Object.fromEntries(all.filter(([said]) => !SAID_WHEN_SLOW.test(said)));
  }

  transcript(): string {
    return this.lines.map((line) => JSON.stringify(line)).join("\n");
  }

  private order(order: Order): void {
    this.child.send(order);
  }
}
