import { expect, test } from "vitest";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";

await testDatabase();
const agents = await testAgents();

test("an agent's answer has the id that a load balancer gave its request, and no other", async () => {
  const ask = async (id: string) =>
    (await agents.post("config", {}, { "X-Request-Id": id })).headers["x-request-id"];
  expect(await ask("0af7651916cd43dd")).toBe("0af7651916cd43dd");
  expect(await ask("x".repeat(65))).toBeUndefined();
  expect((await agents.post("config", {})).headers["x-request-id"]).toBeUndefined();
});

test("agents' requests are counted and timed by routes that nobody can make up, and by outcome", async () => {
  const host = new TestHost(agents);
  await host.enroll();
  await host.read();
  await host.read();
  for (let n = 0; n < 20; n++) await agents.post(`made-up-${n}`, {});
  await agents.post("constructor", {});
  await agents.post("config", { node_key: "nobody's" });
  const text = await agents.metrics.registry.metrics();
  const counted = (labels: string) =>
    Number(text.split(`muster_agent_requests_total{${labels}} `)[1]?.split("\n")[0]);
  expect(counted('route="distributed/read",outcome="ok"')).toBe(2);
  expect(counted('route="config",outcome="node_invalid"')).toBeGreaterThan(0);
  expect(counted('route="unknown",outcome="error"')).toBe(21);
  expect(text).toContain('muster_agent_seconds_count{route="distributed/read"} 2');
  expect(text).not.toMatch(/made-up|constructor/);
});
