import type { Database } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { notFound } from "#lib/errors.ts";
import { bestMatch } from "#lib/hosts/hosts.ts";
import { type Answering, Gathered } from "./gathered.ts";
import { type Match, type Named, selectEnrolled, selectMatches } from "./sql.ts";

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
  private readonly byAnyName: Gathered<string, Named[] | undefined>;

  constructor(db: Database) {
    this.db = db;
    this.byAnyName = new Gathered(IDENTIFIERS_PER_LOOKUP, (names) => this.readNames(names));
  }

  /**
   * Looks for hosts that enrolled by the identifiers: the best of matches, and a quarter of the price
   * of all four. What comes back finds as findHostByIdentifier, and looks further for the others.
   */
  async read(
    identifiers: readonly string[],
  ): Promise<(scope: TeamScope, identifier: string) => Match | Promise<Match>> {
    const plain = [...new Set(identifiers.filter((one) => PLAIN.test(one)))];
    const rows = plain.length > 0 ? await selectEnrolled(this.db, plain) : [];
    const enrolled = new Map(rows.map((row) => [row.identifier, row]));
    return (scope, identifier) => {
      const match = enrolled.get(identifier);
      return match && isSeen(scope, match) ? match : this.findByName(scope, identifier);
    };
  }

  private async findByName(scope: TeamScope, identifier: string): Promise<Match> {
    const gathered = PLAIN.test(identifier) ? await this.byAnyName.ask(identifier) : undefined;
    const found = gathered ?? (await selectMatches(this.db, [identifier], SAME_MAX));
    const best = bestMatch(
      identifier,
      found.filter((match) => isSeen(scope, match)),
    );
    if (!best) throw notFound(`Host ${identifier}`);
    return best;
  }

  private async readNames(
    wanted: readonly string[],
  ): Promise<Answering<string, Named[] | undefined>> {
    const names = distinct(wanted);
    const rows = await selectMatches(this.db, names, MATCHES_MAX);
    if (rows.length >= MATCHES_MAX) return () => undefined;
    const found = new Map<string, Named[]>(names.map((name) => [name, []]));
    for (const row of rows) found.get(names[row.at - 1] ?? "")?.push(row);
    // Asked for alone, what the look-up cannot tell from others.
    return (name) => found.get(name);
  }
}

export const isSeen = ({ teamIds }: TeamScope, { teamId }: Match): boolean =>
  teamIds === "all" || (teamId !== null && teamIds.includes(teamId));

/** One of each that a column may take for equal. */
const distinct = (names: readonly string[]): string[] => [
  ...new Map(names.map((name) => [name.toLowerCase(), name])).values(),
];
