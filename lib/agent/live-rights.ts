import { isAllowed } from "#lib/auth/permissions.ts";
import { isRole } from "#lib/auth/roles.ts";
import type { Rights } from "#lib/auth/viewer.ts";
import type { AuthorRow } from "./live-sql.ts";

/**
 * Whether who began a run may, by now, run it on hosts of a team (0: of none). `rows`: the run's author,
 * a row for each team; none when the run is over. An author who is gone may nothing.
 */
export function mayAsk(rows: readonly AuthorRow[], teamId: number | undefined): boolean {
  const [first] = rows;
  if (!first || teamId === undefined) return false;
  if (first.authorId === null) return true;
  return isAllowed(rightsOf(first, rows), "query:run", { teamId });
}

const rightsOf = ({ globalRole }: AuthorRow, rows: readonly AuthorRow[]): Rights => ({
  kind: "user",
  globalRole: globalRole && isRole(globalRole) ? globalRole : null,
  teams: rows.flatMap(({ teamId: id, role }) =>
    id !== null && role !== null && isRole(role) ? [{ id, role }] : [],
  ),
});
