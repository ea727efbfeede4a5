import { expect, test } from "vitest";
import type { CommandError } from "./exit-codes.ts";
import { readDocuments } from "./spec-file.ts";
import { collectWanted, type WantedOptions } from "./wanted.ts";

const read = (text: string, options?: WantedOptions) =>
  collectWanted(readDocuments("file.yml", text), options);

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    const { message, exitCode } = error as CommandError;
    expect(exitCode).toBe(2);
    return message.split("\n");
  }
  throw new Error("nothing was wrong");
}

const policy = (name: string, more = "") => `apiVersion: v1
kind: policy
spec:
  name: ${name}
  query: SELECT 1
${more}`;

test("documents of several kinds are told apart, empty ones left out, JSON taken too", () => {
  const text = `---\n# nothing\n---\n${policy("A", "  team: Lab\n")}---
kind: team
spec: {team: {name: Lab, secrets: [{secret: "0123456789abcdef"}]}}
---
{"kind": "fleet", "spec": {"fleet": {"name": "Ops"}}}
---
kind: enroll_secret
spec: {secrets: []}
`;
  const wanted = read(text);
  expect(wanted.policies).toEqual([{ name: "A", query: "SELECT 1", team: "Lab" }]);
  expect(wanted.teams.map(({ name }) => name)).toEqual(["Lab", "Ops"]);
  expect(wanted.secrets).toHaveLength(1);
});

test("--team puts every policy into one team, and the new word fleet means team", () => {
  const text = `${policy("A", "  team: Lab\n")}---\n${policy("B", "  fleet: Ops\n")}`;
  expect(read(text).policies.map(({ team }) => team)).toEqual(["Lab", "Ops"]);
  expect(read(text, { team: "" }).policies.map(({ team }) => team)).toEqual(["", ""]);
});

test("broken YAML is told with file, line and column", () => {
  expect(problemsOf("kind: policy\nspec:\n  name: [A\n")[0]).toMatch(/^file\.yml:4:1: /);
  expect(problemsOf("kind: policy\nspec:\n  name: A\n  name: B\n")[0]).toMatch(/^file\.yml:4:3: /);
});

test("every mistake in a policy is told with its place, and nothing is passed over", () => {
  const text = `${policy("A", "  resolutoin: x\n  platform: macos\n  interval: 5\n")}---\n${policy("A")}`;
  expect(problemsOf(text)).toEqual([
    'file.yml:6:3: a policy has no key "resolutoin". Did you mean "resolution"?',
    "file.yml:7:3: invalid policy platform",
    "file.yml:8:3: policy interval must be null or 60 to 604800 seconds",
    'file.yml:13:3: policy "A" of all teams is there twice; the first is at file.yml:4:3.',
  ]);
  expect(problemsOf("kind: policy\nspec: {name: A}\n")).toEqual([
    "file.yml:2:1: policy query cannot be empty",
  ]);
});

test("kinds of Fleet that there is nothing for are refused, or skipped with a warning", () => {
  const text = `kind: pack\nspec: {name: Macs}\n---\n${policy("A")}`;
  expect(problemsOf(text)[0]).toMatch(/^file\.yml:1:1: kind "pack" is not supported yet\./);
  const wanted = read(text, { skipUnsupported: true });
  expect(wanted.policies).toHaveLength(1);
  expect(wanted.warnings).toEqual(['file.yml:1:1: skipped, kind "pack" is not supported yet.']);
  expect(problemsOf("kind: polcy\nspec: {}\n")[0]).toContain('Did you mean "policy"?');
  expect(problemsOf("policies:\n- name: A\n")[0]).toBe("file.yml:1:1: this document has no kind.");
});

test("an alias bomb is refused", () => {
  const layers = Array.from(
    { length: 9 },
    (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(9)}]`,
  );
  const text = `x0: &x0 [1]\n${layers.join("\n")}\nkind: policy\nspec: *x9\n`;
  expect(problemsOf(text)[0]).toMatch(/^file\.yml: Excessive alias count/);
});
