import { eq } from "drizzle-orm";
import { expect, inject, test } from "vitest";
import { transaction } from "#db/client.ts";
import { exemptions, policies, policyStats } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption, endExemption } from "#lib/exemptions/exemptions.ts";
import { createExemptionBody } from "#lib/exemptions/schema.ts";
import { deleteHosts, transferHosts } from "#lib/hosts/manage.ts";
import { modifyLabel } from "#lib/labels/edit.ts";
import { modifyLabelBody } from "#lib/labels/schema.ts";
import { setPaused } from "#lib/policies/actions.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { type TestAgents, TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { runJob, settle } from "#lib/testing/jobs.ts";
import { insertLabel, insertManualLabel, listHosts } from "#lib/testing/labels.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";
import { expireAnswers } from "#lib/worker/expire-answers.ts";
import { touchAgents } from "./sql.ts";

const db = await testDatabase();
const servers: TestAgents[] = [await testAgents(), await testAgents()];

const isCluster = inject("databaseServerUrls").length > 1;
const HOSTS = 8;
const POLICIES = 6;
/** On a cluster each conflict ends somebody's transaction, and all begin anew. */
const EVENTS = isCluster ? 150 : 400;
const AT_ONCE = 6;
const PLATFORMS = ["", "darwin", "darwin,linux", "linux", "windows"];
const OS_PLATFORMS = ["darwin", "ubuntu", "windows"];

const NO_RULES = {
  labels_include_any: [],
  labels_include_all: [],
  labels_exclude_any: [],
  labels_exclude_all: [],
};
const HOUR_MS = 3_600_000;
const isOf = (error: unknown, words: string) =>
  JSON.stringify(error).includes(words) || `${error}`.includes(words);

