import { beforeAll, describe, expect, test } from "vitest";
import type { RouteHandler } from "#lib/http/route.ts";
import { request, type TestRequest } from "./request.ts";
import { createWorld, type World } from "./world.ts";

/** The columns of an access table. Team roles are about `world.teamId`. */
const VIEWERS = ["admin", "maintainer", "observer", "teamAdmin", "otherTeamAdmin"] as const;

/** Statuses for admin, maintainer, observer, team admin, other team's admin, signed out. */
type Statuses = readonly [number, number, number, number, number, number];

/** The route, what it answers whom, and what to send: made anew for each viewer. */
type AccessRow = readonly [
  handler: RouteHandler,
  statuses: Statuses,
  send?: (world: World) => TestRequest | Promise<TestRequest>,
];

/**
 * Who may call which route, one line each, as tests. Call it at the top of a file or a `describe`,
 * after testDatabase():
 *
 *   accessTable({
 *     "GET /teams/{id}": [GET, [200, 200, 200, 200, 403, 401], (w) => ({ params: { id: w.teamId } })],
 *   });
 *
 * The method is taken from the title.
 */
export function accessTable(rows: Record<string, AccessRow>): void {
  describe("access: admin, maintainer, observer, team admin, other team's admin, signed out", () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld();
    });
    test.each(Object.entries(rows))("%s", async (title, [handler, statuses, send]) => {
      const method = title.split(" ", 1)[0];
      const ask = async (token: string | undefined) => {
        const sent = await send?.(world);
        return (await request(handler, { method, ...sent, token })).status;
      };
      const answers: Record<string, number> = {};
      for (const viewer of VIEWERS) answers[viewer] = await ask(world[viewer].token);
      answers.signedOut = await ask(undefined);
      const [admin, maintainer, observer, teamAdmin, otherTeamAdmin, signedOut] = statuses;
      expect(answers).toEqual({
        admin,
        maintainer,
        observer,
        teamAdmin,
        otherTeamAdmin,
        signedOut,
      });
    });
  });
}
