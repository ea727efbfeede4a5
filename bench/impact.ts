import { POST as ofLabel } from "#app/api/v1/muster/labels/[label]/impact/route.ts";
import { POST as ofBulk } from "#app/api/v1/muster/policies/bulk/impact/route.ts";
import { POST as ofPolicy } from "#app/api/v1/muster/policies/impact/route.ts";
import { POST as ofScope } from "#app/api/v1/muster/policies/scope/route.ts";
import type { RouteHandler } from "#lib/http/route.ts";
import { FLEET, seedConsoleFleet } from "./console-fleet.ts";
import type { Figure } from "./figure.ts";
import { percentile } from "./load.ts";
import { countHostsMs } from "./pages.ts";
import { makeToken } from "./token.ts";
import { withKeptWorld } from "./world.ts";

const RUNS = 5;
/** A critical one by no label. */
const CRITICAL = 10;
const IDS = Array.from({ length: FLEET.globalPolicies }, (_, n) => n + 1);

interface Question {
  handler: RouteHandler;
  params?: Record<string, string>;
  bodies: object[];
}

/** What people ask before they save, of all hosts at a time. */
const QUESTIONS: Record<string, Question> = {
  "impact, an edit": {
    handler: ofPolicy,
    bodies: [
      { policy_id: CRITICAL, query: "SELECT 1 FROM os_version;", run_id: 1 },
      { policy_id: CRITICAL, critical: false },
      { policy_id: CRITICAL, platform: "darwin" },
      { policy_id: CRITICAL, labels_include_any: ["Label 1"], labels_exclude_any: ["Label 4"] },
    ],
  },
  "impact, a new policy": {
    handler: ofPolicy,
    bodies: [
      { query: "SELECT 1;", critical: true, run_id: 1 },
      { query: "SELECT 1;", critical: true, labels_include_any: ["Label 2"] },
      { query: "SELECT 1;", team_id: 1 },
    ],
  },
  "impact, 50 policies": {
    handler: ofBulk,
    bodies: [
      { action: "pause", ids: IDS },
      { action: "delete", ids: IDS },
      { action: "move", team_id: 1, ids: IDS },
      { action: "set_critical", critical: true, ids: IDS },
      { action: "add_tags", tags: ["one more"], ids: IDS },
    ],
  },
  "impact, a label by SQL": {
    handler: ofLabel,
    params: { label: "1" },
    bodies: [{ query: "SELECT 2;" }, { platform: "darwin" }],
  },
  "impact, a label by hand": {
    handler: ofLabel,
    params: { label: "8" },
    bodies: [{ host_ids: [1, 2, 3] }],
  },
  "impact, a label by vitals": {
    handler: ofLabel,
    params: { label: "9" },
    bodies: [{ criteria: { vital: "platform_family", values: ["windows"] } }],
  },
  "impact, whom a policy would ask": {
    handler: ofScope,
    bodies: [{}, { platform: "darwin" }, { labels_include_any: ["Label 1"] }],
  },
};

async function answerMs(token: string, question: Question, body: object): Promise<number> {
  const { handler, params = {} } = question;
  const runs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const request = new Request("http://127.0.0.1:8080/", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const startedAt = performance.now();
    const response = await handler(request, { params: Promise.resolve(params) });
    const answer = await response.text();
    runs.push(performance.now() - startedAt);
    if (response.status !== 200) throw new Error(`${JSON.stringify(body)}: ${answer}`);
  }
  return percentile(runs, 0.5);
}

/** What saving would do, told before it is saved: 100,000 hosts, 50 policies, labels and exemptions. */
export function impact(): Promise<Figure[]> {
  return withKeptWorld(async (world) => {
    await seedConsoleFleet(world.db);
    const token = await makeToken(world);
    const reference = await countHostsMs(world.db);
    const figures: Figure[] = [];
    for (const [name, question] of Object.entries(QUESTIONS)) {
      let slowest = 0;
      for (const body of question.bodies) {
        const took = await answerMs(token, question, body);
        console.error(`${name}: ${JSON.stringify(body).slice(0, 90)} ${Math.round(took)} ms`);
        slowest = Math.max(slowest, took);
      }
      figures.push({ name, value: slowest, unit: "ms", reference });
    }
    return figures;
  });
}
