import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { addSecret } from "#lib/enroll-secrets/enroll-secrets.ts";
import { listHosts } from "#lib/hosts/hosts.ts";
import { transferHosts } from "#lib/hosts/manage.ts";
import { listHostsQuery } from "#lib/hosts/schema.ts";
import { moveHostsToTeam } from "#lib/membership/membership.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { deleteTeam } from "#lib/teams/delete.ts";
import { testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const hostsOf = (teamId: number) => db.select().from(hosts).where(eq(hosts.teamId, teamId));

test("with the secret of a team that has just been deleted makes no host in it", async () => {
  const teamId = await insertTeam();
  const secret = await transaction(db, async (tx) => {
    await raiseRevision(tx, "config");
    return addSecret(tx, teamId);
  });
  await agents.app.refresh();
  await deleteTeam(SYSTEM, { id: teamId });
  const { json } = await agents.post("enroll", { enroll_secret: secret, host_identifier: "late" });
  expect(json.node_key).toBeUndefined();
  expect(await hostsOf(teamId)).toEqual([]);
});

test("no host moves to a team that is gone", async () => {
  const teamId = await insertTeam();
  const hostId = await insertHost();
  await deleteTeam(SYSTEM, { id: teamId });
  const move = transaction(db, (tx) => moveHostsToTeam(tx, [hostId], teamId));
  await expect(move).rejects.toMatchObject({ kind: "not_found" });
  await expect(transferHosts(SYSTEM, teamId, [hostId])).rejects.toMatchObject({
    kind: "not_found",
  });
  expect(await hostsOf(teamId)).toEqual([]);
});

test("a host is online, and in lists by last contact, from its enrolment on", async () => {
  const secret = await transaction(db, async (tx) => {
    await raiseRevision(tx, "config");
    return addSecret(tx, null);
  });
  await agents.app.refresh();
  await agents.post("enroll", { enroll_secret: secret, host_identifier: "just enrolled" });
  const newest = { order_key: "created_at", order_direction: "desc", per_page: "1" } as const;
  const [host] = await listHosts(SYSTEM, listHostsQuery.parse(newest));
  expect(host?.status).toBe("online");
  const online = { status: "online", order_key: "seen_time" };
  const found = await listHosts(SYSTEM, listHostsQuery.parse(online));
  expect(found.map(({ id }) => id)).toContain(host?.id);
});
