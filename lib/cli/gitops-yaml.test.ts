import { expect, test } from "vitest";
import { parse } from "yaml";
import { gitopsFiles } from "./gitops-yaml.ts";
import { escaped, expand } from "./yaml-variables.ts";

const EMPTY = { policies: [], exemptions: [] };

test("what an export escapes, the reader reads as it was", () => {
  const texts = [
    "$A",
    "\\$A",
    "\\\\$A",
    "${A}",
    "\\${A}",
    "$",
    "a$",
    "\\$",
    "\\\\$'",
    "$1 $$A",
    "€$_",
  ];
  for (const text of texts) {
    expect(expand(escaped(text), { A: "wrong" })).toEqual({ text, missing: [] });
  }
});

test("a variable is replaced, an escaped one is not, and those that are not set are named", () => {
  const given = { HOST: "a.example", "1": "no" };
  expect(expand("https://$HOST:8080/${HOST} \\$HOST $1", given)).toEqual({
    text: "https://a.example:8080/a.example $HOST $1",
    missing: [],
  });
  expect(expand("$NO and ${NEITHER}", given).missing).toEqual(["NO", "NEITHER"]);
});

test("credentials in agent options become variables that the file names; the rest stays", () => {
  const agent_options = {
    config: {
      options: { aws_secret_access_key: "hunter2", enroll_secret_path: "/etc/s", tls: true },
    },
  };
  const [file] = gitopsFiles({ ...EMPTY, settings: { agent_options } });
  expect(file?.text).not.toContain("hunter2");
  const name = "AGENT_OPTIONS_CONFIG_OPTIONS_AWS_SECRET_ACCESS_KEY";
  expect(file?.text).toContain(`set these variables: ${name}`);
  expect(parse(file?.text ?? "").agent_options.config.options).toEqual({
    aws_secret_access_key: `$${name}`,
    enroll_secret_path: "/etc/s",
    tls: true,
  });
});

test("every team has a file of its own, whatever it is called, and nothing leads out of the folder", () => {
  const names = ["../../etc", "Lab", "lab", "No-Team", "日本", "unassigned", "../"];
  const files = gitopsFiles({ ...EMPTY, teams: names.map((name) => ({ name })) });
  const paths = files.map(({ path }) => path);
  expect(new Set(paths).size).toBe(names.length + 1);
  for (const path of paths.slice(1)) expect(path).toMatch(/^teams\/[a-z0-9-]+\.yml$/);
  expect(paths).not.toContain("teams/no-team.yml");
  expect(
    files
      .map(({ text }) => parse(text).name)
      .filter(Boolean)
      .sort(),
  ).toEqual(names.sort());
});

test("the order in which the server answers makes no difference to the files", () => {
  const policies = ["b", "a", "c"].map((name) => ({
    name,
    query: "SELECT 1\nFROM time",
    team: "",
  }));
  const backwards = [...policies].reverse().map(({ name, query, team }) => ({ query, team, name }));
  expect(gitopsFiles({ ...EMPTY, policies })).toEqual(
    gitopsFiles({ ...EMPTY, policies: backwards }),
  );
});
