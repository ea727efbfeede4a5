import { expect, test } from "vitest";
import { formatOf } from "./import-format.ts";

test.each([
  '{"queries": {}}',
  '# one\n// two\n{"queries": {}}',
  '/* one */ {"queries": {}}',
  '/**\n * two {lines}\n **/\n# and\n/* more */\n{"queries": {}}',
])("a pack is told by its brace, whatever comments come first: %j", (text) => {
  expect(formatOf(text)).toBe("pack");
});

test.each(["kind: policy", "# a comment {\nname: x", "policies:\n  - {name: x}", "/* {", ""])(
  "what does not begin with a brace is Fleet's YAML: %j",
  (text) => {
    expect(formatOf(text)).toBe("fleet");
  },
);
