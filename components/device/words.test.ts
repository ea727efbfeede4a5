import { describe, expect, it } from "vitest";
import type { DeviceHostJson, DevicePolicyJson } from "#lib/device/schema.ts";
import { sortPolicies, verdictWords } from "./words.ts";

const policy = (state: DevicePolicyJson["state"], critical = false) =>
  ({ state, critical, name: `${state} ${critical}` }) as DevicePolicyJson;

const host = (verdict: DeviceHostJson["verdict"], policies: DevicePolicyJson[]) =>
  ({ verdict, platform_family: "darwin", policies }) as DeviceHostJson;

const words = (...given: Parameters<typeof host>) => verdictWords(host(...given), "Acme");

describe("what a person is told", () => {
  it("says that all is well only when access is open", () => {
    expect(words("pass", [policy("pass")])).toMatchObject({ tone: "pass" });
    expect(words("pass", [policy("fail")]).text).toContain("1 thing below");
    expect(words("unknown", [policy("pending", true)]).tone).toBe("unknown");
  });

  it("counts what is to be fixed", () => {
    const two = words("fail", [policy("fail", true), policy("fail")]);
    expect(two).toMatchObject({ tone: "fail", title: "2 things to fix" });
    expect(words("fail", [policy("error", true)]).title).toBe("A check must run again");
  });

  it("lists what gates access first", () => {
    const { failing } = sortPolicies([policy("fail"), policy("fail", true)]);
    expect(failing.map(({ critical }) => critical)).toEqual([true, false]);
  });
});