const pick = <T>(from: readonly T[]): T => {
  const one = from[Math.floor(Math.random() * from.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
};

/** A host that checks in at either server and answers what it likes, now or later. */
class RestlessHost {
  readonly ways: TestHost[];
  readonly first: TestHost;
  id = 0;
  private late: string[] = [];

  constructor() {
    this.ways = servers.map((server) => new TestHost(server, pick(OS_PLATFORMS)));
    this.first = this.ways[0] ?? new TestHost(pick(servers));
  }

  async enroll(teamId: number | null) {
    await this.first.enroll(teamId);
    for (const way of this.ways) way.nodeKey = this.first.nodeKey;
    this.id = await hostIdOf(this.first.identifier);
  }

  async checkIn() {
    const names = Object.keys(
      await pick(this.ways)
        .read()
        .catch(() => ({})),
    );
    if (Math.random() < 0.2) {
      this.late = names;
      return;
    }
    await this.report([...names, ...(Math.random() < 0.3 ? this.late : [])]);
  }

  private report(names: readonly string[]) {
    const outcome = () => pick([[], [{ 1: "1" }], [{ 1: "1" }], "no such table"]);
    const told = names
      .filter((name) => name.startsWith("fleet_policy") || name.startsWith("fleet_label"))
      .map((name) => [name, outcome()] as const);
    const moves = names.length > 0 && Math.random() < 0.15;
    return pick(this.ways).post("distributed/write", {
      queries: {
        ...Object.fromEntries(names.map((name) => [name, []])),
        ...Object.fromEntries(told),
        ...(moves
          ? { fleet_detail_query_os_version: [{ name: "OS", platform: pick(OS_PLATFORMS) }] }
          : {}),
      },
      statuses: Object.fromEntries(told.map(([name, rows]) => [name, Array.isArray(rows) ? 0 : 1])),
    });
  }
}

test("rows, counts, cards and verdicts agree after everything happened at once at two servers", async () => {
  const teamIds = [null, await insertTeam(), await insertTeam()];
  const policyIds: number[] = [];
  for (let n = 0; n < POLICIES; n++) {
    const critical = n % 2 === 0;
    policyIds.push(await insertPolicy({ platform: pick(PLATFORMS), critical }, pick(teamIds)));
  }
  const labels = [
    await insertManualLabel(),
    await insertLabel(),
    await insertLabel({ platform: "darwin" }),
    await insertLabel({ criteria: { vital: "platform", values: ["ubuntu"] } }),
  ];
  const [manual, dynamic, , byVitals] = labels;
  if (!manual || !dynamic || !byVitals) throw new Error("no labels");
  const fleet = Array.from({ length: HOSTS }, () => new RestlessHost());
  for (const host of fleet) await host.enroll(pick(teamIds));

  const patch = async (change: Record<string, unknown>) => {
    const id = pick(policyIds);
    const [policy] = (await db.select().from(policies)).filter((row) => row.id === id);
    if (policy) await modifyPolicy(SYSTEM, policy.teamId, id, modifyPolicyBody.parse(change));
  };
  const someLabels = () => labels.filter(() => Math.random() < 0.3).map(({ name }) => name);
  const relabel = (id: number, change: object) =>
    modifyLabel(SYSTEM, id, modifyLabelBody.parse(change));
  const exempt = async () => {
    const target = pick([
      { host_id: pick(fleet).id },
      { label_id: pick(labels).id },
      { team_id: pick(teamIds) ?? 0 },
    ]);
    // Some end while the test goes on.
    const expiresAt = new Date(Date.now() + pick([1_000, HOUR_MS]));
    const body = { policy_id: pick(policyIds), ...target, reason: "A reason" };
    const input = { ...body, expires_at: expiresAt.toISOString() };
    await createExemption(SYSTEM, createExemptionBody.parse(input));
  };
  const rare: (() => Promise<unknown>)[] = [
    () => patch({ ...NO_RULES, labels_include_any: someLabels() }),
    () => patch({ ...NO_RULES, labels_exclude_all: someLabels() }),
    () =>
      patch({ ...NO_RULES, labels_include_all: [manual.name], labels_exclude_any: [dynamic.name] }),
    () => patch(NO_RULES),
    () => listHosts(manual, { add: [pick(fleet).id] }),
    () => listHosts(manual, { remove: [pick(fleet).id] }),
    () => relabel(dynamic.id, { query: `SELECT ${Math.floor(Math.random() * 9)}` }),
    () => relabel(dynamic.id, { platform: pick(PLATFORMS) }),
    () => relabel(byVitals.id, { criteria: { vital: "platform", values: [pick(OS_PLATFORMS)] } }),
    exempt,
    exempt,
    async () => {
      const [one] = (await db.select().from(exemptions)).filter(() => Math.random() < 0.3);
      if (one) await endExemption(SYSTEM, one.id);
    },
    () => setPaused(SYSTEM, pick(policyIds), Math.random() < 0.3, ""),
    () => settle(),
    () => runJob(expireAnswers()),
    () => patch({ query: `SELECT ${Math.floor(Math.random() * 9)}` }),
    () => patch({ platform: pick(PLATFORMS) }),
    () => patch({ critical: Math.random() < 0.5 }),
    () => transferHosts(SYSTEM, pick(teamIds), [pick(fleet).id]),
    () => pick(fleet).enroll(pick(teamIds)),
    () => transaction(db, (tx) => touchAgents(tx, [pick(fleet).id], { refetchRequestedAt: "now" })),
    async () => {
      const host = pick(fleet);
      await deleteHosts(SYSTEM, [host.id]);
      await host.enroll(pick(teamIds));
    },
    async () => void policyIds.push(await insertPolicy({ platform: pick(PLATFORMS) })),
    async () => {
      const id = pick(policyIds);
      const [policy] = (await db.select().from(policies)).filter((row) => row.id === id);
      if (policy) await deletePolicies(SYSTEM, policy.teamId, [id]);
    },
    () => Promise.all(servers.map((server) => server.app.refresh())),
  ];
  const gone = (error: unknown) => {
    // A host that is told so comes again; one may be deleted while it enrolls.
    if (error instanceof Error && /^(enroll: 503|no host is called)/.test(error.message)) return;
    const known = ["not_found", ...(isOf(error, "is exempt from this policy") ? ["conflict"] : [])];
    // A policy of one team lets off nobody of another.
    if (isOf(error, "is not asked this policy")) known.push("invalid");
    if (!(error instanceof Error && "kind" in error && known.includes(`${error.kind}`)))
      throw error;
  };
  let left = EVENTS;
  const happen = async () => {
    while (left-- > 0) {
      const event = Math.random() < 0.4 ? pick(rare) : () => pick(fleet).checkIn();
      await event().catch(gone);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, happen));

  // Something is there to be counted, whatever was deleted.
  const last = await insertPolicy();
  for (const { app } of servers) await app.refresh();
  for (const { first } of fleet) await first.checkIn();
  // Exemptions that were about to end do.
  await new Promise((resume) => setTimeout(resume, 1_200));
  await settle();
  await runJob(expireAnswers());
  await expectConsistent(db);
  const [counts] = await db.select().from(policyStats).where(eq(policyStats.policyId, last));
  expect(counts?.passing).toBeGreaterThan(0);
}, 180_000);
