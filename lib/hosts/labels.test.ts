import { beforeAll, describe, expect, test } from "vitest";
import { GET as getHost } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { GET as countHosts } from "#app/api/v1/fleet/hosts/count/route.ts";
import { POST as deleteHosts } from "#app/api/v1/fleet/hosts/delete/route.ts";
import { GET as listHosts } from "#app/api/v1/fleet/hosts/route.ts";
import { GET as hostsOfLabel } from "#app/api/v1/fleet/labels/[label]/hosts/route.ts";
import { GET as getPolicy } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { GET as listTeamPolicies } from "#app/api/v1/fleet/teams/[team_id]/policies/route.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, type World } from "#lib/testing/world.ts";

await testDatabase();
let world: World;
/** Members, a host that is known not to be one, and one that has not answered, by label. */
let members: number[];
let outsider: number;
let silent: number;
let dynamic: { id: number; name: string };
let manual: { id: number; name: string };
beforeAll(async () => {
  world = await createWorld();
  members = [
    await insertHost({ teamId: world.teamId }),
    await insertHost({ teamId: world.otherTeamId }),
    await insertHost(),
  ];
  outsider = await insertHost({ teamId: world.teamId });
  silent = await insertHost({ teamId: world.teamId });
  dynamic = await insertLabel();
  for (const id of members) await answerLabel(id, dynamic.id, true);
  await answerLabel(outsider, dynamic.id, false);
  manual = await insertLabel({ host_ids: [members[0] ?? 0, outsider] });
});

const ids = (hosts: { id: number }[]) => hosts.map(({ id }) => id).sort((a, b) => a - b);
const list = async (query: Record<string, string | number>, token = world.admin.token) =>
  ids((await request(listHosts, { token, query })).body.hosts);
const count = async (query: Record<string, string | number>, token = world.admin.token) =>
  (await request(countHosts, { token, query })).body.count;

accessTable({
  "GET /labels/{id}/hosts": [
    hostsOfLabel,
    [200, 200, 200, 200, 200, 401],
    async () => ({ params: { label: (await insertLabel()).id } }),
  ],
});

describe("hosts of a label", () => {
  test("are its members, by either address, and counted alike", async () => {
    expect(await list({ label_id: dynamic.id })).toEqual(members);
    expect(await count({ label_id: dynamic.id })).toBe(3);
    const own = await request(hostsOfLabel, {
      token: world.admin.token,
      params: { label: dynamic.id },
      query: { per_page: 2 },
    });
    expect(ids(own.body.hosts)).toEqual(members.slice(0, 2));
    expect(await list({ label_id: manual.id })).toEqual([members[0], outsider]);
  });

  test("are those of a team's people's own teams, for them", async () => {
    const token = world.teamObserver.token;
    expect(await list({ label_id: dynamic.id }, token)).toEqual([members[0]]);
    expect(await count({ label_id: dynamic.id }, token)).toBe(1);
    const own = await request(hostsOfLabel, { token, params: { label: dynamic.id } });
    expect(ids(own.body.hosts)).toEqual([members[0]]);
  });

  test("combine with other filters, and an unknown label is 404", async () => {
    expect(await list({ label_id: dynamic.id, team_id: world.teamId })).toEqual([members[0]]);
    const unknown = await request(listHosts, {
      token: world.admin.token,
      query: { label_id: 999_999 },
    });
    expect(unknown.status).toBe(404);
    const none = await request(deleteHosts, {
      token: world.admin.token,
      body: { filters: { label_id: 999_999 } },
    });
    expect(none.status).toBe(404);
  });
});

test("a host shows the labels it is a member of and those not known yet", async () => {
  const shown = async (id: number) => {
    const { body } = await request(getHost, { token: world.admin.token, params: { id } });
    const named = (labels: { id: number }[]) =>
      labels
        .filter(({ id: one }) => one === dynamic.id || one === manual.id)
        .map(({ id: one }) => one);
    return [named(body.host.labels), named(body.host.unknown_labels)];
  };
  const both = [dynamic.id, manual.id];
  expect((await shown(members[0] ?? 0)).map((one) => one.sort())).toEqual([both.sort(), []]);
  expect(await shown(outsider)).toEqual([[manual.id], []]);
  expect(await shown(silent)).toEqual([[], [dynamic.id]]);
  const query = { populate_labels: true };
  const { body } = await request(listHosts, { token: world.admin.token, query });
  const listed = body.hosts.find(({ id }: { id: number }) => id === outsider);
  expect(listed.labels.map(({ id }: { id: number }) => id)).toEqual([manual.id]);
});

describe("a policy with rules by label", () => {
  const countsOf = async (id: number) => {
    const { body } = await request(getPolicy, { token: world.admin.token, params: { id } });
    return [body.policy.pending_host_count, body.policy.not_applicable_host_count];
  };
  const listsOf = async (id: number, token = world.admin.token) => [
    await list({ policy_id: id, policy_state: "pending" }, token),
    await list({ policy_id: id, policy_state: "not_applicable" }, token),
  ];

  test.each([
    ["include any", () => ({ labels_include_any: [dynamic.name] }), () => [...members, silent]],
    [
      "include all",
      () => ({ labels_include_all: [dynamic.name, manual.name] }),
      () => [members[0]],
    ],
    ["exclude any", () => ({ labels_exclude_any: [dynamic.name] }), () => [outsider, silent]],
    [
      "exclude all",
      () => ({ labels_exclude_all: [dynamic.name, manual.name] }),
      () => [...members.slice(1), outsider, silent],
    ],
    [
      "both kinds",
      () => ({ labels_include_any: [dynamic.name], labels_exclude_any: [manual.name] }),
      () => [...members.slice(1), silent],
    ],
  ])(
    "%s: asks members, waits for the unknown, and its counts are its lists",
    async (_, lists, asked) => {
      const id = await insertPolicy(lists());
      const [pending = [], foreign = []] = await listsOf(id);
      expect(pending).toEqual(asked().sort((a = 0, b = 0) => a - b));
      expect([...pending, ...foreign].sort((a, b) => a - b)).toEqual(
        [...members, outsider, silent].sort((a, b) => a - b),
      );
      expect(await countsOf(id)).toEqual([pending.length, foreign.length]);
    },
  );

  test("counts who answered as no longer pending", async () => {
    const id = await insertPolicy({ labels_include_any: [dynamic.name] });
    await answer(members[0] ?? 0, id, "pass");
    expect(await countsOf(id)).toEqual([3, 1]);
    expect((await listsOf(id))[0]).toEqual([...members.slice(1), silent]);
  });

  test("is counted over a team's hosts for its people", async () => {
    const id = await insertPolicy({ labels_include_any: [dynamic.name] });
    const { body } = await request(listTeamPolicies, {
      token: world.teamAdmin.token,
      params: { team_id: world.teamId },
      query: { merge_inherited: true },
    });
    const mine = body.policies.find((policy: { id: number }) => policy.id === id);
    expect([mine.pending_host_count, mine.not_applicable_host_count]).toEqual([2, 1]);
    const [pending] = await listsOf(id, world.teamAdmin.token);
    expect(pending).toEqual([members[0], silent]);
  });
});
