import type { Executor } from "#db/client.ts";
import { type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { invalid } from "#lib/errors.ts";
import type { FoundHosts } from "./schema.ts";
import { type HostMatch, selectExistingHosts, selectHostMatches } from "./sql.ts";

/** An error that names more says no more. */
const NAMED_MAX = 50;

export interface FoundHost {
  identifier: string;
  id: number;
  displayName: string;
}

export interface Findings {
  hosts: FoundHost[];
  notFound: string[];
  ambiguous: string[];
}

/** The one host that goes by an identifier in the best way: identity, UUID, serial, then name. */
function bestOf(matches: readonly HostMatch[]): HostMatch | "ambiguous" | undefined {
  const rank = Math.min(...matches.map((match) => match.rank));
  const best = matches.filter((match) => match.rank === rank);
  return new Set(best.map(({ id }) => id)).size > 1 ? "ambiguous" : best[0];
}

/** Hosts by what people call them; what is found twice is found once, blanks are passed over. */
export async function findByIdentifiers(
  executor: Executor,
  scope: TeamScope,
  identifiers: readonly string[],
): Promise<Findings> {
  const wanted = [...new Set(identifiers.filter((one) => one !== ""))];
  const matches = new Map<string, HostMatch[]>();
  for (const match of await selectHostMatches(executor, scope, wanted)) {
    const others = matches.get(match.key) ?? [];
    matches.set(match.key, [...others, match]);
  }
  const findings: Findings = { hosts: [], notFound: [], ambiguous: [] };
  for (const identifier of wanted) {
    const best = bestOf(matches.get(identifier.toLowerCase()) ?? []);
    if (best === undefined) findings.notFound.push(identifier);
    else if (best === "ambiguous") findings.ambiguous.push(identifier);
    else findings.hosts.push({ identifier, id: best.id, displayName: best.displayName ?? "" });
  }
  return findings;
}

/** What a list of names finds, for a form to show before anything is written. */
export async function findHosts(viewer: Viewer, identifiers: readonly string[]) {
  const scope = teamScope(viewer, "host:identify");
  return findByIdentifiers(database(), scope, identifiers);
}

export const serializeFound = ({ hosts, notFound, ambiguous }: Findings): FoundHosts => ({
  hosts: hosts.map(({ identifier, id, displayName }) => ({
    identifier,
    id,
    display_name: displayName,
  })),
  not_found: notFound,
  ambiguous,
});

function named(list: readonly (string | number)[]): string {
  const shown = list.slice(0, NAMED_MAX).map((one) => `"${one}"`);
  const rest = list.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Ids of all the hosts that a manual label lists. Throws `invalid`, naming those nobody knows. */
export async function requireHosts(
  executor: Executor,
  scope: TeamScope,
  given: { hosts?: readonly string[] | null; host_ids?: readonly number[] | null },
): Promise<number[]> {
  const ids = [...new Set(given.host_ids ?? [])];
  const existing = new Set(await selectExistingHosts(executor, scope, ids));
  const missing = ids.filter((id) => !existing.has(id));
  if (missing.length > 0) {
    throw invalid("host_ids", `hosts with these ids were not found: ${named(missing)}`);
  }
  const { hosts, notFound, ambiguous } = await findByIdentifiers(
    executor,
    scope,
    given.hosts ?? [],
  );
  if (notFound.length > 0) throw invalid("hosts", `hosts were not found: ${named(notFound)}`);
  if (ambiguous.length > 0) {
    const reason = `several hosts go by ${named(ambiguous)}: use their serial numbers, UUIDs or ids`;
    throw invalid("hosts", reason);
  }
  return [...new Set([...ids, ...hosts.map(({ id }) => id)])].sort((a, b) => a - b);
}
