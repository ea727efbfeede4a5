import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Env } from "../env.ts";
import { type Api, call, mustCall } from "./api.ts";
import { DEMO_EMAIL, type DemoTeam, demoTeams, globalPolicies, teamPolicies } from "./content.ts";
import { makePassword } from "./password.ts";

/** Servers look for new enroll secrets once a second. */
const LEARNS_MS = 1_500;
const NAMESPACE = "/api/v1/fleet";

const enrollTarget = z.object({
  team: z.string(),
  secret: z.string(),
  platforms: z.array(z.string()).optional(),
});
const demoFile = z.object({ email: z.string(), enrollTargets: z.array(enrollTarget) });

export interface Demo extends z.output<typeof demoFile> {
  /** Only on the start that made the demo: it is stored nowhere. */
  password?: string;
}

const setupReply = z.object({ token: z.string() });
const teamReply = z.object({ team: z.object({ id: z.number() }) });
const secretsReply = z.object({ secrets: z.array(z.object({ secret: z.string() })).min(1) });

const fileIn = (dataDir: string) => join(dataDir, "demo.json");

/** How this machine reaches the server, whatever name others use. */
export async function localApi(env: Env): Promise<Api & { caFile?: string }> {
  const everywhere = env.host === "0.0.0.0" || env.host === "::";
  const host = everywhere ? "127.0.0.1" : env.host;
  if (!env.tlsSelfSigned) return { url: `http://${host}:${env.port}` };
  const caFile = join(env.dataDir, "tls", "ca.pem");
  return { url: `https://${host}:${env.port}`, ca: await readFile(caFile, "utf8"), caFile };
}

async function setUp(api: Api, env: Env, password: string): Promise<string | undefined> {
  const { status, body } = await call(api, "POST", "/api/v1/setup", {
    admin: { name: "Demo Admin", email: DEMO_EMAIL, password },
    org_info: { org_name: "Muster demo" },
    server_url: env.serverUrl,
  });
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`setup: ${status} ${JSON.stringify(body)}`);
  return setupReply.parse(body).token;
}

async function createTeam(api: Api, team: DemoTeam): Promise<z.output<typeof enrollTarget>> {
  const { name, description, platforms } = team;
  const created = await mustCall(api, "POST", `${NAMESPACE}/teams`, { name, description });
  const path = `${NAMESPACE}/teams/${teamReply.parse(created).team.id}`;
  for (const policy of teamPolicies(team)) await mustCall(api, "POST", `${path}/policies`, policy);
  const { secrets } = secretsReply.parse(await mustCall(api, "GET", `${path}/secrets`));
  return { team: name, secret: secrets[0]?.secret ?? "", platforms };
}

/** Everything is made through the REST API, as a person would: the demo has no path of its own. */
async function create(api: Api, env: Env): Promise<Demo | undefined> {
  const password = makePassword();
  const token = await setUp(api, env, password);
  if (!token) return undefined;
  const admin = { ...api, token };
  for (const policy of globalPolicies()) {
    await mustCall(admin, "POST", `${NAMESPACE}/policies`, policy);
  }
  const enrollTargets = [];
  for (const team of demoTeams) enrollTargets.push(await createTeam(admin, team));
  const demo = { email: DEMO_EMAIL, enrollTargets };
  // Or the first thing that a newcomer reads is that a host was refused.
  await sleep(LEARNS_MS);
  await writeFile(fileIn(env.dataDir), JSON.stringify(demo, null, 2), { mode: 0o600 });
  return { ...demo, password };
}

async function readDemo(dataDir: string): Promise<Demo | undefined> {
  const content = await readFile(fileIn(dataDir), "utf8").catch(() => undefined);
  return content === undefined ? undefined : demoFile.parse(JSON.parse(content));
}

/**
 * The demo of a running server: made on an empty one, found again later. Undefined when the server
 * was set up by somebody and so is no place for simulated hosts.
 */
export async function ensureDemo(env: Env): Promise<Demo | undefined> {
  const api = await localApi(env);
  return (await create(api, env)) ?? (await readDemo(env.dataDir));
}
