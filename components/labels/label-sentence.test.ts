import { expect, test } from "vitest";
import { labelSentence } from "./label-sentence.ts";

test.each([
  [{}, "No label narrows whom it asks."],
  [{ labels_include_any: ["A"] }, "Asked of hosts in A."],
  [{ labels_include_any: ["A", "B", "C"] }, "Asked of hosts in any of A, B or C."],
  [
    { labels_include_any: ["A", "B"], labels_exclude_any: ["C", "D"] },
    "Asked of hosts in any of A or B and in none of C and D.",
  ],
  [{ labels_include_all: ["A", "B"] }, "Asked of hosts in all of A and B."],
  [{ labels_exclude_any: ["A"] }, "Asked of hosts not in A."],
  [{ labels_exclude_all: ["A", "B"] }, "Asked of hosts not in all of A and B."],
])("rules by label read as a sentence: %j", (lists, sentence) => {
  expect(labelSentence(lists)).toBe(sentence);
});
