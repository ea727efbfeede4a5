import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { transaction } from "#db/client.ts";
import type { Admission } from "#lib/agent/admission.ts";
import { type AgentApp, createAgentApp } from "#lib/agent/app.ts";
import { AgentDispatcher } from "#lib/agent/dispatcher.ts";
import { HostCache } from "#lib/agent/host-cache.ts";
import { nodeHandler } from "#lib/agent/http.ts";
import { type AgentReply, OK } from "#lib/agent/replies.ts";
import { database } from "#lib/database.ts";
import { addSecret } from "#lib/enroll-secrets/enroll-secrets.ts";
import { type Env, env } from "#lib/env.ts";
import { createLog, type Log } from "#lib/log.ts";
import { createMetrics, type Metrics } from "#lib/metrics.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { Turns } from "#lib/turns.ts";
import { databaseOfServer } from "./database.ts";

export interface AgentAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers the way osquery does
  json: any;
}

type Body = string | Buffer | Record<string, unknown>;

/** Agents' view of a server of its own, on the test file's database. */
export class TestAgents {
  readonly app: AgentApp;
  readonly metrics: Metrics = createMetrics();
  private readonly server: Server;
  private port = 0;

  constructor(settings: Partial<Env> = {}, log: Log = createLog("warn")) {
    this.app = createAgentApp({
      db: databaseOfServer(),
      env: { ...env(), ...settings },
      metrics: this.metrics,
      log,
    });
    this.server = createServer((req, res) => this.app.handle(req, res));
  }

  async start(): Promise<this> {
    await this.app.start();
    await new Promise<void>((ready) => this.server.listen(0, "127.0.0.1", ready));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
    await this.app.stop();
  }

  /** Posts to a path below /api/osquery, or to an absolute one. */
  post(path: string, body: Body, headers: Record<string, string> = {}): Promise<AgentAnswer> {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const url = path.startsWith("/") ? path : `/api/osquery/${path}`;
    return new Promise((resolve, reject) => {
      const req = httpRequest(
        { port: this.port, path: url, method: "POST", agent: false, headers },
        (res) => {
          const chunks: Buffer[] = [];
          res.on("data", (chunk: Buffer) => chunks.push(chunk));
          res.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            const { statusCode: status = 0, headers } = res;
            resolve({ status, headers, text, json: JSON.parse(text) });
          });
        },
      );
      req.on("error", reject);
      req.end(bytes);
    });
  }

  async counted(reason: string): Promise<number> {
    const { values } = await this.metrics.agentInputs.get();
    return values.find((value) => value.labels.reason === reason)?.value ?? 0;
  }
}

/** A server for the test file, stopped after its last test. */
export async function testAgents(settings: Partial<Env> = {}, log?: Log): Promise<TestAgents> {
  const agents = await new TestAgents(settings, log).start();
  afterAll(() => agents.stop());
  return agents;
}

/** The agents' mount alone: no look-up ever ends, nor the first enrolment, and no other waits for it. */
export function bareMount(admission: Admission, metrics: Metrics) {
  const cache = new HostCache({ load: () => new Promise(() => {}), nowMs: () => 0, metrics });
  const turns = new Turns({ name: "enrolments", atOnce: 1, waitingMax: 0 });
  const enroll = () => turns.run(() => new Promise<AgentReply>(() => {}));
  const routes = { enroll, ofHosts: { log: () => OK } };
  const log = createLog("fatal");
  const dispatcher = new AgentDispatcher({ routes, cache, admission, metrics, log });
  return nodeHandler(dispatcher, admission, metrics);
}

/** What a host answers, by name of the query or id of the policy. */
type Rows = Record<string | number, number | string>;

let serial = 0;

/** One host on the wire: says what it is told to say. */
export class TestHost {
  nodeKey = "";
  readonly identifier: string;
  private readonly agents: TestAgents;
  private readonly platform: string;

  constructor(agents: TestAgents, platform = "darwin") {
    serial += 1;
    this.agents = agents;
    this.platform = platform;
    this.identifier = `host-${process.pid}-${serial}`;
  }

  /** By default with a new secret of the team (null: none), which the server is made to know. */
  async enroll(teamId: number | null = null): Promise<AgentAnswer> {
    const secret = await transaction(database(), async (tx) => {
      await raiseRevision(tx, "config");
      return addSecret(tx, teamId);
    });
    await this.agents.app.refresh();
    const answer = await this.agents.post("enroll", {
      enroll_secret: secret,
      host_identifier: this.identifier,
      platform_type: { darwin: "21", windows: "2" }[this.platform] ?? "9",
      host_details: {
        os_version: { name: "macOS", version: "15.1", platform: this.platform },
        system_info: {
          hostname: this.identifier,
          computer_name: "A computer",
          uuid: this.identifier,
        },
        osquery_info: { version: "5.23.1", instance_id: `instance-${this.identifier}` },
      },
    });
    if (answer.status !== 200) throw new Error(`enroll: ${answer.status} ${answer.text}`);
    this.nodeKey = answer.json.node_key;
    return answer;
  }

  post(path: string, body: Record<string, unknown> = {}): Promise<AgentAnswer> {
    return this.agents.post(path, { node_key: this.nodeKey, ...body });
  }

  async read(): Promise<Record<string, string>> {
    const { status, text, json } = await this.post("distributed/read");
    if (status !== 200) throw new Error(`distributed/read: ${status} ${text}`);
    return json.queries;
  }

  /**
   * Checks in and answers everything: by `rows`, a number of rows or an error. Policies by id, others
   * by the whole name; one row where nothing is said.
   */
  async checkIn(rows: Rows = {}): Promise<string[]> {
    const names = Object.keys(await this.read());
    await this.answer(names, rows);
    return names;
  }

  answer(names: string[], rows: Rows = {}): Promise<AgentAnswer> {
    const queries: Record<string, unknown> = {};
    const statuses: Record<string, number> = {};
    const messages: Record<string, string> = {};
    for (const name of names) {
      const given = rows[name] ?? rows[name.replace("fleet_policy_query_", "")] ?? 1;
      const failed = typeof given === "string";
      const detail = name.startsWith("fleet_detail_query_");
      queries[name] = failed || detail ? [] : Array.from({ length: given }, () => ({ 1: "1" }));
      statuses[name] = failed ? 1 : 0;
      messages[name] = failed ? given : "";
    }
    return this.post("distributed/write", { queries, statuses, messages });
  }
}
