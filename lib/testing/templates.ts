import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import { parseAssignment, parseRows } from "#lib/simulator/assignment.ts";
import { createSqlEngine, type SqlEngine } from "#lib/simulator/engine.ts";
import { createHost, type SimulatedHost } from "#lib/simulator/host.ts";
import type { Posture } from "#lib/simulator/profile.ts";
import { makeProfile } from "#lib/simulator/profiles.ts";
import { policyTemplates } from "#lib/templates/catalogue.ts";
import type { PolicyTemplate } from "#lib/templates/template.ts";

/**
 * Changes to a host that has done everything right, in the words of the simulator's control:
 * `TABLE[COLUMN=VALUE].COLUMN=VALUE` sets, `-TABLE[COLUMN=VALUE]` removes rows.
 */
export type Changes = readonly string[];

export interface TemplateStates {
  /** Made on every host, good and bad: what no host does by itself. */
  given?: Changes;
  /** Other ways of being right, beside that of the untouched host. */
  good?: readonly Changes[];
  /** Ways of being wrong. Each alone must fail. */
  bad: readonly Changes[];
}

/** Policies go by the calendar too; what is right now is wrong one day. */
const now = new Date("2026-11-20T12:00:00Z");

/** As many as reach every hardware model, distribution and release of a platform. */
const HOSTS = 24;

const allGood: Posture = {
  diskEncrypted: true,
  firewallOn: true,
  updatesAutomatic: true,
  screenLocks: true,
  hardened: true,
  sshKeysEncrypted: true,
  systemSupported: true,
};

function change(host: SimulatedHost, text: string): void {
  if (!text.startsWith("-")) {
    host.set(parseAssignment(text), now);
    return;
  }
  const { table, filter } = parseRows(text.slice(1));
  host.remove(table, filter, now);
}

function hostsOf(platform: OsqueryPlatform, ...changes: Changes[]): SimulatedHost[] {
  return Array.from({ length: HOSTS }, (_, index) => {
    const host = createHost(makeProfile("templates", index, allGood, platform), now);
    for (const text of changes.flat()) change(host, text);
    return host;
  });
}

/**
 * Proves every template of a platform on simulated hosts of all its kinds: passes on the good, fails
 * on the bad. A template without states is a failing test.
 */
export function proveTemplates(
  platform: OsqueryPlatform,
  states: Record<string, TemplateStates>,
): void {
  let engine: SqlEngine;
  beforeAll(async () => {
    engine = await createSqlEngine();
  });
  afterAll(() => engine.close());

  const verdicts = ({ query }: PolicyTemplate, hosts: SimulatedHost[]) => {
    const outcomes = hosts.map((host) => engine.run(host, query, now));
    const seen = outcomes.map((one) => (one.kind === "rows" ? one.rows.length > 0 : one));
    return [...new Set(seen)];
  };

  const ours = policyTemplates.filter((template) => template.platforms.includes(platform));
  test("states are given for every template, and for no other", () => {
    expect(Object.keys(states).sort()).toEqual(ours.map(({ id }) => id).sort());
  });
  describe.each(ours)("$id", (template) => {
    const { given = [], good = [], bad } = states[template.id] ?? { bad: [] };
    test.each([[[]], ...good.map((changes) => [changes])])("passes when right %j", (changes) => {
      expect(verdicts(template, hostsOf(platform, given, changes))).toEqual([true]);
    });
    test("has a way of being wrong", () => expect(bad).not.toHaveLength(0));
    test.each(bad.map((changes) => [changes]))("fails when wrong %j", (changes) => {
      expect(verdicts(template, hostsOf(platform, given, changes))).toEqual([false]);
    });
  });
}
