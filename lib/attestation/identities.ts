import type { Database } from "#db/client.ts";
import { type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { notFound } from "#lib/errors.ts";
import { bestMatch } from "#lib/hosts/hosts.ts";
import { Gathered } from "./gathered.ts";
import { type Match, selectMatches } from "./sql.ts";

const IDENTIFIERS_PER_LOOKUP = 64;
/** Rows of a look-up in one of four ways. One that finds as many may have found too few. */
const MATCHES_MAX = 250;
/** A name that so many hosts have is no name of any. */
const SAME_MAX = 10_000;
/**
 * What columns take for equal only when it is equal but for case. Blanks, control characters and
 * letters beyond ASCII have other rules.
 */
const PLAIN = /^[\x21-\x7e]+$/;

/** Finds hosts by what they go by, many at a time. */
export class Identities {
  private readonly db: Database;
  private readonly matches: Gathered<Match[]>;

  constructor(db: Database) {
    this.db = db;
    this.matches = new Gathered(IDENTIFIERS_PER_LOOKUP, (wanted) => this.load(wanted));
  }

  /** As findHostByIdentifier: throws `not_found` and `conflict`, and hides hosts of other teams. */
  async find(viewer: Viewer, identifier: string): Promise<Match> {
    const scope = teamScope(viewer, "host:identify");
    const found = await this.matchesOf(identifier);
    const best = bestMatch(
      identifier,
      found.filter((match) => isSeen(scope, match)),
    );
    if (!best) throw notFound(`Host ${identifier}`);
    return best;
  }

  private async matchesOf(identifier: string): Promise<Match[]> {
    const found = PLAIN.test(identifier) ? await this.matches.find(identifier) : undefined;
    // Asked for alone, what the gathered look-up cannot tell from others.
    return found ?? selectMatches(this.db, [identifier], SAME_MAX);
  }

  private async load(wanted: readonly string[]): Promise<Map<string, Match[]>> {
    const identifiers = distinct(wanted);
    const found = new Map<string, Match[]>(identifiers.map((one) => [one, []]));
    const rows = await selectMatches(this.db, identifiers, MATCHES_MAX);
    if (rows.length >= MATCHES_MAX) return new Map();
    for (const row of rows) found.get(identifiers[row.at - 1] ?? "")?.push(row);
    return found;
  }
}

const isSeen = ({ teamIds }: TeamScope, { teamId }: Match): boolean =>
  teamIds === "all" || (teamId !== null && teamIds.includes(teamId));

/** One of each that a column may take for equal; the others are asked for alone. */
const distinct = (identifiers: readonly string[]): string[] => [
  ...new Map(identifiers.map((one) => [one.toLowerCase(), one])).values(),
];
