import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { hosts } from "#db/schema/hosts.ts";
import { users } from "#db/schema/users.ts";
import { TestAgents, TestHost } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { hostIdOf, insertOldPolicy } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import { hashPassword } from "#lib/users/passwords.ts";
import { testCli } from "./test-cli.ts";
import { serveRoutes } from "./test-server.ts";

const db = await testDatabase();
const address = await serveRoutes();
const { home, muster } = await testCli();
const configFile = join(home, ".config", "muster", "config.json");
const password = "correct-horse-7";

beforeAll(async () => {
  const admin = await insertUser("admin");
  const passwordHash = await hashPassword(password);
  await db
    .update(users)
    .set({ email: "ada@example.com", passwordHash })
    .where(eq(users.id, admin.id));
  const login = ["login", "--address", address, "--email", "ada@example.com", "--password-stdin"];
  expect((await muster(login, { input: `${password}\n` })).code).toBe(0);
});

test("login keeps the token for its owner alone, and commands then go to that server", async () => {
  expect((await stat(configFile)).mode & 0o777).toBe(0o600);
  const listed = await muster(["users", "list"]);
  expect(listed.out).toContain("ada@example.com");
});

test("a token is sent to the server it came from and to no other", async () => {
  const seen: (string | undefined)[] = [];
  const other = createServer((req, res) => {
    seen.push(req.headers.authorization);
    res.end("{}");
  });
  await new Promise<void>((ready) => other.listen(0, "127.0.0.1", ready));
  afterAll(() => other.close());
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  expect((await muster(["users", "list", "--address", elsewhere])).code).toBe(3);
  expect(seen).toEqual([]);
});

test("a wrong password, a lost server and a stranger in its place are told apart", async () => {
  const login = ["login", "--address", address, "--email", "ada@example.com"];
  const wrong = await muster(login, { answers: ["not-the-password-1"] });
  expect(wrong).toMatchObject({ code: 3 });
  expect(wrong.err).toContain("does not know this e-mail address with this password");
  const lost = await muster(["hosts", "list", "--address", "http://127.0.0.1:1"], {
    variables: { MUSTER_TOKEN: "x" },
  });
  expect(lost).toMatchObject({ code: 1 });
  expect(lost.err).toContain("Is the server running?");
  expect((await muster(["hosts", "list", "--address", "nonsense"])).code).toBe(2);
});

test("an API-only user's token is printed once, and works", async () => {
  const argv = ["users", "create", "--name", "Gateway", "--email", "gw@example.com", "--api-only"];
  const made = await muster([...argv, "--role", "observer", "--json"]);
  const { token } = JSON.parse(made.out);
  const asGateway = { variables: { MUSTER_TOKEN: token, MUSTER_ADDRESS: address } };
  expect((await muster(["hosts", "list"], asGateway)).code).toBe(0);
  expect((await muster(["teams", "create", "X"], asGateway)).code).toBe(1);
  expect((await muster([...argv, "--role", "king"])).code).toBe(2);
  expect((await muster(argv)).err).toContain("--role, or --team-role");
});

test("teams: made, found by name, given users, hosts moved in, deleted after a question", async () => {
  const id = await insertHost({ hostname: "desk-1" });
  await muster(["teams", "create", "Lab"]);
  const create = ["users", "create", "--name", "Bo", "--email", "bo@example.com"];
  const bo = await muster([...create, "--team-role", "lab=observer"], {
    answers: ["a-new-password-1", "a-new-password-1"],
  });
  expect(bo.out).toContain("observer of Lab");
  const mistyped = await muster(["hosts", "transfer", "desk-1", "--team", "Lub"]);
  expect(mistyped).toMatchObject({ code: 4 });
  expect(mistyped.err).toContain('Did you mean "Lab"?');
  expect((await muster(["hosts", "transfer", "desk-1", String(id), "--team", "Lab"])).code).toBe(0);
  expect((await muster(["hosts", "list", "--team", "Lab"])).out).toContain("desk-1");

  expect((await muster(["teams", "delete", "Lab"])).code).toBe(2);
  expect((await muster(["teams", "delete", "Lab"], { answers: ["no"] })).code).toBe(1);
  expect((await muster(["teams", "delete", "Lab"], { answers: ["yes"] })).code).toBe(0);
  const [host] = await db.select().from(hosts).where(eq(hosts.id, id));
  expect(host?.teamId).toBeNull();
});

test("hosts are found by host name, id or displayed name, and an unknown one is a 4", async () => {
  const id = await insertHost({ hostname: "mbp-7", computerName: "Kim's MacBook" });
  for (const name of ["mbp-7", String(id), "kim's macbook"]) {
    const { out } = await muster(["hosts", "get", name, "--json"]);
    expect(JSON.parse(out).host.id, name).toBe(id);
  }
  const screen = await muster(["hosts", "list"], { columns: 80 });
  for (const line of screen.out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect((await muster(["hosts", "get", "nobody"])).code).toBe(4);
});

test("a list says when there are more hosts than it shows", async () => {
  await insertHost();
  const { out, err } = await muster(["hosts", "list", "--limit", "1"]);
  expect(out.split("\n")).toHaveLength(2);
  expect(err).toMatch(/1 of \d+ hosts; --page 2/);
});

test("hosts refetch --wait shows the host's fresh answers", async () => {
  const agents = await new TestAgents().start();
  onTestFinished(() => agents.stop());
  const policyId = await insertOldPolicy({ name: "Fixed by now", critical: true });
  await agents.app.refresh();
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn({ [policyId]: 0 });
  const id = await hostIdOf(host.identifier);
  const failing = await muster(["hosts", "list", "--policy", "Fixed by now", "--state", "fail"]);
  expect(failing.out).toContain("A computer");

  const waiting = muster(["hosts", "refetch", String(id), "--wait", "--timeout", "10"]);
  let asked: string[] = [];
  while (asked.length === 0) {
    await new Promise((resume) => setTimeout(resume, 100));
    await agents.app.refresh();
    asked = await host.checkIn({ [policyId]: 1 });
  }
  const { code, out } = await waiting;
  expect(code).toBe(0);
  expect(out).toMatch(/pass\s+Fixed by now/);
});

test("logout ends the session on the server and forgets the token", async () => {
  const { servers } = JSON.parse(await readFile(configFile, "utf8"));
  const { token } = servers[address];
  expect((await muster(["logout"])).out).toBe(`Signed out of ${address}.`);
  expect(await readFile(configFile, "utf8")).not.toContain(token);
  const after = await muster(["users", "list"], {
    variables: { MUSTER_TOKEN: token, MUSTER_ADDRESS: address },
  });
  expect(after.code).toBe(3);
});
