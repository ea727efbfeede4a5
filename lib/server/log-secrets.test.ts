import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { POST as changePassword } from "#app/api/v1/fleet/change_password/route.ts";
import { GET as getDevice } from "#app/api/v1/fleet/device/[token]/route.ts";
import { POST as login } from "#app/api/v1/fleet/login/route.ts";
import {
  GET as listSecrets,
  POST as replaceSecrets,
} from "#app/api/v1/fleet/spec/enroll_secret/route.ts";
import { POST as createUser } from "#app/api/v1/fleet/users/admin/route.ts";
import { POST as createLink } from "#app/api/v1/muster/hosts/[id]/device-link/route.ts";
import { POST as createToken } from "#app/api/v1/muster/tokens/route.ts";
import { hashToken } from "#lib/crypto.ts";
import { createLog, type Log } from "#lib/log.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { hostIdOf } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";

const lines: string[] = [];
const log = createLog("trace", { write: (line) => void lines.push(line) });
// The log of every route, where lib/http/request-log.ts looks for it.
(globalThis as { musterLog?: Log }).musterLog = log;

const db = await testDatabase();
const agents = await testAgents({}, log);

const PASSWORD = "Correct-horse-battery-staple-1";
const ENROLL_SECRET = "the-enroll-secret-of-this-test-00001";
const known = { password: PASSWORD, newPassword: `${PASSWORD}-new`, enrollSecret: ENROLL_SECRET };

/** Does what people and hosts do with secrets; answers those it came to know. */
async function useSecrets(): Promise<Record<string, string>> {
  const { token: bearer } = await insertUser("admin");
  const account = { name: "A", email: "a@example.com", password: PASSWORD, global_role: "admin" };
  await request(createUser, { token: bearer, body: account });
  const signIn = { email: account.email, password: PASSWORD };
  const { body: signedIn } = await request(login, { body: signIn });
  await request(login, { body: { ...signIn, password: known.newPassword } });
  const change = { old_password: PASSWORD, new_password: known.newPassword };
  await request(changePassword, { token: signedIn.token, body: change });
  const { body: api } = await request(createToken, { token: bearer, body: { name: "ci" } });
  const secrets = { spec: { secrets: [{ secret: ENROLL_SECRET }] } };
  await request(replaceSecrets, { token: bearer, body: secrets });
  await request(listSecrets, { token: bearer });
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  await agents.post("enroll", { enroll_secret: `${ENROLL_SECRET}-wrong`, host_identifier: "x" });
  await agents.post("config", { node_key: `${host.nodeKey}-wrong` });
  await agents.post("distributed/write", { node_key: host.nodeKey, queries: "not an object" });
  const params = { id: await hostIdOf(host.identifier) };
  const { body: link } = await request(createLink, { token: bearer, params });
  const deviceToken = new URL(link.url).pathname.replace("/device/", "");
  const address = `http://127.0.0.1/api/v1/fleet/device/${deviceToken}?note=${deviceToken}`;
  await getDevice(new Request(address), { params: Promise.resolve({ token: deviceToken }) });
  return { bearer, nodeKey: host.nodeKey, api: api.token, deviceToken, session: signedIn.token };
}

/** The same while statements fail, whose errors have the values in them. */
async function failWithSecrets(secrets: Record<string, string>): Promise<void> {
  for (const table of ["sessions", "host_agents", "rate_limits"]) {
    await db.execute(sql.raw(`RENAME TABLE ${table} TO away`));
    await request(listSecrets, { token: secrets.api });
    await request(login, { body: { email: "a@example.com", password: known.newPassword } });
    await request(getDevice, { params: { token: secrets.deviceToken ?? "" } });
    // First, because the log tells the first of many failures alone.
    await agents.post("config", { node_key: `looked-up-without-${table}` });
    const enrolment = { enroll_secret: ENROLL_SECRET, host_identifier: "another" };
    await agents.post("enroll", enrolment);
    await db.execute(sql.raw(`RENAME TABLE away TO ${table}`));
  }
}

test("no secret, nor what it is stored as, is in the log at its most talkative, failures included", async () => {
  const secrets = await useSecrets();
  await agents.app.refresh();
  await failWithSecrets(secrets);
  const written = lines.join("");
  expect(written).toContain("/api/v1/fleet/device/[token]");
  expect(written).toMatch(/doesn't exist/);
  expect(written).toContain("agent requests");
  const all = { ...known, ...secrets, other: "looked-up-without-host_agents" };
  for (const [name, secret] of Object.entries(all)) {
    expect(secret, name).toMatch(/^.{10,}$/);
    expect(written, name).not.toContain(secret);
    expect(written, name).not.toContain(encodeURIComponent(secret));
    expect(written, name).not.toContain(hashToken(secret).toString("hex"));
  }
});
