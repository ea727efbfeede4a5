import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { POST as changePassword } from "#app/api/v1/fleet/change_password/route.ts";
import { POST as login } from "#app/api/v1/fleet/login/route.ts";
import { POST as logout } from "#app/api/v1/fleet/logout/route.ts";
import { GET as getMe } from "#app/api/v1/fleet/me/route.ts";
import { POST as reset } from "#app/api/v1/fleet/perform_required_password_reset/route.ts";
import { GET as listTeams } from "#app/api/v1/fleet/teams/route.ts";
import { activities } from "#db/schema/system.ts";
import { sessions, type users } from "#db/schema/users.ts";
import { hashToken } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";
import { networkOf } from "./login-limits.ts";
import { hashPassword } from "./passwords.ts";

await testDatabase();

const password = "correct horse 1!";
const other = "battery staple 2?";

const person = async (account: Partial<typeof users.$inferInsert> = {}) =>
  insertUser("admin", undefined, { passwordHash: await hashPassword(password), ...account });

const signIn = (email: string, given = password, address = "192.0.2.1") =>
  request(login, { body: { email, password: given }, headers: { "x-real-ip": address } });

test("signing in answers a bearer token of 88 characters that the database does not hold", async () => {
  const { email } = await person();
  const { status, body } = await signIn(email.toUpperCase());
  expect(status).toBe(200);
  expect(body.user).toMatchObject({ email, global_role: "admin", teams: [] });
  expect(body.token).toHaveLength(88);
  expect((await request(getMe, { token: body.token })).body.user.email).toBe(email);
  const [row] = await database()
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, hashToken(body.token)));
  expect(row).toMatchObject({ kind: "session", ipAddress: "192.0.2.1" });
  expect(JSON.stringify(row)).not.toContain(body.token);
});

test("a wrong password, an unknown account and an API-only user get the same answer", async () => {
  const { email } = await person();
  const apiOnly = await insertUser("admin", undefined, { apiOnly: true });
  const answers = [
    await signIn(email, "wrong"),
    await signIn("nobody@example.com"),
    await signIn(apiOnly.email),
  ];
  for (const { status, body } of answers) {
    expect({ status, body }).toEqual({ status: 401, body: answers[0]?.body });
  }
  expect(answers[0]?.body).toMatchObject({
    message: "Authentication failed",
    errors: [{ name: "base" }],
  });
});

test("success and failure leave activities that name the address and never the password", async () => {
  const { id, email } = await person();
  await signIn(email, "wrong", "192.0.2.7");
  await signIn(email, password, "192.0.2.7");
  const rows = await database().select().from(activities);
  const failed = rows.find(
    (row) => row.type === "user_failed_login" && row.details.email === email,
  );
  const signedIn = rows.find((row) => row.type === "user_logged_in" && row.actorId === id);
  expect(failed?.details).toEqual({ email, public_ip: "192.0.2.7" });
  expect(signedIn?.details).toEqual({ public_ip: "192.0.2.7" });
});

test("guessing is stopped with Retry-After, and the owner still signs in from where they were", async () => {
  const { email } = await person();
  await signIn(email, password, "192.0.2.20");
  for (let attempt = 0; attempt < 10; attempt++) {
    expect((await signIn(email, "guess", "192.0.2.21")).status).toBe(401);
  }
  const refused = await signIn(email, password, "192.0.2.21");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.body.message).toMatch(/^limit exceeded, retry after: \d+s$/);
  expect((await signIn(email, password, "192.0.2.20")).status).toBe(200);
});

test("one address that tries many accounts is stopped; other addresses are not", async () => {
  const { email } = await person();
  const attempts = Array.from({ length: 100 }, (_, index) =>
    signIn(`victim${index}@example.com`, "guess", "192.0.2.30"),
  );
  await Promise.all(attempts);
  expect((await signIn(email, password, "192.0.2.30")).status).toBe(429);
  expect((await signIn(email, password, "192.0.2.31")).status).toBe(200);
});

test("all addresses of an IPv6 customer count as one", () => {
  expect(networkOf("2001:db8:1:2:3::4")).toBe(networkOf("2001:db8:1:2:ffff:1:2:3"));
  expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0");
  expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
});

test("logging out ends the session at once, and an expired one does not work", async () => {
  const { email, token } = await person();
  const { body } = await signIn(email);
  await request(logout, { token: body.token, method: "POST" });
  expect((await request(getMe, { token: body.token })).status).toBe(401);
  await database()
    .update(sessions)
    .set({ expiresAt: new Date(Date.now() - 1000) })
    .where(eq(sessions.tokenHash, hashToken(token)));
  const expired = await request(getMe, { token });
  expect(expired).toMatchObject({ status: 401, body: { message: "Authentication failed" } });
});

test("a new password ends every other session and token, and the old one stops working", async () => {
  const { email, token } = await person();
  const elsewhere = (await signIn(email)).body.token;
  const body = { old_password: password, new_password: other };
  expect((await request(changePassword, { token, body })).status).toBe(200);
  expect((await request(getMe, { token })).status).toBe(200);
  expect((await request(getMe, { token: elsewhere })).status).toBe(401);
  expect((await signIn(email, password)).status).toBe(401);
  expect((await signIn(email, other)).status).toBe(200);
});

test("a weak new password is refused with the rule", async () => {
  const { token } = await person();
  for (const weak of ["short 1!", "no number here!", "nosymbol12345"]) {
    const body = { old_password: password, new_password: weak };
    const answer = await request(changePassword, { token, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({
      name: "new_password",
      reason: expect.stringContaining("Must include 12 characters, at least 1 number"),
    });
  }
});

test("someone who must choose a new password can do only that", async () => {
  const { email } = await person({ forcePasswordReset: true });
  const { body } = await signIn(email);
  expect(body.user.force_password_reset).toBe(true);
  const { token } = body;
  const refused = await request(listTeams, { token });
  expect(refused).toMatchObject({ status: 401, body: { message: "password reset required" } });
  expect((await request(getMe, { token })).status).toBe(200);
  const same = await request(reset, { token, body: { new_password: password } });
  expect(same.status).toBe(422);
  const done = await request(reset, { token, body: { new_password: other } });
  expect(done.body.user.force_password_reset).toBe(false);
  expect((await request(listTeams, { token })).status).toBe(200);
});

test("another site's page cannot use the cookie to change anything", async () => {
  const { token } = await person();
  const cookie = `next-auth.session-token=${encodeURIComponent(token)}`;
  const headers = { cookie, host: "muster.example", origin: "https://evil.example" };
  expect((await request(logout, { method: "POST", headers })).status).toBe(403);
  const own = { cookie, host: "muster.example", origin: "https://muster.example" };
  expect((await request(getMe, { headers: own })).status).toBe(200);
  expect((await request(logout, { method: "POST", headers: own })).status).toBe(200);
});
