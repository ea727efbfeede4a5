import { database } from "#lib/database.ts";
import { SetsAt } from "#lib/history/sets.ts";
import type { HistoryState } from "#lib/history/states.ts";
import { selectPoliciesThen } from "#lib/history/then-sql.ts";
import { htmlSections } from "./html-sections.ts";
import { STYLE } from "./html-style.ts";
import { escaped, moment, percent, type RatePoint, rateLine } from "./html-text.ts";
import type { Evidence, EvidencePolicy } from "./policies.ts";
import { type EvidenceOf, selectDailyCounts } from "./sql.ts";

const LINE = { width: 150, height: 26 };
const CHART = { width: 720, height: 160 };

type Counts = Record<HistoryState, number>;
type Days = Map<number, { passing: number; answered: number }>;

/** A summary that people read and print: no scripts, and its charts are part of it. */
export async function* html(evidence: Evidence): AsyncGenerator<string> {
  yield head(evidence);
  const { of, policies } = evidence;
  const scope = { scope: of.scope, teamId: of.teamId };
  const start = new SetsAt(database(), { ...scope, at: of.from }, of);
  const end = new SetsAt(database(), { ...scope, at: of.to }, of);
  const days: Days = new Map();
  yield TABLE_HEAD;
  for (const policy of policies) {
    const before = await countsAt(start, of, of.from, policy.id);
    const after = await countsAt(end, of, of.to, policy.id);
    yield tableRow(policy, before, after, await rates(of, policy.id, days));
  }
  yield "</tbody></table>\n";
  yield overall(days);
  yield* htmlSections(evidence);
  yield '<p class="muted">End of the summary.</p>\n</body></html>\n';
}

function head({ of, madeAt, madeBy, orgName, filter, policies }: Evidence): string {
  const facts = [
    ["Period", `${moment(of.from)} to ${moment(of.to)}`],
    ["Made", `${moment(madeAt)} by ${madeBy || "the server"}`],
    ["Policies", String(policies.length)],
    ["Narrowed to", filter || "nothing: all that the maker may see"],
  ];
  const list = facts.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value ?? "")}</dd>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Evidence, ${escaped(orgName)}</title><style>${STYLE}</style></head><body>
<h1>How policies stood</h1><p class="muted">${escaped(orgName)}</p>
<dl>${list.join("")}</dl>
<p>Counts are hosts. The pass rate is of the hosts that passed or failed; hosts in error, stale,
exempt or not answered yet are in neither. Deleted policies and hosts are counted while they were there.</p>
`;
}

const TABLE_HEAD = `<h2>Policies</h2><table><thead><tr><th>Policy</th>
<th class="n">Passed at start</th><th class="n">Failed</th><th class="n">Rate</th>
<th class="n">Passed at end</th><th class="n">Failed</th><th class="n">Other</th><th class="n">Exempt</th>
<th class="n">Rate</th><th>Over time</th></tr></thead><tbody>
`;

/** undefined: the policy was not there then. */
async function countsAt(
  sets: SetsAt,
  { scope }: EvidenceOf,
  at: Date,
  id: number,
): Promise<Counts | undefined> {
  const [version] = await selectPoliciesThen(database(), { scope, at, ids: [id] });
  return version && sets.counts(version);
}

/** Pass rates by day, which also add up to those of all policies. */
async function rates(of: EvidenceOf, policyId: number, days: Days): Promise<RatePoint[]> {
  const rows = await selectDailyCounts(database(), of, policyId);
  const answered = rows.filter(({ passing, failing }) => passing + failing > 0);
  return answered.map(({ at, passing, failing }) => {
    const day = Math.floor(at.getTime() / 86_400_000);
    const sum = days.get(day) ?? { passing: 0, answered: 0 };
    days.set(day, {
      passing: sum.passing + passing,
      answered: sum.answered + passing + failing,
    });
    return { atMs: at.getTime(), rate: passing / (passing + failing) };
  });
}

const rate = (counts: Counts | undefined) =>
  counts ? percent(counts.pass, counts.pass + counts.fail) : "";

function tableRow(
  policy: EvidencePolicy,
  before: Counts | undefined,
  after: Counts | undefined,
  points: RatePoint[],
): string {
  const notes = [policy.critical ? "critical" : "", ...policy.tags].filter(Boolean).join(", ");
  const numbers = [
    before?.pass,
    before?.fail,
    rate(before),
    after?.pass,
    after?.fail,
    after && after.error + after.stale + after.pending,
    after?.exempt,
    rate(after),
  ];
  const cells = numbers.map((value) => `<td class="n">${value ?? "–"}</td>`).join("");
  const line = rateLine(points, LINE, `Pass rate of ${policy.name} by day`);
  return `<tr><td>${escaped(policy.name)}<br><small>${escaped(notes)}</small></td>${cells}<td>${line}</td></tr>\n`;
}

function overall(days: Days): string {
  const points = [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, { passing, answered }]) => ({ atMs: day * 86_400_000, rate: passing / answered }));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return "";
  const words = `All policies together: ${percent(first.rate, 1)} passed on the first day, ${percent(last.rate, 1)} on the last.`;
  return `<h2>Pass rate by day</h2><p>${words} The chart reaches from 0% to 100%.</p>${rateLine(points, CHART, words)}\n`;
}
