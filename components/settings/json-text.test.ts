import { expect, test } from "vitest";
import { agentOptionsSchema } from "#lib/settings/schema.ts";
import { checkJson } from "./json-text.ts";

const check = (text: string) => checkJson(text, agentOptionsSchema);

test("a slip in the JSON is found by its line", () => {
  const answer = check('{\n  "config": {\n    "options": {"a" 1}\n  }\n}');
  expect(answer).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/^Line 3, column 2\d: /),
  });
});

test("JSON that osquery could not use is found by its path", () => {
  const pack = { config: { packs: { p: { queries: { q: { query: 1 } } } } } };
  expect(check(JSON.stringify(pack))).toMatchObject({
    ok: false,
    problem: expect.stringContaining("config.packs.p"),
  });
});

test("keys of osquery's that Muster does not know stay", () => {
  const options = { config: { decorators: { load: ["SELECT 1"] }, yara: { signatures: {} } } };
  expect(check(JSON.stringify(options))).toEqual({ ok: true, value: options });
});
