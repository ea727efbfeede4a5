import { expect, test } from "vitest";
import { countsOf, insertPolicy } from "#lib/testing/policies.ts";
import { anyOutcome, World } from "./world.ts";

const HOSTS = 40;

test("a policy that errors on all hosts is an error on all hosts, and nothing else suffers", () =>
  World.run({}, async (world) => {
    let brokenId = 0;
    const message = `no such table: ${"x".repeat(5_000)}`;
    const fleet = await world.fleet(HOSTS, {
      message,
      outcome: (_, policyId) => (policyId === brokenId ? "error" : anyOutcome()),
    });
    await world.warmUp(fleet);
    brokenId = await insertPolicy({ query: "SELECT 1 FROM no_such_table_anywhere" });
    await expect
      .poll(() => countsOf(brokenId), { timeout: 20_000 })
      .toEqual({ pass: 0, fail: 0, error: HOSTS });
    await world.expectMended(fleet);
    expect(await countsOf(brokenId)).toEqual({ pass: 0, fail: 0, error: HOSTS });
    expect(world.servers[0]?.complaints()).toEqual({});
  }));
