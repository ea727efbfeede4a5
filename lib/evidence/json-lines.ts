import type { Evidence } from "./policies.ts";
import { type Part, SECTIONS } from "./sections.ts";

const TYPES: Record<Part, string> = {
  revisions: "revision",
  exemptions: "exemption",
  answers: "answer",
  verdicts: "verdict",
};

const line = (value: object) => `${JSON.stringify(value)}\n`;

/** Everything, an object a line; `type` says of what. The first tells what the file is. */
export async function* jsonLines(evidence: Evidence): AsyncGenerator<string> {
  const { of, madeAt, madeBy, orgName, filter, policies } = evidence;
  yield line({
    type: "evidence",
    from: of.from.toISOString(),
    to: of.to.toISOString(),
    made_at: madeAt.toISOString(),
    made_by: madeBy,
    organisation: orgName,
    filter,
    policies_count: policies.length,
  });
  for (const part of Object.keys(TYPES) as Part[]) {
    for await (const rows of SECTIONS[part](evidence)) {
      const lines = rows.map((row) => line({ type: TYPES[part], ...row }));
      if (lines.length > 0) yield lines.join("");
    }
  }
  // Whoever reads a file that was cut off must be able to tell.
  yield line({ type: "end" });
}
