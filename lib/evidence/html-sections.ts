import { database } from "#lib/database.ts";
import { readVersionFields } from "#lib/policies/version-fields.ts";
import { escaped, moment } from "./html-text.ts";
import type { Evidence } from "./policies.ts";
import { type ExemptionRow, selectExemptions, selectVersions, type VersionRow } from "./sql.ts";

const EXEMPTIONS_PER_STEP = 500;

/** What policies asked, who changed it, and who was let off. */
export async function* htmlSections(evidence: Evidence): AsyncGenerator<string> {
  yield "<h2>Revisions</h2><p>Every edit that was in force in the period, with the SQL.</p>\n";
  for (const policy of evidence.policies) {
    const versions = await selectVersions(database(), evidence.of, policy.id);
    yield `<h3>${escaped(policy.name)}</h3>\n${versions.map(revision).join("")}`;
  }
  yield "<h2>Exemptions</h2>\n";
  yield* exemptionTable(evidence);
}

function revision(version: VersionRow, index: number, all: readonly VersionRow[]): string {
  const { query } = readVersionFields(version.fields);
  const until = version.endedAt ? ` until ${moment(version.endedAt)}` : "";
  const by = version.authorName ? ` by ${version.authorName}` : "";
  const why = version.reason ? ` Reason: ${version.reason}` : "";
  const isSame = all[index - 1]?.revision === version.revision;
  const sql = isSame ? "" : `<pre>${escaped(query)}</pre>`;
  return `<p>Edit ${version.version}, ${moment(version.createdAt)}${escaped(`${until}${by}.${why}`)}${isSame ? " Same SQL." : ""}</p>${sql}\n`;
}

async function* exemptionTable({ of, policies }: Evidence): AsyncGenerator<string> {
  const names = new Map(policies.map(({ id, name }) => [id, name]));
  let afterId = 0;
  for (;;) {
    const rows = await selectExemptions(
      database(),
      of,
      [...names.keys()],
      afterId,
      EXEMPTIONS_PER_STEP,
    );
    const last = rows.at(-1);
    if (!last) break;
    if (afterId === 0) yield EXEMPTIONS_HEAD;
    yield rows.map((row) => exemption(row, names.get(row.exemption.policyId) ?? "")).join("");
    afterId = last.exemption.id;
  }
  yield afterId === 0 ? "<p>Nobody was let off in the period.</p>\n" : "</tbody></table>\n";
}

const EXEMPTIONS_HEAD = `<table><thead><tr><th>Policy</th><th>Who</th><th>Why</th><th>By</th>
<th>From</th><th>Until</th></tr></thead><tbody>
`;

function exemption({ exemption: row, ...names }: ExemptionRow, policy: string): string {
  const who =
    row.hostId !== null
      ? `Host ${names.hostName ?? row.hostId}`
      : row.labelId !== null
        ? `Label ${names.labelName ?? row.labelId}`
        : row.teamId === 0
          ? "Hosts in no team"
          : `Team ${names.teamName ?? row.teamId}`;
  const until = row.revokedAt
    ? `${moment(row.revokedAt)}, revoked by ${row.revokedByName ?? ""}`
    : moment(row.expiresAt);
  const cells = [policy, who, row.reason, row.authorName, moment(row.createdAt), until];
  return `<tr>${cells.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>\n`;
}
