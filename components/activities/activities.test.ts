import { describe, expect, test } from "vitest";
import { changesOf } from "./changes.ts";
import { lineDiff } from "./line-diff.ts";
import { plainText, sentenceOf, TOPICS } from "./sentences.ts";

const say = (type: string, details: Record<string, unknown> = {}) =>
  plainText(sentenceOf({ type, details }));

describe("sentences", () => {
  test("name what was done to what", () => {
    expect(say("edited_policy", { policy_id: 3, policy_name: "Disk" })).toBe("edited policy Disk");
    const moved = {
      team_id: 2,
      team_name: "Berlin",
      host_ids: [1, 2],
      host_display_names: ["a", "b"],
    };
    expect(say("transferred_hosts", moved)).toBe("moved 2 hosts to team Berlin");
    expect(
      say("changed_user_team_role", { ...moved, user_name: "Ada", role: "observer_plus" }),
    ).toBe("made Ada observer plus of team Berlin");
  });

  test("tell whose webhook it is", () => {
    const details = { webhook: "failing_policies", team_id: 2, team_name: "Berlin" };
    expect(say("edited_webhook", details)).toBe(
      "edited the webhook of failing policies of team Berlin",
    );
    const all = { webhook: "activities", team_id: null, team_name: null };
    expect(say("renewed_webhook_secret", all)).toBe(
      "made a new signing secret for the activities webhook",
    );
  });

  test("tell what became of a live query", () => {
    const details = { run_id: 7, policy_id: 3, policy_name: "Disk", hosts_count: 2 };
    expect(say("kept_run", details)).toBe(
      "kept what 2 hosts answered in a live query for policy Disk",
    );
    expect(say("stopped_run", { run_id: 7 })).toBe("stopped a live query");
    expect(TOPICS.queries?.types).toEqual(["live_query", "stopped_run", "kept_run"]);
  });

  test("link to what still exists only", () => {
    const details = { policy_id: 3, policy_name: "Disk" };
    expect(sentenceOf({ type: "edited_policy", details })[1]).toMatchObject({
      href: "/policies/3",
    });
    expect(sentenceOf({ type: "deleted_policy", details })[1]).toEqual({ name: "Disk" });
  });

  test("spell out a type they do not know", () => {
    expect(say("rewired_flux_capacitor")).toBe("rewired flux capacitor");
  });

  test("each belong to a topic of the filter", () => {
    const inTopics = new Set(Object.values(TOPICS).flatMap((topic) => topic.types));
    for (const type of ["created_policy", "edited_team", "user_failed_login", "ended_sessions"]) {
      expect(inTopics).toContain(type);
    }
  });
});

describe("changes", () => {
  test("show fields that differ and leave out those that do not", () => {
    const details = {
      before: { name: "a", critical: false },
      after: { name: "b", critical: false },
    };
    expect(changesOf({ details })).toEqual([{ field: "name", before: "a", after: "b" }]);
  });

  test("of several things at once say which is which", () => {
    const changes = [{ name: "Disk", before: { query: "SELECT 1" }, after: { query: "SELECT 2" } }];
    expect(changesOf({ details: { changes } })[0]?.field).toBe("Disk: query");
  });

  test("keep the lines that stayed", () => {
    const lines = lineDiff("SELECT 1\nFROM a\nWHERE x", "SELECT 1\nFROM b\nWHERE x");
    expect(lines.map((line) => line.kind)).toEqual(["same", "removed", "added", "same"]);
    expect(lineDiff("", "a\n\nb").map((line) => line.kind)).toEqual(["added", "added", "added"]);
  });
});
