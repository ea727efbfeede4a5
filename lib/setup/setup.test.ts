import { expect, test } from "vitest";
import { POST as fleetLogin } from "#app/api/v1/fleet/login/route.ts";
import { GET as getMe } from "#app/api/v1/fleet/me/route.ts";
import { GET as getSecrets } from "#app/api/v1/fleet/spec/enroll_secret/route.ts";
import { GET as listTeams } from "#app/api/v1/fleet/teams/route.ts";
import { GET as getState } from "#app/api/v1/muster/setup/route.ts";
import { POST as setUp } from "#app/api/v1/setup/route.ts";
import { GET as getVersion } from "#app/version/route.ts";
import { users } from "#db/schema/users.ts";
import { database } from "#lib/database.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";

await testDatabase();

const password = "correct horse 1!";
const body = (email = "admin@example.com") => ({
  admin: { name: "Admin", email, password },
  org_info: { org_name: "Example" },
  server_url: "https://muster.example",
});

test("before setup every path is 404 but setup and version", async () => {
  expect((await request(listTeams)).status).toBe(404);
  expect((await request(listTeams, { token: "guess" })).status).toBe(404);
  const login = { email: "admin@example.com", password };
  expect((await request(fleetLogin, { body: login })).status).toBe(404);
  expect((await request(getVersion)).status).toBe(200);
  expect((await request(getState)).body).toMatchObject({ set_up: false });
});

test("a weak password and a bad address are refused field by field", async () => {
  const { status, body: answer } = await request(setUp, {
    body: { ...body("nonsense"), admin: { name: "", email: "nonsense", password: "short" } },
  });
  expect(status).toBe(422);
  const names = answer.errors.map((error: { name: string }) => error.name);
  expect(names).toEqual(expect.arrayContaining(["admin.name", "admin.email", "admin.password"]));
});

test("of several setups at the same moment one wins and the others are 404", async () => {
  const answers = await Promise.all(
    [1, 2, 3, 4].map((n) => request(setUp, { body: body(`admin${n}@example.com`) })),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404, 404, 404]);
  expect(await database().select().from(users)).toHaveLength(1);
  const winner = answers.find((answer) => answer.status === 200)?.body;
  expect(winner).toMatchObject({
    org_info: { org_name: "Example" },
    server_url: "https://muster.example",
    admin: { global_role: "admin", force_password_reset: false },
  });
  const me = await request(getMe, { token: winner.token });
  expect(me.body.user.email).toBe(winner.admin.email);
  const secrets = await request(getSecrets, { token: winner.token });
  expect(secrets.body.spec.secrets).toMatchObject([{ secret: winner.osquery_enroll_secret }]);
});

test("after setup the setup is 404 and the signed out get 401", async () => {
  expect((await request(setUp, { body: body() })).status).toBe(404);
  // Before the body is looked at: Fleet's clients take 404 alone for "already set up".
  expect((await request(setUp, { body: {} })).status).toBe(404);
  expect((await request(listTeams)).status).toBe(401);
  expect((await request(getState)).body).toEqual({
    set_up: true,
    org_name: "Example",
    org_logo_url: "",
  });
});
