import { beforeAll, describe, expect, test } from "vitest";
import { GET as listActivities } from "#app/api/v1/fleet/activities/route.ts";
import { DELETE, POST } from "#app/api/v1/fleet/hosts/[id]/labels/route.ts";
import { GET as getHost } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { createPolicyBody } from "#lib/policies/schema.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertLabel, insertManualLabel } from "#lib/testing/labels.ts";
import { countsOf } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const ROUTES = { POST, DELETE };

async function set(
  method: keyof typeof ROUTES,
  id: number,
  labels: readonly string[],
  token = world.admin.token,
) {
  const { status, body } = await request(ROUTES[method], {
    ...{ token, method, params: { id } },
    body: { labels },
  });
  return { status, reason: body.errors?.[0]?.reason ?? "" };
}

async function labelsOf(id: number): Promise<string[]> {
  const { body } = await request(getHost, { token: world.admin.token, params: { id } });
  return body.host.labels.map(({ name }: { name: string }) => name);
}

/** A policy that leaves out the label's hosts. */
const insertExcluding = async (label: { name: string }, teamId: number | null) => {
  const body = { name: unique("Policy"), query: "SELECT 1", labels_exclude_any: [label.name] };
  return (await createPolicy(SYSTEM, teamId, createPolicyBody.parse(body))).id;
};

const onHostOfTeam = async (w: World) => ({
  params: { id: await insertHost({ teamId: w.teamId }) },
  body: { labels: [(await insertManualLabel()).name] },
});
accessTable({
  "POST /hosts/{id}/labels": [POST, [200, 200, 403, 200, 403, 401], onHostOfTeam],
  "DELETE /hosts/{id}/labels": [DELETE, [200, 200, 403, 200, 403, 401], onHostOfTeam],
});

describe("a host's manual labels", () => {
  test("are put on it and taken off, by name, and the feed says by whom", async () => {
    const [id, one, two] = [
      await insertHost(),
      await insertManualLabel(),
      await insertManualLabel(),
    ];
    expect(await set("POST", id, [one.name, two.name, one.name])).toMatchObject({ status: 200 });
    expect(await labelsOf(id)).toEqual(expect.arrayContaining([one.name, two.name]));
    expect(await set("DELETE", id, [one.name])).toMatchObject({ status: 200 });
    expect(await labelsOf(id)).not.toContain(one.name);
    expect(await labelsOf(id)).toContain(two.name);
    const { body } = await request(listActivities, {
      token: world.admin.token,
      query: { order_key: "id", order_direction: "desc", per_page: 2 },
    });
    expect(body.activities).toMatchObject([
      { type: "removed_host_labels", details: { host_id: id, label_names: [one.name] } },
      { type: "added_host_labels", details: { label_names: [one.name, two.name].sort() } },
    ]);
  });

  test("are all taken or none: what is unknown, built in or answered by hosts is named", async () => {
    const id = await insertHost();
    const [manual, dynamic] = [await insertManualLabel(), await insertLabel()];
    for (const wrong of ["no such label", dynamic.name, "All Hosts"]) {
      const { status, reason } = await set("POST", id, [manual.name, wrong]);
      expect(status).toBe(400);
      expect(reason).toContain(`"${wrong}"`);
    }
    expect(await labelsOf(id)).not.toContain(manual.name);
  });

  test("decide at once whom policies ask: an answer of who is left out does not count", async () => {
    const [id, label] = [await insertHost(), await insertManualLabel()];
    const policyId = await insertExcluding(label, null);
    await answer(id, policyId, "fail");
    expect(await countsOf(policyId)).toMatchObject({ fail: 1 });
    await set("POST", id, [label.name]);
    expect(await countsOf(policyId)).toMatchObject({ fail: 0 });
  });

  test("of a team's host do not weaken what is asked of all teams", async () => {
    const id = await insertHost({ teamId: world.teamId });
    const [shared, own] = [await insertManualLabel(), await insertManualLabel()];
    await insertExcluding(shared, null);
    await insertExcluding(own, world.teamId);
    const { token } = world.teamAdmin;
    expect(await set("POST", id, [own.name], token)).toMatchObject({ status: 200 });
    const refused = await set("POST", id, [shared.name], token);
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.reason).toContain(shared.name);
    expect(await set("POST", id, [shared.name])).toMatchObject({ status: 200 });
    expect(await set("DELETE", id, [shared.name], token)).toMatchObject({ status: 403 });
  });
});
