import initSqlJs from "sql.js";
import { beforeAll, describe, expect, test } from "vitest";
import { checkSql } from "#lib/osquery/check.ts";
import { checkFor } from "#lib/osquery/check-platforms.ts";
import { openSqlite, type Sqlite } from "#lib/osquery/check-sqlite.ts";
import { createPolicyBody } from "#lib/policies/schema.ts";
import { policyTemplates } from "./catalogue.ts";
import { isControl, templateJson } from "./schema.ts";

import { FRAMEWORKS, TOPICS } from "./template.ts";
import { templateToJson } from "./templates.ts";

let sqlite: Sqlite;
beforeAll(async () => {
  const options = { useOldExtensionFunctions: false } as Parameters<typeof initSqlJs>[0];
  sqlite = openSqlite(await initSqlJs(options));
});

const repeated = (values: string[]) => values.filter((one, at) => values.indexOf(one) !== at);

test("there are at least 22 templates for each system, with ids and names of their own", () => {
  for (const platform of ["darwin", "windows", "linux"] as const) {
    const ours = policyTemplates.filter((template) => template.platforms.includes(platform));
    expect(ours.length, platform).toBeGreaterThanOrEqual(22);
  }
  expect(repeated(policyTemplates.map(({ id }) => id))).toEqual([]);
  expect(repeated(policyTemplates.map(({ name }) => name))).toEqual([]);
});

test("every topic and framework is used, and no template says one twice", () => {
  const all = policyTemplates.flatMap(({ topics, controls }) => [...topics, ...controls]);
  expect(TOPICS.filter((topic) => !all.includes(topic))).toEqual([]);
  for (const framework of Object.keys(FRAMEWORKS)) {
    expect(all.some((tag) => tag.startsWith(`${framework}:`))).toBe(true);
  }
  for (const { id, topics, controls } of policyTemplates) {
    expect(repeated([...topics, ...controls]), id).toEqual([]);
    expect(topics.length, id).toBeGreaterThan(0);
  }
});

test("a control is one that its framework has", () => {
  for (const right of ["cis-v8:3.6", "cis-v8:18.5", "iso-27001:A.5.37", "iso-27001:A.8.24"]) {
    expect(isControl(right), right).toBe(true);
  }
  for (const wrong of [
    "cis-v8:3.15",
    "cis-v8:19.1",
    "cis-v8:3.0",
    "cis-v8:03.6",
    "iso-27001:A.8.35",
    "iso-27001:A.9.1",
    "iso-27001:8.24",
    "cis-v7:3.6",
  ]) {
    expect(isControl(wrong), wrong).toBe(false);
  }
});

describe.each(policyTemplates)("$id", (template) => {
  test("has what people need, and a policy can be made of it", () => {
    const json = templateToJson(template);
    expect(templateJson.strict().parse(json)).toEqual(json);
    const { id: _id, ...policy } = json;
    expect(createPolicyBody.parse(json)).toMatchObject(policy);
  });

  test("reads tables that each of its systems has, without an error or a warning", () => {
    const { errors, warnings, tables, platforms } = checkFor(
      checkSql(sqlite, template.query),
      template.platforms.join(","),
    );
    expect(errors).toEqual([]);
    expect(warnings).toEqual([]);
    expect(tables.length).toBeGreaterThan(0);
    expect(platforms).toEqual(expect.arrayContaining([...template.platforms]));
  });
});
