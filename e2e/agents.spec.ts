import { expect, test } from "./fixtures.ts";

test("a new policy is answered by every host it is for, within seconds", async ({
  rest,
  simulator,
}) => {
  const linuxHosts = (await simulator.list()).filter(({ platform }) => platform === "linux");
  expect(linuxHosts).not.toHaveLength(0);
  const query = "SELECT 1 FROM osquery_info;";
  const policy = { name: `Answers ${Date.now()}`, query, platform: "linux" };
  const { id } = (await rest.post("/policies", policy)).policy;
  const passing = async () => (await rest.get(`/policies/${id}`)).policy.passing_host_count;
  await expect.poll(passing).toBe(linuxHosts.length);
  await rest.post("/policies/delete", { ids: [id] });
});
