import type { DeviceHostJson, DevicePolicyJson } from "#lib/device/schema.ts";
import { plural } from "#lib/format.ts";

const NOUNS: Record<string, string> = {
  darwin: "Mac",
  windows: "PC",
  chrome: "Chromebook",
};

/** What the person calls the machine. */
export function deviceNoun(host: Pick<DeviceHostJson, "platform_family">): string {
  return NOUNS[host.platform_family] ?? "computer";
}

export interface Sorted {
  failing: DevicePolicyJson[];
  /** No valid answer: not asked yet, too old, or osquery could not tell. */
  open: DevicePolicyJson[];
  /** Let off: whatever the answer, there is nothing to do. */
  exempt: DevicePolicyJson[];
  passing: DevicePolicyJson[];
}

export function sortPolicies(policies: readonly DevicePolicyJson[]): Sorted {
  const exempt = policies.filter((policy) => policy.exempt);
  const of = (...states: DevicePolicyJson["state"][]) =>
    policies
      .filter((policy) => !policy.exempt && states.includes(policy.state))
      // Those that gate access are to be mended first.
      .sort((a, b) => Number(b.critical) - Number(a.critical));
  const open = of("error", "stale", "pending");
  return { failing: of("fail"), open, exempt, passing: of("pass") };
}

export interface VerdictWords {
  tone: "pass" | "fail" | "unknown";
  title: string;
  text: string;
}

/** The answer in plain words: may this machine pass, and what is there to do? */
export function verdictWords(host: DeviceHostJson, organisation: string): VerdictWords {
  const noun = deviceNoun(host);
  const { failing, open } = sortPolicies(host.policies);
  const things = plural(failing.length, "thing");
  if (host.verdict === "pass" && failing.length === 0) {
    return {
      tone: "pass",
      title: `Your ${noun} meets the requirements`,
      text: `It passes every check that ${organisation} asks for. There is nothing to do.`,
    };
  }
  if (host.verdict === "pass") {
    return {
      tone: "pass",
      title: `Your ${noun} meets the requirements`,
      text: `Access is open. ${things} below would make it safer still.`,
    };
  }
  if (failing.length > 0) {
    const blocked = host.verdict === "fail" ? "Access may be blocked until this is done." : "";
    return {
      tone: "fail",
      title: `${things} to fix`,
      text: `${blocked} Follow the steps below, then choose Check again.`.trim(),
    };
  }
  if (host.verdict === "fail") {
    return {
      tone: "fail",
      title: "A check must run again",
      text: "It failed last time and could not be run since. Choose Check again; if that does not help, ask for help.",
    };
  }
  return {
    tone: "unknown",
    title: `Your ${noun} is not checked yet`,
    text: `${plural(open.length, "check")} ${open.length === 1 ? "has" : "have"} no recent answer. Choose Check again while it is online.`,
  };
}
